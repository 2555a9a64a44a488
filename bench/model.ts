import { probit } from 'simple-statistics';
import type { prices as shippedPrices } from '../infra/prices.ts';

/**
 * What a Lambda of a memory size makes of work that was measured in CPU time. 128 to 10,240 MB, CPU in proportion to
 * memory, one vCPU at 1,769 MB: AWS Lambda Developer Guide, "Configure Lambda function memory".
 */

export const leastMegabytes = 128;
export const mostMegabytes = 10_240;
const megabytesOfOneVcpu = 1769;

/** The sizes that are compared. */
export const memorySizes: readonly number[] = [128, 256, 512, 768, 1024, 1536, 1769, 2048, 3008, 5307, 10_240];

export function vcpusOf(memoryMegabytes: number): number {
  return memoryMegabytes / megabytesOfOneVcpu;
}

/** Assumed: AWS does not publish the period of its CPU quota. With the kernel's default of 100 ms short jobs escape more. */
export const periodMilliseconds = 20;

/**
 * How CPU time grows when it comes in slices: each slice begins with cold caches. Calibrated once, against quotas of cgroup
 * v1 on an AMD and an Intel processor, four runs: the calls took 1.05 to 1.12 of their CPU time at 256 MB, 1.03 to 1.09 at
 * 512 MB and 1.01 to 1.06 at 1,024 MB. docs/bench.md has the last of the runs. Published times of Lambda itself lie within
 * 9% of the model (test/unit/bench/model.test.ts).
 */
export const growthFactor = 1.02;
export const growthMilliseconds = 0.24;

/** One resize is one thread: it cannot use more than one vCPU. */
function shareOf(memoryMegabytes: number): number {
  return Math.min(1, vcpusOf(memoryMegabytes));
}

export function callMilliseconds(cpuMilliseconds: number, memoryMegabytes: number): number {
  const share = shareOf(memoryMegabytes);
  return ((growthFactor + growthMilliseconds / (periodMilliseconds * share)) * cpuMilliseconds) / share;
}

/**
 * A start runs at full speed whatever the memory: several people have observed it, AWS does not document it. A first call
 * runs at the speed of the memory size.
 */
export function firstCallMilliseconds(
  { startCpu, firstCpu }: { readonly startCpu: number; readonly firstCpu: number },
  memoryMegabytes: number,
): number {
  return startCpu + callMilliseconds(firstCpu, memoryMegabytes);
}

/**
 * Memory of Lambda's own runtime beside our process. Assumed: a resize of a small image was reported to use 110 of 128 MB
 * (lovell/sharp, issue 3380), where our process has 75.
 */
export const runtimeMegabytes = 35;

/** In Lambda's megabytes, of 2^20 bytes. */
export function neededMegabytes(peakRssBytes: number): number {
  return peakRssBytes / 2 ** 20 + runtimeMegabytes;
}

type Prices = typeof shippedPrices;
export type Architecture = keyof Prices['lambda']['gigabyteSecond'];

export interface LambdaUse {
  /** Mean of what is billed. AWS rounds each call up to the millisecond. */
  readonly billedMilliseconds: number;
  readonly memoryMegabytes: number;
  readonly architecture: Architecture;
}

/** Returns the dollars of the Lambda in one resize. */
export function lambdaDollars({ billedMilliseconds, memoryMegabytes, architecture }: LambdaUse, { lambda }: Prices) {
  const gigabyteSeconds = (billedMilliseconds / 1000) * (memoryMegabytes / 1024);
  return lambda.request + gigabyteSeconds * lambda.gigabyteSecond[architecture];
}

/**
 * Returns the dollars of compute and requests of one resize: the Lambda; one request of the API; at S3 the website's 404,
 * HEAD, GET and PUT, and the GET of the derivative; at CloudFront the request after the redirect. Logs and the function at
 * the edge do not depend on the memory size: `make cost` has them.
 */
export function resizeDollars(use: LambdaUse, prices: Prices): number {
  const { httpApi, s3, cloudFront } = prices;
  return lambdaDollars(use, prices) + httpApi.request + 4 * s3.get + s3.put + cloudFront.httpsRequest;
}

/**
 * Returns the dollars of a million views in the most expensive case, when every miss of CloudFront is a resize. After a
 * while most derivatives are in S3. Bytes to viewers are not included.
 */
export function millionViewsDollars(hitRate: number, use: LambdaUse, prices: Prices): number {
  return 1e6 * (prices.cloudFront.httpsRequest + (1 - hitRate) * resizeDollars(use, prices));
}

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
