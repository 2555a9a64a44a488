/**
 * What a Lambda of a memory size makes of work that was measured in CPU time. 128 to 10,240 MB, CPU in proportion to
 * memory, one vCPU at 1,769 MB: AWS Lambda Developer Guide, "Configure Lambda function memory".
 */

export const leastMegabytes = 128;
export const mostMegabytes = 10_240;
export const megabytesOfOneVcpu = 1769;

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
export function shareOf(memoryMegabytes: number): number {
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
