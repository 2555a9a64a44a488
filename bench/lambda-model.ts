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

/** What Lambda itself takes is not published; with the kernel's usual 100 ms short jobs escape more of a quota. */
export const periodMilliseconds = 20;

/**
 * How much CPU time grows when it comes in slices: each begins with caches that others have used meanwhile, which costs a
 * quarter of a millisecond, and a little is lost in any case. Both figures are fitted to four quiet runs of `--verify`, on
 * an AMD and an Intel processor: in the middle of the cases those asked for 1.05 to 1.12 at 256 MB, 1.03 to 1.09 at 512 and
 * 1.01 to 1.06 at 1,024. Times that others measured on Lambda itself (see the test) lie within 9 percent of the model.
 */
export const growthOfAll = 1.02;
export const growthMilliseconds = 0.24;

function growth(share: number): number {
  return growthOfAll + growthMilliseconds / (periodMilliseconds * share);
}

/** One resize is one thread: of more than one vCPU it has nothing. */
export function shareOf(memoryMegabytes: number): number {
  return Math.min(1, vcpusOf(memoryMegabytes));
}

export function callMilliseconds(cpuMilliseconds: number, memoryMegabytes: number): number {
  const share = shareOf(memoryMegabytes);
  return (growth(share) * cpuMilliseconds) / share;
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
 * image was reported to use 110 of 128 MB (lovell/sharp, issue 3380), where a process of ours has 75.
 */
export const runtimeMegabytes = 35;

/** Lambda's megabyte has 2^20 bytes. */
export function neededMegabytes(peakRssBytes: number): number {
  return peakRssBytes / 2 ** 20 + runtimeMegabytes;
}
