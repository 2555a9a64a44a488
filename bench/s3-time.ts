import { normalQuantile } from './normal.ts';

/**
 * How long S3 takes: a model, since no S3 of AWS can be asked here. `make tune` measures the whole on the real one, and
 * X-Amzn-Trace or the metrics GetMs and PutMs of a deployed service give the parts.
 */
export interface S3Assumptions {
  /** Median until the first byte of a GET, and again until the end of a small PUT. */
  readonly latencyMilliseconds: number;
  /** How many times the median the p95 is. */
  readonly spread: number;
  readonly megabytesPerSecond: number;
}

/**
 * AWS speaks of "roughly 100-200 milliseconds" to the first byte for a small object (Amazon S3 User Guide, "Best practices
 * design patterns"); people who measured from a Lambda of the same region report 20 to 130. A median of 60 with a p95 of
 * 150 lies across both. A Lambda's network is reported to carry about 600 Mbit/s.
 */
export const assumedS3: S3Assumptions = { latencyMilliseconds: 60, spread: 2.5, megabytesPerSecond: 70 };

/** Equally likely ones of all times that S3 may take: of fifty the p95 and the p99 are points themselves. */
const points = 50;

/**
 * Milliseconds of S3 in one resize, each value as likely as the next. The HEAD of the derivative runs beside the GET and
 * costs none. Latency is log-normal; GET and PUT are taken to be slow together, which is the worse case.
 */
export function s3Milliseconds(bytesIn: number, bytesOut: number, assumed: S3Assumptions): number[] {
  const { latencyMilliseconds, spread } = assumed;
  const sigma = Math.log(spread) / normalQuantile(0.95);
  const transfer = transferMilliseconds(bytesIn + bytesOut, assumed);
  return Array.from({ length: points }, (_, index) => {
    const latency = latencyMilliseconds * Math.exp(sigma * normalQuantile((index + 0.5) / points));
    return 2 * latency + transfer;
  });
}

/**
 * The other way round: the latency that would come to such a wait. What the bytes of the derivative take, a millisecond or
 * so, is left in it.
 */
export function latencyOfOneRequest(waitedMilliseconds: number, bytesIn: number): number {
  return Math.max(0, (waitedMilliseconds - transferMilliseconds(bytesIn, assumedS3)) / 2);
}

function transferMilliseconds(bytes: number, { megabytesPerSecond }: S3Assumptions): number {
  return (bytes / 1e6 / megabytesPerSecond) * 1000;
}
