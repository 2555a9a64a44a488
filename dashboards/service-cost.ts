import { prices } from '../infra/prices.ts';
import { type Formula, sum } from './metrics/series.ts';
import { imageCount } from './rates.ts';
import type { Settings } from './settings.ts';

type Part = 'edge' | 'api' | 'lambda' | 's3' | 'purge';

/**
 * The cost of a period in dollars, from usage and list prices: an estimate within minutes, while the bill takes a day.
 * Without free tiers and fixed monthly costs (`make cost` has both).
 */
export function serviceCost(settings: Settings): Formula {
  const parts = Object.entries(costParts(settings));
  return {
    of: Object.assign({}, ...parts.map(([, { of }]) => of)),
    steps: Object.fromEntries(parts.map(([part, { result }]) => [part, result])),
    result: parts.map(([part]) => part).join(' + '),
  };
}

/** The same per thousand images. */
export function costPerThousandImages(settings: Settings): Formula {
  const { of, steps, result } = serviceCost(settings);
  const images = imageCount(settings);
  return {
    of: { ...of, ...images.of },
    steps: { ...steps, ...images.steps, dollars: result },
    result: '1000 * dollars / images',
  };
}

export function costParts(
  settings: Settings,
): Readonly<Record<Exclude<Part, 'purge'>, Formula> & Partial<Record<Part, Formula>>> {
  const { cloudFront, httpApi, lambda, s3 } = prices;
  const perMillisecond = (lambda.gigabyteSecond[settings.architecture] * (settings.memoryMegabytes / 1024)) / 1000;
  // A function runs on each request, and one on each answer.
  const edgeRequest = cloudFront.httpsRequest + 2 * cloudFront.functionCall;
  const invocations = sum('Lambda.Invocations');
  return {
    edge: {
      of: { requests: sum('CloudFront.Requests'), bytes: sum('CloudFront.BytesDownloaded') },
      result: `requests * ${decimal(edgeRequest)} + bytes * ${decimal(cloudFront.gigabyteOut / 1e9)}`,
    },
    api: { of: { apiCalls: sum('ApiGateway.Count') }, result: `apiCalls * ${decimal(httpApi.request)}` },
    lambda: {
      of: { invocations, milliseconds: sum('Lambda.Duration') },
      result: `invocations * ${decimal(lambda.request)} + milliseconds * ${decimal(perMillisecond)}`,
    },
    // An invocation sends one GET and one HEAD; the website is read before and after it.
    s3: {
      of: { invocations, generated: sum('Resized') },
      result: `generated * ${decimal(s3.put)} + invocations * ${decimal(4 * s3.get)}`,
    },
    // Its other parts are a hundredth of this.
    ...(settings.purges && {
      purge: {
        of: { invalidated: sum('Invalidations') },
        result: `invalidated * ${decimal(cloudFront.invalidationPath)}`,
      },
    }),
  };
}

/** Metric math is not documented to read exponents. */
function decimal(value: number): string {
  return value.toFixed(14).replace(/0+$/, '');
}
