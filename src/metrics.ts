/**
 * Every metric of the service: name, unit and meaning. Imports nothing.
 * Counters also emit 0, with every request, so that a rate has a denominator and an alarm has data.
 */

export const metricNamespace = 'ImageResize';
export const serviceName = 'resize-on-miss';

/** On every metric. Keys of images are never dimensions: each value would be a metric of its own, and billed. */
export const defaultDimensions = ['service', 'stage'] as const;

interface Metric {
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds' | 'Bytes' | 'Megabytes';
  readonly meaning: string;
}

export const counters = {
  ResizeRequests: { unit: 'Count', meaning: 'requests that the Lambda has answered, with any status' },
  Resized: { unit: 'Count', meaning: 'derivatives that were made and stored' },
  LoopSuspects: {
    unit: 'Count',
    meaning:
      'requests for a derivative that had existed for longer than the grace period: a redirect loop, or a direct caller',
  },
  RacedRequests: {
    unit: 'Count',
    meaning:
      'requests that met another first viewer: the derivative is younger than the grace period, or was stored meanwhile',
  },
  ReducedReplies: {
    unit: 'Count',
    meaning: 'images sent as WebP because the derivative is too large for a reply of Lambda (a loop or a race)',
  },
  LookUpFailures: {
    unit: 'Count',
    meaning: 'requests in which S3 did not say whether the derivative exists, so it was made',
  },
  FocalPointsIgnored: {
    unit: 'Count',
    meaning: 'requests for an original whose focal point is not a pair of numbers from 0 to 1',
  },
  Fallbacks: {
    unit: 'Count',
    meaning: 'requests for an original that does not exist, redirected to the fallback of the preset',
  },
  OriginalMissing: {
    unit: 'Count',
    meaning: 'requests answered with 404 because the original does not exist (not counted as Refused)',
  },
  OriginalBroken: {
    unit: 'Count',
    meaning: 'requests for an original that cannot be decoded (not counted as Refused)',
  },
  Refused: { unit: 'Count', meaning: 'requests answered with another 4xx' },
  DirectCalls: {
    unit: 'Count',
    meaning: 'requests that did not come through CloudFront, answered with 403 where it must (not counted as Refused)',
  },
  Faults: { unit: 'Count', meaning: 'requests answered with a 5xx' },
  ColdStarts: { unit: 'Count', meaning: 'first requests of a Lambda environment' },
} as const satisfies Record<string, Metric>;

export const measures = {
  TargetAgeSeconds: {
    unit: 'Seconds',
    meaning: 'age of a derivative that existed when it was requested from the Lambda',
  },
  HeadMs: { unit: 'Milliseconds', meaning: 'looking up the derivative in S3, at the same time as GetMs' },
  GetMs: { unit: 'Milliseconds', meaning: 'reading the original from S3' },
  ResizeMs: { unit: 'Milliseconds', meaning: 'decoding, resizing and encoding' },
  PutMs: { unit: 'Milliseconds', meaning: 'storing the derivative in S3' },
  TotalMs: { unit: 'Milliseconds', meaning: 'the whole request' },
  InBytes: { unit: 'Bytes', meaning: 'size of the original' },
  OutBytes: { unit: 'Bytes', meaning: 'size of the derivative' },
  PeakRssMB: { unit: 'Megabytes', meaning: 'largest resident memory of the process so far' },
} as const satisfies Record<string, Metric>;

/** Emitted separately, with the additional dimension `preset`. */
export const presetCounter = {
  name: 'PresetRequests',
  unit: 'Count',
  meaning: 'requests for a listed preset',
} as const;

/** Emitted by each run of the canary. */
export const canaryMetrics = {
  CanaryFailures: {
    unit: 'Count',
    meaning:
      'canary runs in which a view of a new image was not 307, 301, 200, or its second view was redirected again',
  },
  CanaryMs: { unit: 'Milliseconds', meaning: 'the slowest first view of a canary run, all hops together' },
} as const satisfies Record<string, Metric>;

/** Emitted by each batch of the purge, counters also as 0. */
export const purgeMetrics = {
  OriginalsPurged: {
    unit: 'Count',
    meaning: 'replaced or deleted originals whose derivatives were removed, once for each of the two passes',
  },
  DerivativesDeleted: {
    unit: 'Count',
    meaning: 'derivatives of another original than the present one, deleted from S3',
  },
  Invalidations: { unit: 'Count', meaning: 'tags or paths that CloudFront was asked to invalidate, each charged' },
  InvalidationsHeldBack: {
    unit: 'Count',
    meaning: 'tags or paths that were not invalidated, since `purge.dollarsPerDay` is spent',
  },
  PurgeFailures: { unit: 'Count', meaning: 'messages of the purge that failed and will be received again' },
  PurgeLagSeconds: { unit: 'Seconds', meaning: 'from the event of S3 until CloudFront has accepted the invalidation' },
} as const satisfies Record<string, Metric>;

/** Counted by metric filters in logs, since neither CloudFront nor an HTTP API has such a metric. */
export const logCounters = {
  EdgeRedirects: {
    unit: 'Count',
    meaning: 'redirects of viewers to the API, cached ones included',
  },
  EdgeReturns: {
    unit: 'Count',
    meaning: 'redirects of viewers from the API to the image, where both are on one host',
  },
  EdgeFallbacks: {
    unit: 'Count',
    meaning: 'redirects of viewers from the API to a fallback, where both are on one host, cached ones included',
  },
  ApiThrottled: {
    unit: 'Count',
    meaning: 'requests that the API answered with 429; a lower bound, since AWS may leave many out of the log',
  },
} as const satisfies Record<string, Metric>;

export type Counter = keyof typeof counters;
export type Measure = keyof typeof measures;
export type LogCounter = keyof typeof logCounters;
export type PurgeMetric = keyof typeof purgeMetrics;
