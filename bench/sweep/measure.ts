/** Measures the variants of one family in turn, each in a process of its own. */
import { casesOfSet } from '../cases.ts';
import type { Progress } from '../command.ts';
import { mix } from '../mix.ts';
import { photoFile } from '../photos/photo-set.ts';
import { callMixed, type Lambda } from '../run/call-lambda.ts';
import { alternate, startWorker } from '../run/worker.ts';
import type { Family } from './families.ts';
import { type Round, rowsOf, type SweepRow } from './rows.ts';
import type { VariantJob, VariantProduct } from './variant.ts';

export interface Sweep {
  readonly lambda: Lambda;
  /** The compiled `variant.ts`. */
  readonly program: string;
  readonly rounds: number;
  readonly progress: Progress;
}

/** Slower calls get fewer rounds. */
const slowMilliseconds = 2000;
const slowRounds = 2;
const mostMixedRounds = 3;

export function stepsOf({ cases, variants }: Family, rounds: number): number {
  return cases.length > 0 ? cases.length : variants.length * Math.min(mostMixedRounds, rounds);
}

export async function measureFamily(family: Family, sweep: Sweep): Promise<SweepRow[]> {
  if (family.cases.length === 0) return measureMixed(family, sweep);
  const rows: SweepRow[] = [];
  for (const { photo, preset } of family.cases) {
    sweep.progress.step(`${family.name}: ${photo} → ${preset}`);
    const file = photoFile(photo);
    const workers = await Promise.all(
      family.variants.map(async ({ settings }) => ({
        settings,
        worker: await startWorker<VariantJob>(sweep.program, { ...sweep.lambda.variables, ...settings.variables }),
      })),
    );
    const contestants = workers.map(({ worker, settings }) => async (): Promise<Round> => {
      const sample = await worker.measure({ file, preset, settings });
      const { medianCpuMilliseconds, wallMilliseconds, peakRssMegabytes, product } = sample;
      const image = { wallMilliseconds, ...(product as VariantProduct) };
      return { cpuMilliseconds: medianCpuMilliseconds, peakMegabytes: peakRssMegabytes, image };
    });
    // The first calls warm up, and show how long one takes.
    const warmUp = (await alternate(contestants, 1)).flat();
    const isSlow = warmUp.some(({ cpuMilliseconds }) => cpuMilliseconds > slowMilliseconds);
    const samples = await alternate(contestants, isSlow ? Math.min(slowRounds, sweep.rounds) : sweep.rounds);
    await Promise.all(workers.map(({ worker }) => worker.close()));
    rows.push(...rowsOf(family, `${photo} ${preset}`, samples));
  }
  return rows;
}

/** The effect of an allocator shows once images of all sizes have come and gone. */
async function measureMixed(family: Family, { lambda, rounds, progress }: Sweep): Promise<SweepRow[]> {
  const cases = await casesOfSet(mix);
  for (const { originalKey, file } of cases) await lambda.s3.putOriginal(originalKey, file);
  const sequence = [...cases, ...cases.toReversed(), ...cases];
  const contestants = family.variants.map(({ name, settings }) => async (): Promise<Round> => {
    progress.step(`${family.name}: ${name}`);
    const variables = { ...lambda.variables, ...settings.variables };
    const { peakRssBytes, cpuMilliseconds } = await callMixed({ ...lambda, variables }, sequence);
    return { cpuMilliseconds, peakMegabytes: peakRssBytes / 1e6 };
  });
  const samples = await alternate(contestants, Math.min(mostMixedRounds, rounds));
  return rowsOf(family, `${sequence.length} calls of the mix`, samples);
}
