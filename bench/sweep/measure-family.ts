/** The variants of one decision against each other, in turn, each in a process of its own. */
import { interleave } from '../interleave.ts';
import { callMixed, type Laboratory } from '../memory/call-fresh.ts';
import { casesOfSet } from '../memory/cases.ts';
import type { Progress } from '../memory/progress.ts';
import { mix } from '../mix.ts';
import { existingPhotoFile } from '../photos/photo-set.ts';
import type { VariantJob, VariantProduct } from '../programs/variant.ts';
import { startWorker } from '../worker.ts';
import { type Round, rowsOf, type SweepRow } from './sweep-row.ts';
import type { Family } from './variants.ts';

export interface Sweep {
  readonly laboratory: Laboratory;
  /** `variant.ts`, compiled. */
  readonly program: string;
  readonly variables: Record<string, string>;
  readonly rounds: number;
  readonly progress: Progress;
}

/** A call of several seconds is not repeated as often. */
const slowMilliseconds = 2000;
const slowRounds = 2;

export async function measureFamily(family: Family, sweep: Sweep): Promise<SweepRow[]> {
  if (family.cases.length === 0) return measureMixed(family, sweep);
  const rows: SweepRow[] = [];
  for (const { photo, preset } of family.cases) {
    sweep.progress.step(`${family.name}: ${photo} → ${preset}`);
    const file = existingPhotoFile(photo);
    const workers = await Promise.all(
      family.variants.map(({ settings }) =>
        startWorker<VariantJob>(sweep.program, { ...sweep.variables, ...settings.variables }),
      ),
    );
    const contestants = family.variants.map(({ settings }, index) => async (): Promise<Round> => {
      const sample = await workers[index]?.measure({ file, preset, settings });
      if (!sample) throw new Error(`${family.name} has no worker ${index}`);
      const { cpuMilliseconds, wallMilliseconds, peakRssMegabytes: peakMegabytes } = sample;
      return { cpuMilliseconds, peakMegabytes, image: { wallMilliseconds, ...(sample.product as VariantProduct) } };
    });
    // The first calls warm up, and say how long one takes.
    const warm = await interleave(contestants, 1);
    const isSlow = warm.some(([sample]) => (sample?.cpuMilliseconds ?? 0) > slowMilliseconds);
    const samples = await interleave(contestants, isSlow ? Math.min(slowRounds, sweep.rounds) : sweep.rounds);
    await Promise.all(workers.map((worker) => worker.close()));
    rows.push(...rowsOf(family, `${photo} ${preset}`, samples));
  }
  return rows;
}

/** The whole mix in one process: what an allocator does is seen when images of all sizes have come and gone. */
async function measureMixed(family: Family, { laboratory, rounds, progress }: Sweep): Promise<SweepRow[]> {
  const cases = await casesOfSet(mix);
  for (const { originalKey: key, file } of cases) await laboratory.store.putOriginal({ key, file });
  const sequence = [...cases, ...cases.toReversed(), ...cases];
  const contestants = family.variants.map(({ name, settings }) => async (): Promise<Round> => {
    progress.step(`${family.name}: ${name}`);
    const variables = { ...laboratory.variables, ...settings.variables };
    const { peakRssBytes, cpuMilliseconds } = await callMixed({ ...laboratory, variables }, sequence);
    return { cpuMilliseconds, peakMegabytes: peakRssBytes / 1e6 };
  });
  const samples = await interleave(contestants, Math.min(3, rounds));
  return rowsOf(family, `${sequence.length} calls of the mix`, samples);
}

export function stepsOf({ cases, variants }: Family, rounds: number): number {
  return cases.length > 0 ? cases.length : variants.length * Math.min(3, rounds);
}
