/** (b) and the other half of (g): the built Lambda over a local S3 against the same calls by hand. */
import { compileProgram } from '../programs.ts';
import { startWorker } from '../worker.ts';
import { earlyJobs, type HandlerJob, resizeJob, storeCase } from './cases.ts';
import type { Effort } from './effort.ts';
import { cpuOf, duel } from './pairs.ts';
import { type Row, ratioRow } from './rows.ts';
import type { Store } from './store.ts';

const programs = new URL('./programs/', import.meta.url);

export async function measureOverS3({ rounds, processes, variables, say }: Effort, store: Store): Promise<Row[]> {
  const handler = await compileProgram(new URL('bundled-handler.ts', programs).pathname);
  const bare = await compileProgram(new URL('bare-s3.ts', programs).pathname);
  const { 'preset not listed': _, ...early } = earlyJobs();
  const jobs: Record<string, HandlerJob> = { [storeCase.join(' → ')]: resizeJob(...storeCase), ...early };
  const samples = new Map(Object.keys(jobs).map((what) => [what, { ours: [] as number[], theirs: [] as number[] }]));

  for (let pair = 0; pair < processes; pair++) {
    const ours = await startWorker<HandlerJob>(handler, { ...variables, ...store.variables });
    const theirs = await startWorker<HandlerJob>(bare, { ...variables, ...store.variables });
    for (const [what, job] of Object.entries(jobs)) {
      say(`(b, g) ${what}, over S3, processes ${pair + 1} of ${processes}`);
      await store.putOriginal(job);
      // Makes the derivative that exists.
      if (job.keep) await ours.measure({ ...job, keep: false, status: 301 }).catch(() => undefined);
      const fresh = job.status === 301 ? { before: () => store.deleteDerivative(job) } : {};
      const result = await duel({ worker: ours, job, ...fresh }, { worker: theirs, job, ...fresh }, rounds);
      samples.get(what)?.ours.push(...cpuOf(result.ours));
      samples.get(what)?.theirs.push(...cpuOf(result.theirs));
    }
    await Promise.all([ours.close(), theirs.close()]);
  }
  return [...samples].map(([what, { ours, theirs }]) => {
    const isResize = what === storeCase.join(' → ');
    const name = `handler / by hand, over S3: ${what}`;
    return ratioRow({ goal: isResize ? 'b' : 'g', what: name, ours, theirs, unit: 'ms', aim: isResize ? 1.1 : 1.3 });
  });
}
