/** Rounds of fresh processes in a shuffled order: each round gives one sample of each job and contender. */
import { readFile } from 'node:fs/promises';
import type { Progress } from '../command.ts';
import { photoFile } from '../photos/photo-set.ts';
import { lumaOf, similarity } from '../ssim.ts';
import { seededRandom, shuffled } from '../statistics.ts';
import type { Contenders, Running } from './contenders.ts';
import { type JobName, jobs } from './jobs.ts';
import { resized } from './programs/bare-resize.ts';

export interface SamplingPlan {
  readonly rounds: number;
  /** Of the calls of a job. */
  readonly share: number;
  /** Fresh processes of each side for the start. */
  readonly starts: number;
}

export const full: SamplingPlan = { rounds: 5, share: 1, starts: 12 };
export const quick: SamplingPlan = { rounds: 3, share: 0.4, starts: 5 };

/** The control is the bare server once more: what it differs by is noise. */
export const sides = ['bare', 'control', 'byHand', 'service'] as const;
export type Side = (typeof sides)[number];

/** One row of the table. CPU milliseconds of a call, one for each round. */
export interface Measured {
  readonly job: JobName;
  readonly cpuMilliseconds: Readonly<Record<Side, readonly number[]>>;
  /** Of the bare server's derivative, and of the service's. SSIM is against the resized pixels before encoding. */
  readonly images: Readonly<Record<'bare' | 'service', { readonly bytes: number; readonly similarity: number }>>;
}

/** What each fresh process took. */
export interface Starts {
  /** From the start of the process to its first answer, by the clock. J8. */
  readonly milliseconds: Readonly<Record<'byHand' | 'service', readonly number[]>>;
  /** After one call of J1. */
  readonly peakRssMegabytes: Readonly<Record<'bare' | 'service', readonly number[]>>;
}

const starters = (contenders: Contenders): Readonly<Record<Side, () => Promise<Running>>> => ({
  bare: contenders.bareServer,
  control: contenders.bareServer,
  byHand: contenders.byHand,
  service: contenders.service,
});

/** Calls that compile the code of a process, before anything is measured. */
const warmUpCalls = 30;

export async function measureJobs(
  contenders: Contenders,
  names: readonly JobName[],
  { rounds, share }: SamplingPlan,
  progress: Progress,
): Promise<Measured[]> {
  const random = seededRandom(rounds);
  const noSamples = (): Record<Side, number[]> => ({ bare: [], control: [], byHand: [], service: [] });
  const samples = new Map(names.map((name) => [name, noSamples()]));
  const start = starters(contenders);
  for (let round = 1; round <= rounds; round++) {
    progress.step(`round ${round} of ${rounds}: starting`);
    const started = await Promise.all(sides.map(async (side) => [side, await start[side]()] as const));
    for (const [, running] of started) for (let call = 0; call < warmUpCalls; call++) await running.call(jobs.J8);
    for (const name of shuffled(names, random)) {
      progress.step(`round ${round} of ${rounds}: ${name}`);
      const calls = Math.max(2, Math.round(share * jobs[name].calls));
      // All sides of a job one after the other: what else the machine does then concerns all of them.
      for (const [side, running] of shuffled(started, random)) {
        samples.get(name)?.[side].push(await cpuOfCalls(running, name, calls));
      }
    }
    for (const [, running] of started) await running.close();
  }
  const measured: Measured[] = [];
  for (const [job, cpuMilliseconds] of samples) {
    measured.push({ job, cpuMilliseconds, images: await judgeImages(contenders, job) });
  }
  return measured;
}

/** The mean and not the median of the calls: V8 collects garbage in one call of several. */
async function cpuOfCalls(running: Running, name: JobName, calls: number): Promise<number> {
  for (let call = 0; call < 2; call++) await running.call(jobs[name]);
  const before = await running.usage();
  for (let call = 0; call < calls; call++) await running.call(jobs[name]);
  const after = await running.usage();
  return (after.cpuMilliseconds - before.cpuMilliseconds) / calls;
}

async function judgeImages(contenders: Contenders, name: JobName): Promise<Measured['images']> {
  const { photo, preset } = jobs[name];
  const reference = await lumaOf(
    await resized(await readFile(photoFile(photo)), preset)
      .png()
      .toBuffer(),
  );
  const judge = async (start: () => Promise<Running>, read: (running: Running) => Promise<Buffer>) => {
    const running = await start();
    const image = await read(running);
    await running.close();
    return { bytes: image.length, similarity: similarity(reference, await lumaOf(image)) };
  };
  return {
    bare: await judge(contenders.bareServer, (running) => running.call(jobs[name])),
    service: await judge(contenders.service, async (running) => {
      await running.call(jobs[name]);
      return contenders.derivative(jobs[name]);
    }),
  };
}

export async function measureStarts(
  contenders: Contenders,
  { starts }: SamplingPlan,
  progress: Progress,
): Promise<Starts> {
  const milliseconds = { byHand: [] as number[], service: [] as number[] };
  const peakRssMegabytes = { bare: [] as number[], service: [] as number[] };
  const start = starters(contenders);
  const random = seededRandom(starts);
  for (let n = 1; n <= starts; n++) {
    progress.step(`start ${n} of ${starts}`);
    for (const side of shuffled(['byHand', 'service'] as const, random)) {
      const from = performance.now();
      const running = await start[side]();
      await running.call(jobs.J8);
      milliseconds[side].push(performance.now() - from);
      await running.close();
    }
    for (const side of shuffled(['bare', 'service'] as const, random)) {
      const running = await start[side]();
      await running.call(jobs.J1);
      peakRssMegabytes[side].push((await running.usage()).peakRssMegabytes);
      await running.close();
    }
  }
  return { milliseconds, peakRssMegabytes };
}
