/** (a) and half of (g): the handler with stores in memory against sharp alone. */
import { join } from 'node:path';
import { photoClass } from '../photos/photo-set.ts';
import { compileProgram } from '../programs.ts';
import { median } from '../statistics.ts';
import { startWorker, type Worker } from '../worker.ts';
import { earlyJobs, type HandlerJob, overheadCases, resizeJob } from './cases.ts';
import type { Effort } from './effort.ts';
import { cpuOf, duel } from './pairs.ts';
import { differenceRow, limitRow, type Row, ratioRow } from './rows.ts';
import type { Store } from './store.ts';

const programs = new URL('./programs/', import.meta.url);
const manyPixels = 12e6;

/** `src/handler.ts` with the one module replaced that talks to S3; of the store it has the names of its buckets. */
async function startInMemory(variables: Record<string, string>, store: Store): Promise<Worker<HandlerJob>> {
  const module = await compile('costless-store.ts');
  const entry = join(import.meta.dirname, '../../src/handler.ts');
  const handler = await compileProgram(entry, { inPlaceOf: 's3-image-store.ts', module });
  const program = await compile('memory-handler.ts');
  return startWorker(program, { ...variables, ...store.variables, HANDLER: handler, STORE: module });
}

const compile = (name: string) => compileProgram(new URL(name, programs).pathname);

export async function measureOverhead({ rounds, processes, variables, say }: Effort, store: Store): Promise<Row[]> {
  const bare = await compile('bare-pipeline.ts');
  const samples = overheadCases.map(() => ({ ours: [] as number[], theirs: [] as number[] }));
  // Several pairs of processes: each has its own luck with the layout of its memory.
  for (let pair = 0; pair < processes; pair++) {
    const ours = await startInMemory(variables, store);
    const theirs = await startWorker<HandlerJob>(bare, variables);
    for (const [index, [photo, preset]] of overheadCases.entries()) {
      say(`(a) ${photo} → ${preset}, processes ${pair + 1} of ${processes}`);
      const job = resizeJob(photo, preset);
      const result = await duel({ worker: ours, job }, { worker: theirs, job }, rounds);
      if (result.ours[0]?.product !== result.theirs[0]?.product) {
        throw new Error(
          `The handler and the bare pipeline make two different derivatives of ${photo} as ${preset}: expected the same bytes, so their times cannot be compared`,
        );
      }
      samples[index]?.ours.push(...cpuOf(result.ours));
      samples[index]?.theirs.push(...cpuOf(result.theirs));
    }
    await Promise.all([ours.close(), theirs.close()]);
  }
  return overheadCases.map(([photo, preset], index) => {
    const { ours = [], theirs = [] } = samples[index] ?? {};
    const { width, height } = photoClass(photo);
    const measured = { goal: 'a', what: `handler / sharp, ${photo} → ${preset}`, ours, theirs, unit: 'ms' };
    return width * height >= manyPixels
      ? ratioRow({ ...measured, aim: 1.03 })
      : differenceRow({ ...measured, aim: 1.5 });
  });
}

export async function measureEarlyAnswers({ rounds, variables, say }: Effort, store: Store): Promise<Row[]> {
  const worker = await startInMemory(variables, store);
  const rows: Row[] = [];
  for (const [what, job] of Object.entries(earlyJobs())) {
    say(`(g) ${what}, in memory`);
    await worker.measure(job, 200);
    const cpu: number[] = [];
    for (let round = 0; round < rounds; round++) cpu.push((await worker.measure(job, 100)).cpuMilliseconds);
    rows.push(limitRow({ goal: 'g', what: `${what}, stores in memory`, value: median(cpu), unit: 'ms', aim: 3 }));
  }
  await worker.close();
  return rows;
}
