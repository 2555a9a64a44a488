/** The child's half of a measurement: runs the work that the parent asks for and reports what it took. See `worker.ts`. */
import { readFileSync } from 'node:fs';

export interface Work {
  run(): Promise<unknown>;
  /** Runs before each run and is not measured. */
  beforeEach?(): unknown;
  /** Describes what the last run made. Not measured. */
  product?(): unknown;
}

export interface Request<Job> {
  readonly job: Job;
  readonly runs: number;
  /** Runs that come first and are not measured. */
  readonly warmUp: number;
}

export interface Sample {
  /** CPU milliseconds of each run, of the whole process with all its threads; in ascending order. */
  readonly cpuMilliseconds: readonly number[];
  readonly medianCpuMilliseconds: number;
  /** Mean of the runs, by the clock. */
  readonly wallMilliseconds: number;
  readonly peakRssMegabytes: number;
  readonly product: unknown;
}

/** A failure of the work, as it travels to the parent. `answer` is the reply of the Lambda, where it was the wrong one. */
export interface Failure {
  readonly message: string;
  readonly answer?: { readonly status: number; readonly code?: string; readonly message?: string };
}

/** CPU time of the whole process since it began. */
export function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Answers the parent until it disconnects. */
export function serveWork<Job>(prepare: (job: Job) => Promise<Work> | Work): void {
  process.on('message', async ({ job, runs, warmUp }: Request<Job>) => {
    try {
      const work = await prepare(job);
      process.send?.({ sample: await measure(work, runs, warmUp) });
    } catch (error) {
      const { stack = String(error), cause } = error instanceof Error ? error : {};
      process.send?.({ failure: { message: stack, answer: cause } });
    }
  });
  process.send?.({ ready: true });
}

async function measure(work: Work, runs: number, warmUp: number): Promise<Sample> {
  let wall = 0;
  const run = async () => {
    const from = performance.now();
    await work.run();
    wall += performance.now() - from;
  };
  const timed = runs + warmUp === 1 ? await runOnce(work, run) : await runOften(work, run, runs, warmUp);
  return {
    ...timed,
    wallMilliseconds: wall / (runs + warmUp),
    peakRssMegabytes: peakRssMegabytes(),
    product: await work.product?.(),
  };
}

/** Without tinybench: to load it would add its time and memory to the first call of a process. */
async function runOnce({ beforeEach }: Work, run: () => Promise<void>) {
  await beforeEach?.();
  const from = cpuMilliseconds();
  await run();
  const took = cpuMilliseconds() - from;
  return { cpuMilliseconds: [took], medianCpuMilliseconds: took };
}

async function runOften({ beforeEach }: Work, run: () => Promise<void>, runs: number, warmUp: number) {
  const { Bench } = await import('tinybench');
  const bench = new Bench({
    now: cpuMilliseconds,
    iterations: runs,
    warmup: warmUp > 0,
    warmupIterations: warmUp,
    // The counts alone decide.
    time: 0,
    warmupTime: 0,
    retainSamples: true,
    throws: true,
  });
  const [task] = await bench
    .add('work', run, { async: true, beforeEach: async () => void (await beforeEach?.()) })
    .run();
  if (task?.result.state !== 'completed') throw new Error(`tinybench ended ${task?.result.state}: expected completed`);
  const { samples = [], p50 } = task.result.latency;
  return { cpuMilliseconds: [...samples], medianCpuMilliseconds: p50 };
}

/** On Linux not getrusage's maximum: it begins with what the parent had when it started this process. */
export function peakRssMegabytes(): number {
  if (process.platform !== 'linux') return (process.resourceUsage().maxRSS * 1024) / 1e6;
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}
