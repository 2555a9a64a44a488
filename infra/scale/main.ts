/** `make scale`: simulates loads of 10^2, 10^4 and 10^6 views a second, and writes docs/scale.md. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { quantile } from 'simple-statistics';
import { writeParts } from '../../docs/generated.ts';
import { config } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { errorTtls } from '../edge-cache.ts';
import { prices, pricesDated } from '../prices.ts';
import { assumed } from '../print-cost.ts';
import { quotas, quotasDated } from '../quotas.ts';
import { type CrowdResult, simulateCrowd } from './flash-crowd.ts';
import { billOf, type Limit, type Load, limitsOf, mostAtOnce, type Settings } from './limits.ts';
import { type PurgeLoad, simulatePurge } from './purge.ts';
import { type Caches, type Simulated, simulate, type Workload } from './simulate.ts';

const day = 24 * 60 * 60;
const stage = 'prod';
const capacity = config.capacity[stage];
/** A large service has more images, but not in proportion to its views. */
const usual = [
  { viewsPerSecond: 1e2, derivatives: 1e6 },
  { viewsPerSecond: 1e4, derivatives: 3e7 },
  { viewsPerSecond: 1e6, derivatives: 1e9 },
];
const crowds = [1e2, 1e3, 1e4, 1e5];

const settings: Settings = {
  capacity,
  capacityPath: `capacity.${stage}`,
  assumptions: assumed,
  busiestPresetShare: 0.5,
};

/** Numbers that can be set. Their defaults are assumptions: measure yours. */
const defaults = { zipf: 0.8, imageDays: 365, edgeLocations: 50, edgeIdleDays: 1, seed: 1 };

interface Options {
  readonly loads: readonly Pick<Workload, 'viewsPerSecond' | 'derivatives'>[];
  readonly crowds: readonly number[];
  readonly numbers: typeof defaults;
  /** Something was chosen: then the documentation is not written. */
  readonly isOwn: boolean;
}

const help = `make scale [SCALE="--views 5000 --derivatives 2000000"]

Simulates what each cache answers, and names the limit of AWS or of the config that is reached first. Without options it
writes docs/scale.md; with any it prints.

  --views ${usual.map(({ viewsPerSecond }) => viewsPerSecond).join(' | ')}   a second
  --derivatives ${usual.map(({ derivatives }) => derivatives).join(' | ')}   images times presets that are viewed at all
  --crowd ${crowds.join(' | ')}   views a second of one image that was never viewed before
  --zipf ${defaults.zipf}   how unequal the images are: the share of rank r is in proportion to r^-zipf
  --image-days ${defaults.imageDays}   how long an image is viewed before another one takes its rank
  --edge-locations ${defaults.edgeLocations}   of CloudFront
  --edge-idle-days ${defaults.edgeIdleDays}   an edge location drops what nobody asked for in this time
  --seed ${defaults.seed}   of the random numbers`;

const wholeNumbers = ['derivatives', 'edge-locations', 'seed'];

/** Returns `undefined` for --help. */
export function readOptions(args: readonly string[]): Options | undefined {
  const names = ['views', 'derivatives', 'crowd', 'zipf', 'image-days', 'edge-locations', 'edge-idle-days', 'seed'];
  const text = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]));
  const options: NonNullable<ParseArgsConfig['options']> = { ...text, help: { type: 'boolean' } };
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return undefined;
  const given = new Map(
    names.flatMap((name) =>
      values[name] === undefined ? [] : [[name, positive(name, String(values[name]))] as const],
    ),
  );
  const [views, derivatives, crowd] = ['views', 'derivatives', 'crowd'].map((name) => given.get(name));
  if ((views === undefined) !== (derivatives === undefined)) {
    throw new Error('--views and --derivatives are given together, or none of them');
  }
  return {
    loads: views === undefined || derivatives === undefined ? usual : [{ viewsPerSecond: views, derivatives }],
    crowds: crowd === undefined ? crowds : [crowd],
    numbers: {
      zipf: given.get('zipf') ?? defaults.zipf,
      imageDays: given.get('image-days') ?? defaults.imageDays,
      edgeLocations: given.get('edge-locations') ?? defaults.edgeLocations,
      edgeIdleDays: given.get('edge-idle-days') ?? defaults.edgeIdleDays,
      seed: given.get('seed') ?? defaults.seed,
    },
    isOwn: args.length > 0,
  };
}

function positive(name: string, given: string): number {
  const value = Number(given);
  const isWhole = wholeNumbers.includes(name);
  if (value > 0 && (isWhole ? Number.isSafeInteger(value) : Number.isFinite(value))) return value;
  throw new Error(`--${name} is ${given}, expected a ${isWhole ? 'whole ' : ''}number over 0`);
}

interface Row extends Load {
  readonly derivatives: number;
  readonly shielded: Simulated;
  readonly limits: readonly Limit[];
}

type Part = 'assumptions' | 'loads' | 'first' | 'shield' | 'crowd' | 'purge';

/** Returns the generated parts of docs/scale.md. */
export function scaleParts(options: Options): Record<Part, string> {
  const { zipf, imageDays, edgeLocations, edgeIdleDays, seed } = options.numbers;
  const caches: Caches = {
    edgeLocations,
    // In North America and Europe, of the list in "Choosing the AWS Region for Origin Shield".
    regionalCaches: Math.min(6, edgeLocations),
    freshSeconds: config.cache.edgeSeconds,
    edgeIdleSeconds: edgeIdleDays * day,
    originShield: false,
    derivativeSeconds: config.cache.derivativeLifetimeDays * day,
  };
  const rows = options.loads.map(({ viewsPerSecond, derivatives }): Row => {
    const workload = { viewsPerSecond, derivatives, zipf, imageDays };
    const [simulated, shielded] = [false, true].map((originShield) =>
      simulate(workload, { ...caches, originShield }, { seed }),
    ) as [Simulated, Simulated];
    const limits = limitsOf({ viewsPerSecond, simulated }, settings, quotas);
    return { viewsPerSecond, derivatives, simulated, shielded, limits };
  });
  return {
    assumptions: assumptionsText(options.numbers, caches),
    loads: loadsTable(rows),
    first: firstText(rows),
    shield: shieldTable(rows),
    crowd: crowdText(options),
    purge: purgeText(options.numbers.seed),
  };
}

function assumptionsText({ zipf, imageDays, edgeIdleDays, seed }: typeof defaults, caches: Caches): string {
  const { lambdaMilliseconds, memoryMegabytes, derivativeBytes } = assumed;
  return [
    `- The share of the derivative of rank r is in proportion to r^-${zipf}. An image is viewed for ${imageDays} days on average.`,
    `- ${caches.edgeLocations} edge locations with an equal share of the viewers, behind ${caches.regionalCaches} regional caches (price class 100).`,
    `- A copy is fresh for ${caches.freshSeconds / day} days after S3 sent it. An edge location drops a copy that nobody asked for in ${24 * edgeIdleDays} hours; a regional cache keeps it while it is fresh. Neither is limited in bytes.`,
    `- S3 keeps a derivative for ${caches.derivativeSeconds / day} days.`,
    `- A resize takes ${lambdaMilliseconds} ms of a Lambda with ${memoryMegabytes} MB, the mean of the kept bench result (infra/function-memory.json); a derivative has ${derivativeBytes / 1000} kB. Half of the views are of one preset, which is one prefix in S3.`,
    `- Quotas of ${quotasDated} from infra/quotas.ts, list prices of ${pricesDated} from infra/prices.ts, first tier; seed ${seed}.`,
  ].join('\n');
}

function loadsTable(rows: readonly Row[]): string {
  const cold = ({ simulated, viewsPerSecond }: Row) => simulated.cold * viewsPerSecond;
  const lambdas = (row: Row) => (cold(row) * assumed.lambdaMilliseconds) / 1000;
  const bill = (row: Row) => billOf(row, assumed, prices);
  const use = (name: string) => (row: Row) => {
    const { use: used = 0, limit = 0, unit = '' } = row.limits.find((one) => one.name === name) ?? {};
    return `${figure(used)} of ${figure(limit)}${unit}`;
  };
  const lines: [string, (row: Row) => string][] = [
    ['derivatives', ({ derivatives }) => figure(derivatives)],
    ['hit rate', ({ simulated }) => percent(simulated.edge + simulated.regional)],
    ['of these at the edge location', ({ simulated }) => percent(simulated.edge)],
    ['cold misses a second', (row) => figure(cold(row))],
    [
      'Lambdas at once: mean, 1 in 1,000 moments',
      (row) => `${figure(lambdas(row))}, ${figure(Math.ceil(mostAtOnce(lambdas(row))))}`,
    ],
    ...(rows[0]?.limits.map(({ name }): [string, (row: Row) => string] => [name, use(name)]) ?? []),
    ['CloudWatch logs, GB a day', (row) => figure(bill(row).logGigabytesPerDay)],
    ['access logs, GB a day', (row) => figure(bill(row).accessLogGigabytesPerDay)],
    ['dollars a month', (row) => figure(bill(row).dollars)],
    ['dollars for a million views', (row) => (bill(row).dollars / (row.viewsPerSecond * 2.592)).toFixed(2)],
  ];
  return table('views a second', rows, lines);
}

function firstText(rows: readonly Row[]): string {
  return rows
    .map((row) => {
      const { limits } = row;
      const exceeded = limits.filter(({ use, limit }) => use > limit);
      const [first] = limits;
      if (!first) return '';
      const named = exceeded.length > 0 ? exceeded : [first];
      const heading = `**${figure(row.viewsPerSecond)} views a second**: ${exceeded.length > 0 ? 'these limits are exceeded, the first one first' : 'no limit is exceeded; the first would be'}.`;
      return [heading, '', ...named.map((limit) => limitLine(limit, row))].join('\n');
    })
    .join('\n\n');
}

function limitLine({ name, unit, use, limit, lift }: Limit, { viewsPerSecond }: Row): string {
  return `- ${name}: ${figure(use)} of ${figure(limit)}${unit}, reached at about ${figure((viewsPerSecond * limit) / use)} views a second. Raised by ${lift}.`;
}

function shieldTable(rows: readonly Row[]): string {
  const shielded = (row: Row): Load => ({ viewsPerSecond: row.viewsPerSecond, simulated: row.shielded });
  const reads = ({ simulated, viewsPerSecond }: Load) => (simulated.s3 + simulated.cold) * viewsPerSecond;
  const bill = (load: Load) => billOf(load, assumed, prices).readDollars;
  const both = (of: (load: Load) => number, show: (value: number) => string) => (row: Row) =>
    `${show(of(row))} → ${show(of(shielded(row)))}`;
  const lines: [string, (row: Row) => string][] = [
    ['S3 reads by CloudFront a second', both(reads, figure)],
    ['views that reach S3', both(({ simulated }) => simulated.s3 + simulated.cold, percent)],
    ['cold misses a second', both(({ simulated, viewsPerSecond }) => simulated.cold * viewsPerSecond, figure)],
    ['dollars a month for reads of S3 and Origin Shield', both(bill, figure)],
  ];
  return table('views a second', rows, lines);
}

function crowdText({ crowds, numbers: { edgeLocations, seed } }: Options): string {
  const common = {
    seconds: 5,
    edgeLocations,
    capacity,
    lambdaMilliseconds: assumed.lambdaMilliseconds,
    originMilliseconds: 40,
    viewerMilliseconds: 30,
    existingMilliseconds: 80,
    errorSeconds: errorTtls(config.cache).find(({ status }) => status === 503)?.seconds ?? 0,
  };
  const results = crowds.map((viewsPerSecond) => ({
    viewsPerSecond,
    ...simulateCrowd({ ...common, viewsPerSecond }, seed),
  }));
  const lines: [string, (result: CrowdResult) => string][] = [
    [`viewers in ${common.seconds} s`, ({ viewers }) => figure(viewers, 6)],
    ['calls of the Lambda', ({ lambdaCalls }) => figure(lambdaCalls)],
    ['at most at once', ({ mostLambdasAtOnce }) => figure(mostLambdasAtOnce)],
    ['of these calls resized the image', ({ resizes }) => figure(resizes)],
    ['conditional puts that lost (412)', ({ lostPuts }) => figure(lostPuts)],
    ['200 from CloudFront', ({ outcomes }) => figure(outcomes.image, 6)],
    ['200 from the API, `no-store`', ({ outcomes }) => figure(outcomes.imageFromApi, 6)],
    ['429 from the API', ({ outcomes }) => figure(outcomes.throttled, 6)],
    ['503', ({ outcomes }) => figure(outcomes.unavailable, 6)],
    ['first held by an edge location after', (result) => `${figure(result.heldAfterMilliseconds)} ms`],
  ];
  const { originMilliseconds, viewerMilliseconds, existingMilliseconds } = common;
  return [
    table('views a second of one cold image', results, lines),
    '',
    `${edgeLocations} edge locations; \`apiRate\` ${capacity.apiRate}, \`apiBurst\` ${capacity.apiBurst}, \`reservedConcurrency\` ${capacity.reservedConcurrency}; ` +
      `${originMilliseconds} ms from the edge to an origin and back, ${viewerMilliseconds} ms from a viewer to the edge and back, ${existingMilliseconds} ms for a derivative that exists. AWS's own limits are a burst of ${figure(quotas.httpApi.burst)} for all APIs of the account ` +
      `and ${figure(quotas.lambda.newEnvironmentsInTenSeconds)} new environments in ten seconds for a function.`,
  ].join('\n');
}

const backlog = 100_000;
const replacesPerSecond = 5;

/** Both queues take the same time, so the Lambdas of the two are twice those of one. */
function purgeText(seed: number): string {
  const { purge } = config;
  const names = allowedPresets(config.presets).size;
  const common: Omit<PurgeLoad, 'replacedAt'> = {
    purge,
    eventSeconds: 1,
    pollSeconds: 0.2,
    originalSeconds: 0.3,
    originalsAtOnce: 3,
    lookupsOfOriginal: names + 2,
    callSeconds: 1,
    effectiveP95Seconds: 5,
    completeSeconds: 25,
    invalidationsPerDay: Number.POSITIVE_INFINITY,
  };
  const hour = Array.from({ length: replacesPerSecond * 3600 }, (_, at) => at / replacesPerSecond);
  const steady = simulatePurge({ ...common, replacedAt: hour }, seed);
  const burst = simulatePurge({ ...common, replacedAt: Array<number>(backlog).fill(0) }, seed);
  const lag = (share: number) => `${figure(quantile([...steady.lagSeconds], share))} s`;
  const limited = Math.floor(purge.dollarsPerDay / prices.cloudFront.invalidationPath);
  return [
    `At ${replacesPerSecond} replaced originals a second for an hour, half of them are gone from every edge ${lag(0.5)} after their upload, 95 % after ${lag(0.95)}, the last one after ${lag(1)}. The objective is ${config.objectives.purgeSeconds} s for 95 %.`,
    '',
    `A backlog of ${figure(backlog, 6)} events is drained in ${figure(burst.drainedAfterSeconds / 60)} minutes. At most ${2 * burst.mostLambdasAtOnce} purge Lambdas run at once, for both passes, of the ${figure(quotas.lambda.concurrency)} of the account; ` +
      `the ${capacity.reservedConcurrency} of the resizes are reserved, so views wait for none of them. The two passes look up ${figure(2 * burst.mostLookupsPerSecond)} objects a second, at most ${figure((2 * burst.mostLookupsPerSecond) / (names + 2))} below each preset's prefix, where S3 gives ${figure(quotas.s3.getsPerSecond)}; ` +
      `at most ${figure(burst.mostInProgress)} invalidations of 3,000 are in progress.`,
    '',
    `\`purge.dollarsPerDay\` of ${purge.dollarsPerDay} pays for ${figure(limited)} invalidations a day. Of such a backlog the others are held back: their derivatives are deleted, and an edge shows an old image until its copy ends, or until \`make purge\`.`,
    '',
    `Assumed: 1 s from S3's event to the queue, 0.2 s from the queue to the Lambda, 0.3 s for the look-ups of an original, 3 of them at once, 1 s for a call of CloudFront's API. An invalidation by tag is effective after 5 s at the 95th percentile (AWS's announcement), distributed exponentially, and completed after 25 s.`,
  ].join('\n');
}

function table<Row extends { readonly viewsPerSecond: number }>(
  heading: string,
  rows: readonly Row[],
  lines: readonly (readonly [string, (row: Row) => string])[],
): string {
  const head = [heading, ...rows.map(({ viewsPerSecond }) => figure(viewsPerSecond))];
  const body = lines.map(([name, of]) => [name, ...rows.map(of)]);
  return markdownTable([head, ...body], { align: ['l', ...rows.map(() => 'r')] });
}

function figure(value: number, digits = 3): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: value >= 1000 && digits === 3 ? 4 : digits });
}

function percent(share: number): string {
  return `${(100 * share).toLocaleString('en-US', { maximumSignificantDigits: 3 })} %`;
}

if (import.meta.main) {
  try {
    const options = readOptions(process.argv.slice(2));
    if (!options) console.log(help);
    else if (options.isOwn) console.log(Object.values(scaleParts(options)).join('\n\n'));
    else writeParts('docs/scale.md', scaleParts(options));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
