import { prices } from '../infra/prices.ts';
import { average, type Formula, sum } from './metrics/series.ts';
import { redirects } from './rates.ts';
import type { Settings } from './settings.ts';

type Part = 'edge' | 'api' | 'lambda' | 's3';

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
  return {
    of: { ...of, errors: average('CloudFront.TotalErrorRate'), redirects: redirects(settings) },
    steps: { ...steps, dollars: result, images: 'requests * (1 - errors / 100) - redirects' },
    result: '1000 * dollars / images',
  };
}

export function costParts(settings: Settings): Readonly<Record<Part, Formula>> {
  const { cloudFront, httpApi, lambda, s3 } = prices;
  const perMillisecond = (lambda.gigabyteSecond[settings.architecture] * (settings.memoryMegabytes / 1024)) / 1000;
  const edgeRequest = cloudFront.httpsRequest + (settings.config.countEdgeRedirects ? cloudFront.functionCall : 0);
  const runs = sum('Lambda.Invocations');
  return {
    edge: {
      of: { requests: sum('CloudFront.Requests'), bytes: sum('CloudFront.BytesDownloaded') },
      result: `requests * ${decimal(edgeRequest)} + bytes * ${decimal(cloudFront.gigabyteOut / 1e9)}`,
    },
    api: { of: { calls: sum('ApiGateway.Count') }, result: `calls * ${decimal(httpApi.request)}` },
    lambda: {
      of: { runs, milliseconds: sum('Lambda.Duration') },
      result: `runs * ${decimal(lambda.request)} + milliseconds * ${decimal(perMillisecond)}`,
    },
    // An invocation sends one GET and one HEAD; the website is read before and after it.
    s3: {
      of: { runs, generated: sum('Resized') },
      result: `generated * ${decimal(s3.put)} + runs * ${decimal(4 * s3.get)}`,
    },
  };
}

/** Metric math is not documented to read exponents. */
function decimal(value: number): string {
  return value.toFixed(14).replace(/0+$/, '');
}
