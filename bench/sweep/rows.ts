/** A variant beside ours. Pure. */
import { median } from 'simple-statistics';
import { ratiosByRound } from '../statistics.ts';
import type { Family } from './families.ts';

/** One round of one variant. */
export interface Round {
  readonly cpuMilliseconds: number;
  readonly peakMegabytes: number;
  /** Absent for the whole mix, which makes many derivatives. */
  readonly image?: { readonly wallMilliseconds: number; readonly bytes: number; readonly similarity: number };
}

/** Ratios to ours. Absent: not measured, or not what the setting is about. */
export interface Ratios {
  readonly cpuRatio: number;
  readonly wallRatio?: number;
  readonly bytesRatio?: number;
  readonly peakRatio?: number;
  /** Similarity to a faultless derivative, less ours. */
  readonly similarityDifference?: number;
}

export interface SweepRow extends Ratios {
  readonly case: string;
  readonly variant: string;
  readonly isOurs: boolean;
  readonly cpuMilliseconds: number;
  readonly bytes?: number;
  readonly similarity?: number;
  /** The highest of all rounds. */
  readonly peakMegabytes: number;
  readonly verdict: Verdict;
}

/** The last is a trade: `fewer bytes for more time`. */
export type Verdict = 'better' | 'worse' | 'the same' | 'looks worse' | `${string} for ${string}`;

/** A smaller loss of SSIM is not visible. */
export const leastSimilarityDifference = 0.002;
/** CPU time varies, bytes do not. The peaks of five processes with one setting were 14% apart. */
export const leastEffects = { cpu: 0.03, bytes: 0.01, peak: 0.1 };

/**
 * `better` needs less of something, not more of anything else, and looks the same. Fewer bytes that look worse are no
 * saving: a lower quality would do that too.
 */
export function judgeVariant({ cpuRatio, bytesRatio = 1, similarityDifference = 0, peakRatio = 1 }: Ratios): Verdict {
  if (similarityDifference < -leastSimilarityDifference) return 'looks worse';
  const costs = [
    { ratio: bytesRatio, effect: leastEffects.bytes, less: 'fewer bytes', more: 'more bytes' },
    { ratio: peakRatio, effect: leastEffects.peak, less: 'less memory', more: 'more memory' },
    { ratio: cpuRatio, effect: leastEffects.cpu, less: 'less time', more: 'more time' },
  ];
  const saved = costs.filter(({ ratio, effect }) => ratio < 1 - effect).map(({ less }) => less);
  const paid = costs.filter(({ ratio, effect }) => ratio > 1 + effect).map(({ more }) => more);
  if (saved.length === 0) return paid.length === 0 ? 'the same' : 'worse';
  if (paid.length === 0) return 'better';
  return `${saved.join(' and ')} for ${paid.join(' and ')}`;
}

/** Takes the rounds of each variant, ours first. */
export function rowsOf({ cases, variants }: Family, name: string, rounds: readonly (readonly Round[])[]): SweepRow[] {
  const [ours = []] = rounds;
  return variants.map((variant, index) => {
    const theirs = rounds[index] ?? [];
    const ratio = (of: (round: Round) => number) => median(ratiosByRound(theirs.map(of), ours.map(of)));
    const measured = {
      cpuRatio: ratio(({ cpuMilliseconds }) => cpuMilliseconds),
      ...compareImages(theirs, ours),
      // The memory size has to do for the whole mix, so the peak of one image saves nothing.
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

/** Every round makes the same image. Only the time differs. */
function compareImages(theirs: readonly Round[], ours: readonly Round[]) {
  const images = (rounds: readonly Round[]) => rounds.flatMap(({ image }) => image ?? []);
  const [[their], [our]] = [images(theirs), images(ours)];
  if (!their || !our) return {};
  const times = (rounds: readonly Round[]) => images(rounds).map(({ wallMilliseconds }) => wallMilliseconds);
  return {
    wallRatio: median(ratiosByRound(times(theirs), times(ours))),
    bytes: their.bytes,
    bytesRatio: their.bytes / our.bytes,
    similarity: their.similarity,
    similarityDifference: their.similarity - our.similarity,
  };
}

/** The cases in which ours needs a larger part of the second variant's bytes than the family allows. */
export function missedByteGoals({ cases }: Family, rows: readonly SweepRow[]): string[] {
  return cases.flatMap(({ photo, preset, mostBytes }) => {
    const name = `${photo} ${preset}`;
    const other = rows.find((row) => row.case === name && !row.isOurs)?.bytesRatio;
    if (mostBytes === undefined || other === undefined || 1 / other <= mostBytes) return [];
    return [`${name} needs ${(1 / other).toFixed(3)} of the bytes, at most ${mostBytes} are allowed`];
  });
}
