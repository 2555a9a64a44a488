/** What a load needs of each limit, and which one is reached first. */
import type { Capacity } from '../../src/config.ts';
import { type Assumptions, dollars, monthlyCost } from '../cost.ts';
import type { prices as shippedPrices } from '../prices.ts';
import type { quotas as shippedQuotas } from '../quotas.ts';
import type { Simulated } from './simulate.ts';

export interface Load {
  readonly viewsPerSecond: number;
  readonly simulated: Simulated;
}

export interface Limit {
  readonly name: string;
  readonly unit: string;
  readonly use: number;
  readonly limit: number;
  /** The setting or the quota increase that raises it. */
  readonly lift: string;
}

export interface Settings {
  readonly capacity: Capacity;
  /** Where `capacity` is set. */
  readonly capacityPath: string;
  readonly assumptions: Assumptions;
  /** Part of the views that ask for the preset that is asked for most. Each preset is a prefix of the derivatives bucket. */
  readonly busiestPresetShare: number;
}

/** Of 1,000 moments all but one have fewer calls at once: the normal approximation of Poisson's distribution. */
export function mostAtOnce(mean: number): number {
  return mean + 3.1 * Math.sqrt(mean);
}

/** Returns all limits, the one that is reached first before the others. */
export function limitsOf(
  { viewsPerSecond, simulated }: Load,
  settings: Settings,
  quotas: typeof shippedQuotas,
): Limit[] {
  const { capacity, capacityPath, assumptions, busiestPresetShare } = settings;
  const cold = simulated.cold * viewsPerSecond;
  const reads = (simulated.s3 + simulated.cold) * viewsPerSecond;
  const lambdas = mostAtOnce((cold * assumptions.lambdaMilliseconds) / 1000);
  const extraRequests = assumptions.apiOn === 'image-host' ? 2 : 1;
  const increase = (quota: string) => `an increase of the quota "${quota}"`;
  const prefix = 'S3 splits the prefix itself under lasting load; AWS Support does it in advance';
  const limits: Limit[] = [
    {
      name: "CloudFront's requests",
      unit: '/s',
      use: viewsPerSecond + extraRequests * cold,
      limit: quotas.cloudFront.requestsPerSecond,
      lift: increase('Requests per second per distribution'),
    },
    {
      name: "CloudFront's bytes to viewers",
      unit: ' Gbps',
      use: (viewsPerSecond * assumptions.derivativeBytes * 8) / 1e9,
      limit: quotas.cloudFront.gigabitsPerSecond,
      lift: increase('Data transfer rate per distribution'),
    },
    {
      name: 'calls of the API, by `apiRate`',
      unit: '/s',
      use: cold,
      limit: capacity.apiRate,
      lift: `\`${capacityPath}.apiRate\`, with a \`reservedConcurrency\` to match; a longer \`cache.derivativeLifetimeDays\` needs fewer calls`,
    },
    {
      name: 'calls of all APIs of the account',
      unit: '/s',
      use: cold,
      limit: quotas.httpApi.requestsPerSecond,
      lift: increase('Throttle rate'),
    },
    {
      name: 'Lambdas at once, by `reservedConcurrency`',
      unit: '',
      use: lambdas,
      limit: capacity.reservedConcurrency,
      lift: `\`${capacityPath}.reservedConcurrency\``,
    },
    {
      name: 'Lambdas at once in the account',
      unit: '',
      use: lambdas,
      limit: quotas.lambda.concurrency,
      lift: increase('Concurrent executions'),
    },
    {
      name: 'S3 reads of derivatives, of one preset',
      unit: '/s',
      // The website, after a cold view once more, and the HEAD of the Lambda.
      use: (reads + 2 * cold) * busiestPresetShare,
      limit: quotas.s3.getsPerSecond,
      lift: `\`originShield\` in infra/environments.ts; ${prefix}`,
    },
    {
      name: 'S3 puts of derivatives, of one preset',
      unit: '/s',
      use: cold * busiestPresetShare,
      limit: quotas.s3.putsPerSecond,
      lift: prefix,
    },
    {
      name: 'S3 reads of originals, if all have one prefix',
      unit: '/s',
      use: cold,
      limit: quotas.s3.getsPerSecond,
      lift: `keys that begin differently; ${prefix}`,
    },
  ];
  return limits.sort((a, b) => b.use / b.limit - a.use / a.limit);
}

const secondsOfMonth = 30 * 24 * 60 * 60;

/** The assumptions of `make cost`, with the shares that were simulated. */
export function assumptionsOf({ simulated }: Load, assumptions: Assumptions): Assumptions {
  const { edge, regional, shield, s3, cold, shieldCharged } = simulated;
  const misses = shield + s3 + cold;
  return {
    ...assumptions,
    coldShare: cold,
    // Rounded off, the shares may be more than all by a part of 10^16.
    hitShare: Math.min(edge + regional, 1 - misses),
    shieldHitShare: shield / misses,
    shieldShare: shieldCharged / (misses + cold),
  };
}

export interface Bill {
  readonly dollars: number;
  /** Of the reads of S3 and of Origin Shield, which an Origin Shield changes. */
  readonly readDollars: number;
  readonly logGigabytesPerDay: number;
  readonly accessLogGigabytesPerDay: number;
}

export function billOf(load: Load, assumptions: Assumptions, prices: typeof shippedPrices): Bill {
  const lines = monthlyCost(load.viewsPerSecond * secondsOfMonth, assumptionsOf(load, assumptions), prices);
  const sum = (isMeant: (line: (typeof lines)[number]) => boolean) =>
    lines.filter(isMeant).reduce((total, line) => total + dollars(line), 0);
  const units = (name: string) => lines.find(({ what }) => what === name)?.units ?? 0;
  const requests = lines.find(({ price }) => price === prices.cloudFront.httpsRequest)?.units ?? 0;
  return {
    dollars: sum(() => true),
    readDollars: sum(
      ({ part, price }) =>
        (part === 'S3' && price === prices.s3.get) || price === prices.cloudFront.originShieldRequest,
    ),
    logGigabytesPerDay: units('GB written') / 30,
    accessLogGigabytesPerDay: (requests * assumptions.accessLogBytes) / 1e9 / 30,
  };
}
