import { probit } from 'simple-statistics';

/**
 * How long S3 takes. Modelled: no S3 of AWS is asked here. `make tune` measures the whole on AWS, and the metrics GetMs and
 * PutMs of a deployed service give the parts.
 */
export interface S3Assumptions {
  /** Median until the first byte of a GET, and again until the end of a small PUT. */
  readonly latencyMilliseconds: number;
  /** p95 / median. */
  readonly spread: number;
  readonly megabytesPerSecond: number;
}

/**
 * AWS says "roughly 100-200 milliseconds" to the first byte of a small object (Amazon S3 User Guide, "Best practices design
 * patterns"); people who measured from a Lambda of the same region report 20 to 130. A median of 60 with a p95 of 150 covers
 * both. The network of a Lambda is reported to carry about 600 Mbit/s.
 */
export const assumedS3: S3Assumptions = { latencyMilliseconds: 60, spread: 2.5, megabytesPerSecond: 70 };

/** With fifty, p95 and p99 are points themselves. */
const points = 50;

/**
 * Returns times of S3 in one resize that are equally likely. The HEAD of the derivative runs beside the GET and adds nothing.
 * Latency is log-normal; GET and PUT are slow together, which is the worse case.
 */
export function s3Milliseconds(bytesIn: number, bytesOut: number, assumed: S3Assumptions): number[] {
  const { latencyMilliseconds, spread } = assumed;
  const sigma = Math.log(spread) / probit(0.95);
  const transfer = transferMilliseconds(bytesIn + bytesOut, assumed);
  return Array.from({ length: points }, (_, index) => {
    const latency = latencyMilliseconds * Math.exp(sigma * probit((index + 0.5) / points));
    return 2 * latency + transfer;
  });
}

/** The inverse: the latency of one request in a measured wait. The transfer of the derivative, about 1 ms, is not subtracted. */
export function latencyOfOneRequest(waitedMilliseconds: number, bytesIn: number): number {
  return Math.max(0, (waitedMilliseconds - transferMilliseconds(bytesIn, assumedS3)) / 2);
}

function transferMilliseconds(bytes: number, { megabytesPerSecond }: S3Assumptions): number {
  return (bytes / 1e6 / megabytesPerSecond) * 1000;
}
