/** (e) The memory of the built Lambda: one call in a fresh process, and many calls in one. */
import { compileProgram } from '../programs.ts';
import { startWorker } from '../worker.ts';
import { type HandlerJob, memoryCases, resizeJob, soakMix } from './cases.ts';
import type { Effort } from './effort.ts';
import { limitRow, type Row } from './rows.ts';
import type { Store } from './store.ts';

const program = new URL('./programs/bundled-handler.ts', import.meta.url).pathname;

export async function measurePeaks({ variables, say }: Effort, store: Store): Promise<Row[]> {
  const handler = await compileProgram(program);
  const rows: Row[] = [];
  for (const [photo, preset] of memoryCases) {
    say(`(e) peak memory, ${photo} → ${preset}`);
    const job = resizeJob(photo, preset);
    await store.putOriginal(job);
    await store.deleteDerivative(job);
    const worker = await startWorker<HandlerJob>(handler, { ...variables, ...store.variables });
    const { peakRssMegabytes } = await worker.measure(job);
    await worker.close();
    const what = `peak memory of a first call, ${photo} → ${preset}`;
    rows.push(limitRow({ goal: 'e', what, value: peakRssMegabytes, unit: 'MB', digits: 0 }));
  }
  return rows;
}

/** Flat means: what the last quarter of the calls needed at most is hardly more than what the second did. */
export async function measureSoak({ variables, soakCalls, say }: Effort, store: Store): Promise<Row[]> {
  const jobs = soakMix.map(([photo, preset]) => resizeJob(photo, preset));
  for (const job of jobs) await store.putOriginal(job);
  const worker = await startWorker<HandlerJob>(await compileProgram(program), { ...variables, ...store.variables });
  const megabytes: number[] = [];
  for (let call = 0; call < soakCalls; call++) {
    const job = jobs[call % jobs.length];
    if (!job) break;
    await store.deleteDerivative(job);
    megabytes.push((await worker.measure(job)).rssMegabytes);
    if (call % 100 === 0)
      say(`(e) ${call} of ${soakCalls} mixed resizes in one process, ${megabytes.at(-1)?.toFixed(0)} MB`);
  }
  await worker.close();

  const quarter = Math.floor(soakCalls / 4);
  const second = Math.max(...megabytes.slice(quarter, 2 * quarter));
  const last = Math.max(...megabytes.slice(3 * quarter));
  return [
    {
      goal: 'e',
      what: `largest memory of ${soakCalls} mixed resizes, last quarter / second`,
      ours: `${last.toFixed(0)} MB`,
      theirs: `${second.toFixed(0)} MB`,
      result: (last / second).toFixed(3),
      aim: '≤ 1.15',
      met: last <= 1.15 * second,
    },
  ];
}
