/** The child's half of a measurement: does the work that the parent asks for, and says what it took. See `worker.ts`. */
import { readFileSync } from 'node:fs';

export interface Work {
  run(): Promise<unknown>;
  /** What the last run made, in a few words: asked for when nothing is measured. */
  product?(): Promise<unknown> | unknown;
}

export interface Ask<Job> {
  readonly job: Job;
  readonly times: number;
}

export interface Sample {
  /** Of the whole process, all threads; a call. */
  readonly cpuMilliseconds: number;
  readonly wallMilliseconds: number;
  readonly rssMegabytes: number;
  readonly peakRssMegabytes: number;
  readonly product: unknown;
}

/** Prepares each job once, then answers the parent until it hangs up. */
export function serveWork<Job>(prepare: (job: Job) => Promise<Work>): void {
  const prepared = new Map<string, Promise<Work>>();
  process.on('message', async ({ job, times }: Ask<Job>) => {
    try {
      const name = JSON.stringify(job);
      const work = prepared.get(name) ?? prepare(job);
      prepared.set(name, work);
      process.send?.({ sample: await measure(await work, times) });
    } catch (error) {
      process.send?.({ failure: error instanceof Error ? error.stack : String(error) });
    }
  });
  process.send?.({ ready: true });
}

async function measure(work: Work, times: number): Promise<Sample> {
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  for (let i = 0; i < times; i++) await work.run();
  const wall = performance.now() - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    cpuMilliseconds: (user + system) / 1000 / times,
    wallMilliseconds: wall / times,
    rssMegabytes: process.memoryUsage.rss() / 1e6,
    peakRssMegabytes: peakRssMegabytes(),
    product: await work.product?.(),
  };
}

/** On Linux not getrusage's maximum, which begins with what the parent had when it started this process. */
function peakRssMegabytes(): number {
  if (process.platform !== 'linux') return (process.resourceUsage().maxRSS * 1024) / 1e6;
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}
