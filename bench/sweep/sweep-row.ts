/** A variant beside ours, from what their rounds took. Pure. */
import { median, pairwiseRatios } from '../statistics.ts';
import type { Family } from './variants.ts';
import { judgeVariant, type Measurement, type VariantVerdict } from './verdict.ts';

/** One round of one variant. */
export interface Round {
  readonly cpuMilliseconds: number;
  readonly peakMegabytes: number;
  /** Absent of the whole mix, which makes many and is not timed by the clock. */
  readonly image?: { readonly wallMilliseconds: number; readonly bytes: number; readonly similarity: number };
}

export interface SweepRow extends Measurement {
  readonly case: string;
  readonly variant: string;
  readonly isOurs: boolean;
  readonly cpuMilliseconds: number;
  readonly wallRatio?: number;
  readonly bytes?: number;
  readonly similarity?: number;
  /** The highest of all rounds. */
  readonly peakMegabytes: number;
  readonly verdict: VariantVerdict;
}

/** A list of rounds for each variant, ours first. */
export function rowsOf({ cases, variants }: Family, name: string, rounds: readonly (readonly Round[])[]): SweepRow[] {
  const [ours = []] = rounds;
  return variants.map((variant, index) => {
    const theirs = rounds[index] ?? [];
    const ratio = (of: (round: Round) => number) => median(pairwiseRatios(theirs.map(of), ours.map(of)));
    const measured = {
      cpuRatio: ratio(({ cpuMilliseconds }) => cpuMilliseconds),
      ...compareImages(theirs, ours),
      // A memory size has to do for the whole mix: what one image takes is shown, and spares nothing.
      ...(cases.length === 0 && { peakRatio: ratio(({ peakMegabytes }) => peakMegabytes) }),
    };
    return {
      case: name,
      variant: variant.name,
      isOurs: index === 0,
      ...measured,
      cpuMilliseconds: median(theirs.map(({ cpuMilliseconds }) => cpuMilliseconds)),
      peakMegabytes: Math.max(...theirs.map(({ peakMegabytes }) => peakMegabytes)),
      verdict: judgeVariant(measured),
    };
  });
}

/** Every round makes the same image; only the time differs. */
function compareImages(theirs: readonly Round[], ours: readonly Round[]) {
  const [their] = imagesOf(theirs);
  const [our] = imagesOf(ours);
  if (!their || !our) return {};
  const times = (rounds: readonly Round[]) => imagesOf(rounds).map(({ wallMilliseconds }) => wallMilliseconds);
  return {
    wallRatio: median(pairwiseRatios(times(theirs), times(ours))),
    bytes: their.bytes,
    bytesRatio: their.bytes / our.bytes,
    similarity: their.similarity,
    similarityDifference: their.similarity - our.similarity,
  };
}

function imagesOf(rounds: readonly Round[]) {
  return rounds.flatMap(({ image }) => image ?? []);
}
