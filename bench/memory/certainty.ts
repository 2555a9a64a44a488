/** How exact the measured numbers are, and whether they support a pick at all. Pure. */
import { median } from 'simple-statistics';
import { caseName } from '../mix.ts';
import { memorySizes } from '../model/lambda.ts';
import { bootstrapInterval, drawAgain, findOutliers, seededRandom } from '../statistics.ts';
import { pickMemory } from './pick.ts';
import { isObjectiveCase, type Judged, type Measured, type MeasuredCase, warmSamples } from './result.ts';
import { judgeSize } from './size-row.ts';

export interface CaseCertainty {
  readonly case: string;
  readonly samples: number;
  /** Half the width of the 95% interval of the median, as a part of the median. */
  readonly margin: number;
  readonly outliers: readonly number[];
}

export interface Certainty {
  readonly cases: readonly CaseCertainty[];
  /** The widest margin of the objective's cases. */
  readonly margin: number;
  /** The part of the repetitions, drawn from the samples, that come to the same pick. */
  readonly samePick: number;
  /** What the other repetitions pick. */
  readonly otherPicks: readonly (number | undefined)[];
  /** Anything but `none`: the run concludes nothing. */
  readonly doubt: 'none' | 'margin' | 'pick';
}

/** Above it the table is a guess, whatever the pick. */
const mostMargin = 0.2;
const leastSamePick = 0.9;
export const repetitions = 60;

export function certaintyOf(result: Judged): Certainty {
  const { measured, assumed } = result;
  const cases = measured.cases.map(caseCertainty);
  const { objective } = assumed;
  const margin = Math.max(
    ...measured.cases.flatMap((one, index) => (isObjectiveCase(objective, one) ? (cases[index]?.margin ?? 0) : [])),
  );
  const pick = cheapest(result);
  const random = seededRandom(1);
  const repeated = Array.from({ length: repetitions }, () =>
    cheapest({ ...result, measured: repeat(measured, random) }),
  );
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
  const samples = warmSamples(one);
  const { lower, upper } = bootstrapInterval(one.processes.map(({ warmCpuMilliseconds }) => warmCpuMilliseconds));
  return {
    case: caseName(one),
    samples: samples.length,
    margin: (upper - lower) / 2 / median(samples),
    outliers: findOutliers(samples),
  };
}

function cheapest(result: Judged): number | undefined {
  return pickMemory(memorySizes.map((size) => judgeSize(size, result))).cheapest;
}

/** The measurement as it might have come out: other processes, other samples of each, other calls at the limits. */
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
    limitCases: measured.limitCases.map((one) => ({
      ...one,
      cpuMilliseconds: drawAgain(one.cpuMilliseconds, random),
      peakRssBytes: drawAgain(one.peakRssBytes, random),
    })),
  };
}
