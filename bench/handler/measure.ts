/** The handler against the same work by hand: each in a process of its own, in turn. */
import { photoClass } from '../photos/photo-set.ts';
import type { Progress } from '../progress.ts';
import type { Lambda } from '../run/call-lambda.ts';
import { compileProgram } from '../run/compile.ts';
import type { CallsJob } from '../run/lambda-calls.ts';
import { alternate, startWorker, type Worker } from '../run/worker.ts';
import { earlyJobs, type Job, resizeCases, resizeJob, s3Case } from './cases.ts';
import { differenceRow, limitRow, type Row, ratioRow } from './report.ts';

export interface SamplingPlan {
  readonly rounds: number;
  /** Pairs of processes that each comparison is repeated with: processes differ by the layout of their memory. */
  readonly processes: number;
}

export const full: SamplingPlan = { rounds: 12, processes: 3 };
export const quick: SamplingPlan = { rounds: 6, processes: 1 };

export interface Setting {
  readonly plan: SamplingPlan;
  readonly lambda: Lambda;
  readonly progress: Progress;
}

const programs = 'bench/handler/programs';
/** A sample is the median of as many runs as fill this time. */
const sampleMilliseconds = 50;
/** From here a ratio is judged, below the difference. */
const manyPixels = 12e6;

/** (a) Stores in memory against sharp alone. */
export async function measureInMemory(setting: Setting): Promise<Row[]> {
  const bare = await compileProgram(`${programs}/bare-sharp.ts`);
  const sides = () => Promise.all([startInMemory(setting), startWorker<Job>(bare, setting.lambda.variables)]);
  const rows: Row[] = [];
  for (const [photo, preset] of resizeCases) {
    const what = `${photo} → ${preset}`;
    const job = resizeJob(photo, preset);
    const measured = await inPairs(setting, what, sides, ([ours, theirs]) =>
      compare([contender(ours, job), contender(theirs, job)], setting.plan.rounds),
    );
    const named = { what: `handler in memory / sharp: ${what}`, ...measured };
    const { width, height } = photoClass(photo);
    rows.push(
      width * height >= manyPixels ? ratioRow({ ...named, goal: 1.03 }) : differenceRow({ ...named, goal: 1.5 }),
    );
  }
  return rows;
}

/** (b) The built Lambda over the local S3 against the same calls of S3 by hand. */
export async function measureOverS3(setting: Setting): Promise<Row[]> {
  const { plan } = setting;
  const { s3, program, variables } = setting.lambda;
  const handProgram = await compileProgram(`${programs}/s3-by-hand.ts`);
  const sides = () =>
    Promise.all([startWorker<CallsJob>(program, variables), startWorker<Job>(handProgram, variables)]);
  const { 'preset not listed': _, ...early } = earlyJobs();
  const rows: Row[] = [];
  for (const [what, job] of Object.entries({ [s3Case.join(' → ')]: resizeJob(...s3Case), ...early })) {
    if (job.file) await s3.putOriginal(job.key, job.file);
    const isResize = job.status === 301;
    const before = async () => void (isResize && (await s3.deleteDerivative(`${job.preset}/${job.key}`)));
    const { preset, key } = job;
    const measured = await inPairs(setting, `${what}, over S3`, sides, async ([ours, theirs]) => {
      // Makes the derivative that exists.
      if (job.status === 200) await ours.measure({ preset, keys: [key], status: 301 }).catch(() => undefined);
      const lambda: Contender = async (runs) => {
        await before();
        return ours.measure({ preset, keys: Array(runs).fill(key), status: job.status }, { runs });
      };
      const byHand: Contender = async (runs) => {
        await before();
        return theirs.measure(job, { runs });
      };
      // A resize has to find its derivative deleted, so it is one run a sample.
      return compare([lambda, byHand], plan.rounds, isResize ? 1 : undefined);
    });
    rows.push(ratioRow({ what: `Lambda / by hand, over S3: ${what}`, ...measured, goal: isResize ? 1.1 : 1.3 }));
  }
  return rows;
}

/** (c) Answers that decode nothing, with stores in memory. */
export async function measureEarlyAnswers(setting: Setting): Promise<Row[]> {
  const worker = await startInMemory(setting);
  const rows: Row[] = [];
  for (const [what, job] of Object.entries(earlyJobs())) {
    setting.progress.step(`${what}, in memory`);
    const { cpuMilliseconds } = await worker.measure(job, { runs: 100 * setting.plan.rounds, warmUp: 200 });
    rows.push(limitRow({ what: `handler in memory: ${what}`, ours: cpuMilliseconds, goal: 3 }));
  }
  await worker.close();
  return rows;
}

/** `src/handler.ts` with the one module replaced that talks to S3. */
async function startInMemory({ lambda }: Setting): Promise<Worker<Job>> {
  const module = await compileProgram(`${programs}/memory-stores.ts`);
  const handler = await compileProgram('src/handler.ts', { file: 's3-image-store.ts', module });
  const program = await compileProgram(`${programs}/handler-in-memory.ts`);
  return startWorker(program, { ...lambda.variables, HANDLER: handler, STORES: module });
}

interface Sides {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

type Contender = (runs: number) => Promise<{ readonly medianCpuMilliseconds: number; readonly product: unknown }>;

const contender =
  (worker: Worker<Job>, job: Job): Contender =>
  (runs) =>
    worker.measure(job, { runs });

/** Repeats a comparison with fresh pairs of processes. */
async function inPairs<Pair extends readonly Worker<never>[]>(
  { plan, progress }: Setting,
  what: string,
  start: () => Promise<Pair>,
  measure: (pair: Pair) => Promise<Sides>,
): Promise<Sides> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let process = 1; process <= plan.processes; process++) {
    progress.step(`${what}, processes ${process} of ${plan.processes}`);
    const pair = await start();
    const sides = await measure(pair);
    ours.push(...sides.ours);
    theirs.push(...sides.theirs);
    await Promise.all(pair.map((worker) => worker.close()));
  }
  return { ours, theirs };
}

async function compare(
  contenders: readonly [Contender, Contender],
  rounds: number,
  fixedRuns?: number,
): Promise<Sides> {
  // Three times each to warm up, and to learn how long a run takes.
  const warmUps = (
    await alternate(
      contenders.map((one) => () => one(1)),
      3,
    )
  ).map((samples) => samples.at(-1));
  const least = Math.min(...warmUps.map((sample) => sample?.medianCpuMilliseconds ?? sampleMilliseconds));
  const runs = fixedRuns ?? Math.max(1, Math.min(500, Math.ceil(sampleMilliseconds / least)));
  const [ours = [], theirs = []] = await alternate(
    contenders.map((one) => () => one(runs)),
    rounds,
  );
  const [our, their] = [ours[0]?.product, theirs[0]?.product];
  if (typeof our === 'string' && typeof their === 'string' && our !== their) {
    throw new Error('The two sides made different derivatives, so their times cannot be compared');
  }
  const medians = (samples: typeof ours) => samples.map(({ medianCpuMilliseconds }) => medianCpuMilliseconds);
  return { ours: medians(ours), theirs: medians(theirs) };
}
