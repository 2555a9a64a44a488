/**
 * Every metric of ours: the one place where its name, unit and meaning stand. Imports nothing.
 * Counters emit their 0 with every request, so that a rate has a denominator and an alarm has data.
 */

export const metricNamespace = 'ImageResize';
export const serviceName = 'resize-on-miss';

/** On every metric. Keys of images are never dimensions: each value would be a metric that is paid for. */
export const defaultDimensions = ['service', 'stage'] as const;

interface Metric {
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds' | 'Bytes' | 'Megabytes';
  readonly meaning: string;
}

export const counters = {
  ResizeRequests: { unit: 'Count', meaning: 'calls of the Lambda, whatever came of them' },
  Resized: { unit: 'Count', meaning: 'derivatives that were made and stored' },
  LoopSuspects: {
    unit: 'Count',
    meaning: 'calls for a derivative that had existed for longer than the grace period: somebody was sent round again',
  },
  RacedRequests: { unit: 'Count', meaning: 'calls for a derivative younger than the grace period: two first viewers' },
  OriginalMissing: { unit: 'Count', meaning: 'calls for an original that does not exist (not counted as Refused)' },
  Refused: { unit: 'Count', meaning: 'calls answered by another 4xx' },
  Faults: { unit: 'Count', meaning: 'calls answered by a 5xx' },
  ColdStarts: { unit: 'Count', meaning: 'first calls of a Lambda environment' },
} as const satisfies Record<string, Metric>;

export const measures = {
  TargetAgeSeconds: { unit: 'Seconds', meaning: 'age of the derivative that was asked for though it existed' },
  HeadMs: { unit: 'Milliseconds', meaning: 'asking S3 whether the derivative exists; runs beside GetMs' },
  GetMs: { unit: 'Milliseconds', meaning: 'reading the original from S3, first byte to last' },
  ResizeMs: { unit: 'Milliseconds', meaning: 'decoding, resizing and encoding' },
  PutMs: { unit: 'Milliseconds', meaning: 'storing the derivative in S3' },
  TotalMs: { unit: 'Milliseconds', meaning: 'the whole request' },
  InBytes: { unit: 'Bytes', meaning: 'size of the original' },
  OutBytes: { unit: 'Bytes', meaning: 'size of the derivative' },
  PeakRssMB: { unit: 'Megabytes', meaning: 'largest resident memory of the process so far' },
} as const satisfies Record<string, Metric>;

/** Emitted apart, with the dimension `preset` on top of the default ones, so that the totals above exist without it. */
export const presetCounter = {
  name: 'PresetRequests',
  unit: 'Count',
  meaning: 'calls for a listed preset, by its name',
} as const;

/** What the canary emits, with every walk. */
export const canaryMetrics = {
  CanaryFailures: {
    unit: 'Count',
    meaning:
      'walks of a made-up viewer that did not go 307, 301, 200, or who was redirected once more when he came back',
  },
  CanaryMs: { unit: 'Milliseconds', meaning: 'the whole first view of the canary, hop by hop from within AWS' },
} as const satisfies Record<string, Metric>;

/** What metric filters count in logs, since neither CloudFront nor an HTTP API has a metric of it. */
export const logCounters = {
  EdgeRedirects: {
    unit: 'Count',
    meaning: 'redirects that viewers got from CloudFront, kept ones included: how often viewers were sent to the API',
  },
  ApiThrottled: {
    unit: 'Count',
    meaning: 'requests that the API answered by a 429; a lower bound, since AWS may leave many out of the log',
  },
} as const satisfies Record<string, Metric>;

export type Counter = keyof typeof counters;
export type Measure = keyof typeof measures;
export type LogCounter = keyof typeof logCounters;
