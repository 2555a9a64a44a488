/**
 * What a Lambda of some memory size does with work that was measured in CPU time. Facts and their source: 128 to 10,240
 * MB, CPU in proportion to memory, one vCPU at 1,769 MB (AWS Lambda Developer Guide, "Configure Lambda function memory").
 */

export const leastMegabytes = 128;
export const mostMegabytes = 10_240;
export const megabytesOfOneVcpu = 1769;

/** Sizes that are compared; in steps that one would really choose between. */
export const memorySizes: readonly number[] = [128, 256, 512, 768, 1024, 1536, 1769, 2048, 3008, 5307, 10_240];

export function vcpusOf(memoryMegabytes: number): number {
  return memoryMegabytes / megabytesOfOneVcpu;
}

/**
 * A process that gets its share in slices takes longer than its CPU time through its share: others have used the caches
 * meanwhile, and two threads that run at once use the slice up together. The first run of `--verify` asked for 1.08, five
 * later ones for 1.04 to 1.11 (an AMD and an Intel processor, loads of 2 to 18): with 1.08 the middle of each was off by -3
 * to +1 percent. Times that others measured on Lambda itself (see the test) lie within 6 percent of the model with it, and up
 * to 14 percent above it without. Over one vCPU less is sliced, and it is an upper bound: 4 percent at 3,008 MB.
 */
export const quotaFactor = 1.08;

/** One resize is one thread: of more than one vCPU it has nothing. */
export function shareOf(memoryMegabytes: number): number {
  return Math.min(1, vcpusOf(memoryMegabytes));
}

export function callMilliseconds(cpuMilliseconds: number, memoryMegabytes: number): number {
  return (quotaFactor * cpuMilliseconds) / shareOf(memoryMegabytes);
}

/**
 * The start runs at full speed whatever the memory: observed by several people, not documented. A first call runs at
 * the speed that was paid for.
 */
export function firstCallMilliseconds(
  { startCpu, firstCpu }: { readonly startCpu: number; readonly firstCpu: number },
  memoryMegabytes: number,
): number {
  return startCpu + callMilliseconds(firstCpu, memoryMegabytes);
}

/**
 * What Lambda's own runtime holds beside our process, which is all that we can measure. An assumption: a resize of a small
 * picture was reported to use 110 of 128 MB (lovell/sharp, issue 3380), where a process of ours has 75.
 */
export const runtimeMegabytes = 35;

/** Lambda's megabyte has 2^20 bytes. */
export function neededMegabytes(peakRssBytes: number): number {
  return peakRssBytes / 2 ** 20 + runtimeMegabytes;
}
