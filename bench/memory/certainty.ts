/** How far the measured numbers carry, and whether they carry a pick at all. Pure. */
import { bootstrapInterval, drawAgain } from '../bootstrap.ts';
import { memorySizes } from '../lambda-model.ts';
import { caseName } from '../mix.ts';
import { findOutliers } from '../outliers.ts';
import { seededRandom } from '../random.ts';
import { median } from '../statistics.ts';
import type { Assumptions } from './assumptions.ts';
import { type Measured, type MeasuredCase, warmSamples } from './measured.ts';
import { isAimedAt, judgeMemory } from './memory-row.ts';
import { pickMemory } from './pick.ts';

export interface CaseCertainty {
  readonly case: string;
  readonly samples: number;
  readonly medianMilliseconds: number;
  /** Half the width of the interval of the median, as a part of it. */
  readonly margin: number;
  readonly outliers: readonly number[];
}

export interface Certainty {
  readonly cases: readonly CaseCertainty[];
  /** Of the cases that the objective speaks of, the widest margin. */
  readonly margin: number;
  /** Part of the repetitions, drawn from the samples, that come to the same pick. */
  readonly samePick: number;
  /** What the other repetitions come to. */
  readonly otherPicks: readonly (number | undefined)[];
  /** Anything but none: the run concludes nothing. */
  readonly doubt: 'none' | 'margin' | 'pick';
}

/** With more than that the table would be a guess, whatever the pick. */
const mostMargin = 0.2;
const leastSamePick = 0.9;
export const repetitions = 60;

export function certaintyOf(measured: Measured, assumed: Assumptions): Certainty {
  const cases = measured.cases.map(caseCertainty);
  const aimedAt = measured.cases.filter((one) => isAimedAt(assumed.objective, one));
  const margin = Math.max(...aimedAt.map((one) => caseCertainty(one).margin));
  const pick = cheapest(measured, assumed);
  const random = seededRandom(1);
  const repeated = Array.from({ length: repetitions }, () => cheapest(repeat(measured, random), assumed));
  const samePick = repeated.filter((other) => other === pick).length / repetitions;
  return {
    cases,
    margin,
    samePick,
    otherPicks: [...new Set(repeated.filter((other) => other !== pick))],
    doubt: margin > mostMargin ? 'margin' : samePick < leastSamePick ? 'pick' : 'none',
  };
}

function caseCertainty(one: MeasuredCase): CaseCertainty {
  const groups = one.processes.map(({ warmCpuMilliseconds }) => warmCpuMilliseconds);
  const samples = warmSamples(one);
  const middle = median(samples);
  const { lower, upper } = bootstrapInterval(groups, median);
  return {
    case: caseName(one),
    samples: samples.length,
    medianMilliseconds: middle,
    margin: (upper - lower) / 2 / middle,
    outliers: findOutliers(samples),
  };
}

function cheapest(measured: Measured, assumed: Assumptions): number | undefined {
  return pickMemory(memorySizes.map((size) => judgeMemory(size, measured, assumed))).cheapest;
}

/** The measurement as it might have come out: other processes, and of each other samples; at the limits other calls. */
function repeat(measured: Measured, random: () => number): Measured {
  return {
    ...measured,
    cases: measured.cases.map((one) => ({
      ...one,
      processes: drawAgain(one.processes, random).map((process) => ({
        ...process,
        warmCpuMilliseconds: drawAgain(process.warmCpuMilliseconds, random),
      })),
    })),
    extremes: measured.extremes.map((one) => ({
      ...one,
      cpuMilliseconds: drawAgain(one.cpuMilliseconds, random),
      peakRssBytes: drawAgain(one.peakRssBytes, random),
    })),
  };
}
