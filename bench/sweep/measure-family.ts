/** The variants of one decision against each other, in turn, each in a process of its own. */
import { interleave } from '../interleave.ts';
import { callMixed, type Laboratory } from '../memory/call-fresh.ts';
import { casesOfSet } from '../memory/cases.ts';
import type { Progress } from '../memory/progress.ts';
import { mix } from '../mix.ts';
import { existingPhotoFile } from '../photos/photo-set.ts';
import type { VariantJob, VariantProduct } from '../programs/variant.ts';
import { median, pairwiseRatios } from '../statistics.ts';
import type { Sample } from '../work-server.ts';
import { startWorker } from '../worker.ts';
import type { Family } from './variants.ts';
import { judgeVariant, type Measurement } from './verdict.ts';

export interface SweepRow extends Measurement {
  readonly case: string;
  readonly variant: string;
  readonly isOurs: boolean;
  readonly cpuMilliseconds: number;
  readonly wallRatio: number;
  readonly bytes: number;
  readonly similarity: number | undefined;
  readonly peakMegabytes: number;
  readonly verdict: ReturnType<typeof judgeVariant>;
}

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
    const contestants = family.variants.map(({ settings }, index) => async () => {
      const sample = await workers[index]?.measure({ file, preset, settings });
      if (!sample) throw new Error(`${family.name} has no worker ${index}`);
      return sample;
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

/** The whole mix in one process: what an allocator does is seen when pictures of all sizes have come and gone. */
async function measureMixed(family: Family, { laboratory, rounds, progress }: Sweep): Promise<SweepRow[]> {
  const cases = await casesOfSet(mix);
  for (const { originalKey: key, file } of cases) await laboratory.store.putOriginal({ key, file });
  const sequence = [...cases, ...cases.toReversed(), ...cases];
  const contestants = family.variants.map(({ name, settings }) => async (): Promise<Sample> => {
    progress.step(`${family.name}: ${name}`);
    const variables = { ...laboratory.variables, ...settings.variables };
    const { peakRssBytes, cpuMilliseconds } = await callMixed({ ...laboratory, variables }, sequence);
    const megabytes = peakRssBytes / 1e6;
    const product: VariantProduct = { bytes: 1, similarity: Number.NaN };
    return {
      cpuMilliseconds,
      wallMilliseconds: cpuMilliseconds,
      rssMegabytes: megabytes,
      peakRssMegabytes: megabytes,
      product,
    };
  });
  const samples = await interleave(contestants, Math.min(3, rounds));
  return rowsOf(family, `${sequence.length} calls of the mix`, samples);
}

function rowsOf({ variants }: Family, name: string, samples: readonly (readonly Sample[])[]): SweepRow[] {
  const [ours = []] = samples;
  const ourProduct = productOf(ours);
  return variants.map((variant, index) => {
    const theirs = samples[index] ?? [];
    const { bytes, similarity } = productOf(theirs);
    const ratio = (of: (sample: Sample) => number) => median(pairwiseRatios(theirs.map(of), ours.map(of)));
    const measured = {
      cpuRatio: ratio(({ cpuMilliseconds }) => cpuMilliseconds),
      bytesRatio: bytes / ourProduct.bytes,
      similarityDifference: Number.isNaN(similarity) ? 0 : similarity - ourProduct.similarity,
    };
    return {
      case: name,
      variant: variant.name,
      isOurs: index === 0,
      ...measured,
      cpuMilliseconds: median(theirs.map(({ cpuMilliseconds }) => cpuMilliseconds)),
      wallRatio: ratio(({ wallMilliseconds }) => wallMilliseconds),
      bytes,
      similarity: Number.isNaN(similarity) ? undefined : similarity,
      peakMegabytes: Math.max(...theirs.map(({ peakRssMegabytes }) => peakRssMegabytes)),
      verdict: judgeVariant(measured),
    };
  });
}

function productOf(samples: readonly Sample[]): VariantProduct {
  const [first] = samples;
  if (!first) throw new Error('A variant has no samples: expected one for each round');
  return first.product as VariantProduct;
}

export function stepsOf({ cases, variants }: Family, rounds: number): number {
  return cases.length > 0 ? cases.length : variants.length * Math.min(3, rounds);
}
