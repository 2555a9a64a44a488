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

/** One resize is one thread: of more than one vCPU it has nothing. */
export function callMilliseconds(cpuMilliseconds: number, memoryMegabytes: number): number {
  return cpuMilliseconds / Math.min(1, vcpusOf(memoryMegabytes));
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
