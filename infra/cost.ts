import type { Capacity } from '../src/config.ts';
import { canaryMetrics, counters, logCounters, measures, purgeMetrics } from '../src/metrics.ts';
import type { prices as shippedPrices } from './prices.ts';

/** What the cost depends on beside the number of views. Each can be set: `make cost COST="--cold-share 0.05"`. */
export interface Assumptions {
  /** Part of the views whose derivative is generated. */
  readonly coldShare: number;
  /** Part of the views that CloudFront answers from its cache. */
  readonly hitShare: number;
  /** Part of the misses that Origin Shield answers. 0 without it. */
  readonly shieldHitShare: number;
  /** Part of the requests to the website that are charged for Origin Shield: those from regional caches of other regions. */
  readonly shieldShare: number;
  readonly derivativeBytes: number;
  /** Charged for one derivative. */
  readonly lambdaMilliseconds: number;
  readonly memoryMegabytes: number;
  readonly architecture: 'x64' | 'arm64';
  /** Where the API is: on the host of the images, a cold view is three requests to CloudFront. */
  readonly apiOn: 'image-host' | 'own-host';
  /** The lifetime of a derivative in S3. */
  readonly derivativeDays: number;
  /** The retention of logs in CloudWatch. */
  readonly logDays: number;
  /** The log of one call of the Lambda: line, metrics, report. */
  readonly lambdaLogBytes: number;
  /** One line of the API's access log. */
  readonly apiLogBytes: number;
  /** One redirect in the log of the CloudFront Function. */
  readonly edgeLogBytes: number;
  /** One request in CloudFront's own log, compressed. */
  readonly accessLogBytes: number;
  /** Presets with their formats: each has its own metric. */
  readonly presets: number;
  readonly countsEdgeRedirects: boolean;
  /** Metrics that alarms read: an alarm on a quotient reads two. */
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  readonly dashboards: number;
  /** Images that the canary loads in a month; 0 without a canary. */
  readonly canaryViews: number;
  /** How long the canary takes for one of them. */
  readonly canaryMilliseconds: number;
  /** Generations of the secret: one before its first rotation, then two. */
  readonly secrets: number;
  /** Whether replaced and deleted originals are purged. */
  readonly purges: boolean;
  /** New originals for each view. */
  readonly uploadShare: number;
  /** Replaced and deleted originals for each view. */
  readonly replaceShare: number;
  /** Of the purge Lambda, for one original. */
  readonly purgeMilliseconds: number;
  readonly purgeMegabytes: number;
}

/** One line of the bill. `free` units are free for ever. */
export interface CostLine {
  readonly part: string;
  readonly what: string;
  readonly units: number;
  readonly price: number;
  readonly free: number;
}

export function dollars({ units, price }: CostLine): number {
  return units * price;
}

/** Free tiers are for the whole account, so other services may have used them up. */
export function dollarsAfterFree({ units, price, free }: CostLine): number {
  return Math.max(0, units - free) * price;
}

const gigabyte = 1e9;
const secondsOfMonth = 30 * 24 * 60 * 60;
/** Lambda charges for at least one; a refusal reads nothing. */
const refusedMilliseconds = 2;
/** The 307, on the image host the request to the API, and the image. */
const edgeRequestsOfColdView = { 'image-host': 3, 'own-host': 2 } as const;
const accessLogDays = 90;
/** The API's 301 with its headers. */
const redirectBytes = 1000;
const canaryMegabytes = 256;
/** CloudFront's additional metrics: hit rate, origin latency and six error rates. */
const additionalMetrics = 8;

/** Returns the bill of one month, part by part. Storage is that of a service that has run longer than its lifetimes. */
export function monthlyCost(views: number, given: Assumptions, prices: typeof shippedPrices): readonly CostLine[] {
  const cold = views * given.coldShare;
  const misses = views * (1 - given.hitShare);
  if (cold > misses) {
    throw new Error(
      `coldShare is ${given.coldShare}, expected at most ${Number((1 - given.hitShare).toFixed(6))}: a cold view is no hit (hitShare ${given.hitShare})`,
    );
  }
  const logBytes =
    cold * (given.lambdaLogBytes + given.apiLogBytes) + (given.countsEdgeRedirects ? cold * given.edgeLogBytes : 0);
  const gigabyteSeconds = cold * (given.lambdaMilliseconds / 1000) * (given.memoryMegabytes / 1024);
  const requests = views + (edgeRequestsOfColdView[given.apiOn] - 1) * cold;
  const { EdgeRedirects: _, EdgeReturns: __, EdgeFallbacks: ___, ...others } = logCounters;
  const countedAtEdge = given.countsEdgeRedirects ? { 'image-host': 3, 'own-host': 1 }[given.apiOn] : 0;
  const countedInLogs = Object.keys(others).length + countedAtEdge;
  const metrics = Object.keys(counters).length + Object.keys(measures).length;
  const { cloudFront, s3, httpApi, lambda, cloudWatch, secretsManager, dataTransfer } = prices;
  const line = (part: string, what: string, units: number, price: number, free = 0): CostLine => ({
    part,
    what,
    units,
    price,
    free,
  });

  return [
    line(
      'CloudFront',
      `requests (a cold view is ${edgeRequestsOfColdView[given.apiOn]})`,
      requests,
      cloudFront.httpsRequest,
      cloudFront.free.httpsRequests,
    ),
    line(
      'CloudFront',
      'GB to viewers',
      (views * given.derivativeBytes) / gigabyte,
      cloudFront.gigabyteOut,
      cloudFront.free.gigabytesOut,
    ),
    line(
      'CloudFront',
      'function calls, one for a request and one for its answer',
      2 * requests,
      cloudFront.functionCall,
      cloudFront.free.functionCalls,
    ),
    // A cold view asks the website twice.
    ...(given.shieldShare > 0
      ? [
          line(
            'CloudFront',
            'requests to Origin Shield',
            (misses + cold) * given.shieldShare,
            cloudFront.originShieldRequest,
          ),
        ]
      : []),
    // A cold view's first read of the website is one of the misses. Then come the Lambda's GET and HEAD, and the image.
    line(
      'S3',
      'GET and HEAD (a miss is one, a cold view four)',
      misses * (1 - given.shieldHitShare) + 3 * cold,
      s3.get,
    ),
    line('S3', 'PUT', cold, s3.put),
    line(
      'S3',
      'GB of derivatives',
      (cold * given.derivativeBytes * given.derivativeDays) / 30 / gigabyte,
      s3.gigabyteMonth,
    ),
    line(
      'S3',
      "GB of CloudFront's logs",
      (requests * given.accessLogBytes * accessLogDays) / 30 / gigabyte,
      s3.gigabyteMonth,
    ),
    line('API', 'requests', cold, httpApi.request),
    // From the API to CloudFront is free, and its 301 is a part of the bytes to viewers that does not show.
    ...(given.apiOn === 'own-host'
      ? [
          line(
            'API',
            'GB of redirects',
            (cold * redirectBytes) / gigabyte,
            dataTransfer.gigabyteOut,
            dataTransfer.free.gigabytesOut,
          ),
        ]
      : []),
    line('Lambda', 'requests', cold, lambda.request, lambda.free.requests),
    line(
      'Lambda',
      `GB-seconds on ${given.architecture}`,
      gigabyteSeconds,
      lambda.gigabyteSecond[given.architecture],
      lambda.free.gigabyteSeconds,
    ),
    line('Logs', 'GB written', logBytes / gigabyte, cloudWatch.logGigabyte, cloudWatch.free.logGigabytes),
    line('Logs', 'GB kept', (logBytes * given.logDays) / 30 / gigabyte, cloudWatch.logGigabyteMonth),
    line('Metrics', 'of the Lambda', metrics, cloudWatch.metricMonth, cloudWatch.free.metrics),
    line('Metrics', 'of each preset, at most', given.presets, cloudWatch.metricMonth),
    line('Metrics', 'of CloudFront', additionalMetrics, cloudWatch.metricMonth),
    line('Metrics', 'counted in logs', countedInLogs, cloudWatch.metricMonth),
    line('Alarms', 'metrics of alarms', given.alarmMetrics, cloudWatch.alarmMonth, cloudWatch.free.alarms),
    line('Alarms', 'composite alarms', given.compositeAlarms, cloudWatch.compositeAlarmMonth),
    line('Dashboards', 'dashboards', given.dashboards, cloudWatch.dashboardMonth, cloudWatch.free.dashboards),
    ...canary(given, prices),
    ...(given.purges ? purgeCost(views * given.uploadShare, views * given.replaceShare, given, prices) : []),
    ...(given.purges
      ? [
          line('Purge', 'SQS polls', purgeQueues * idlePolls, prices.sqs.request, prices.sqs.free.requests),
          line('Purge', 'metrics', Object.keys(purgeMetrics).length, cloudWatch.metricMonth),
        ]
      : []),
    line('Secret', 'generations', given.secrets, secretsManager.secretMonth),
  ];
}

/** CloudFront for one month, in both of the ways that it is sold. */
export interface EdgeCost {
  readonly payAsYouGo: number;
  /** Pay as you go, with a WAF that has the rate rule. Plans include one. */
  readonly withWaf: number;
  /** The cheapest plan whose allowance holds the traffic; `undefined` where none does. */
  readonly plan: { readonly name: string; readonly month: number } | undefined;
}

/** Compares CloudFront's prices for the traffic of a bill. */
export function edgeCost(bill: readonly CostLine[], { cloudFront, flatRate, waf }: typeof shippedPrices): EdgeCost {
  const lines = bill.filter(({ part }) => part === 'CloudFront');
  const unitsAt = (price: number) => lines.reduce((sum, line) => sum + (line.price === price ? line.units : 0), 0);
  const requests = unitsAt(cloudFront.httpsRequest);
  const gigabytes = unitsAt(cloudFront.gigabyteOut);
  const payAsYouGo = lines.reduce((sum, line) => sum + dollarsAfterFree(line), 0);
  return {
    payAsYouGo,
    withWaf: payAsYouGo + waf.aclMonth + waf.ruleMonth + requests * waf.request,
    plan: flatRate.plans.find((plan) => requests <= plan.requests && gigabytes <= plan.gigabytes),
  };
}

/**
 * The cost of a month in which clients call the API as fast as it accepts, all the time, for images that exist. Other
 * requests to CloudFront are not bounded by `capacity` and not counted.
 */
export function attackCost({ apiRate }: Capacity, given: Assumptions, prices: typeof shippedPrices): number {
  const calls = apiRate * secondsOfMonth;
  const { cloudFront, s3, httpApi, lambda, cloudWatch, dataTransfer } = prices;
  const isOnImageHost = given.apiOn === 'image-host';
  const each =
    (isOnImageHost ? cloudFront.httpsRequest + 2 * cloudFront.functionCall : 0) +
    httpApi.request +
    lambda.request +
    (given.lambdaMilliseconds / 1000) * (given.memoryMegabytes / 1024) * lambda.gigabyteSecond[given.architecture] +
    // HEAD and GET, and GET of the derivative that is sent.
    3 * s3.get +
    ((given.lambdaLogBytes + given.apiLogBytes) / gigabyte) * cloudWatch.logGigabyte +
    (given.derivativeBytes / gigabyte) * (isOnImageHost ? cloudFront : dataTransfer).gigabyteOut;
  return calls * each;
}

/** The same for a client that calls the API's own host, where the API is on the image host: each call is refused at once. */
export function refusedCallsCost({ apiRate }: Capacity, given: Assumptions, prices: typeof shippedPrices): number {
  const { httpApi, lambda, cloudWatch } = prices;
  const each =
    httpApi.request +
    lambda.request +
    (refusedMilliseconds / 1000) * (given.memoryMegabytes / 1024) * lambda.gigabyteSecond[given.architecture] +
    ((given.lambdaLogBytes + given.apiLogBytes) / gigabyte) * cloudWatch.logGigabyte;
  return apiRate * secondsOfMonth * each;
}

/** Of an empty queue that Lambda polls, at most: five long polls of 20 seconds at once ("Using Lambda with Amazon SQS"). */
const idlePolls = (5 * secondsOfMonth) / 20;
const purgeQueues = 2;

/**
 * The purge of originals. Each event goes to both queues, and each message is sent, received and deleted, one by one
 * where there are few. A new original costs its messages and one look at its versions; a replaced or deleted one is
 * looked up with all its possible derivatives, twice, and invalidated by one tag.
 */
export function purgeCost(
  uploads: number,
  replaced: number,
  { presets, architecture, purgeMilliseconds, purgeMegabytes }: Assumptions,
  { cloudFront, eventBridge, lambda, s3, sqs }: typeof shippedPrices,
): readonly CostLine[] {
  const events = uploads + replaced;
  const line = (what: string, units: number, price: number, free = 0) => ({ part: 'Purge', what, units, price, free });
  return [
    line('events of originals', events, eventBridge.event),
    line('SQS requests of messages', 3 * purgeQueues * events, sqs.request),
    line('Lambda requests, at most', purgeQueues * events, lambda.request),
    line(
      `GB-seconds on ${architecture}`,
      replaced * purgeQueues * (purgeMilliseconds / 1000) * (purgeMegabytes / 1024),
      lambda.gigabyteSecond[architecture],
    ),
    line('LIST of the versions of an original', events, s3.put),
    line('HEAD of an original and its derivatives', replaced * purgeQueues * (1 + presets), s3.get),
    line('invalidated tags', replaced, cloudFront.invalidationPath, cloudFront.free.invalidationPaths),
  ];
}

/** The canary uploads an image, loads it cold and warm, and removes it. Its few bytes are not counted. */
function canary(given: Assumptions, { cloudFront, s3, httpApi, lambda, cloudWatch }: typeof shippedPrices): CostLine[] {
  const { canaryViews, canaryMilliseconds, lambdaMilliseconds, memoryMegabytes, architecture, apiOn } = given;
  if (canaryViews === 0) return [];
  const second = lambda.gigabyteSecond[architecture];
  const coldView =
    (edgeRequestsOfColdView[apiOn] + 1) * cloudFront.httpsRequest +
    httpApi.request +
    lambda.request +
    (lambdaMilliseconds / 1000) * (memoryMegabytes / 1024) * second +
    2 * s3.put +
    4 * s3.get;
  const gigabyteSeconds = canaryViews * (canaryMilliseconds / 1000) * (canaryMegabytes / 1024);
  const line = (what: string, units: number, price: number) => ({ part: 'Canary', what, units, price, free: 0 });
  return [
    line('images loaded, each cold and warm', canaryViews, coldView),
    line('GB-seconds of the canary', gigabyteSeconds, second),
    line('metrics', Object.keys(canaryMetrics).length, cloudWatch.metricMonth),
  ];
}
