/** From a kept measurement to everything that the report says, and whether the numbers support a pick at all. Pure. */
import { median } from 'simple-statistics';
import { caseName } from '../mix.ts';
import { type Architecture, memorySizes } from '../model.ts';
import { bootstrapInterval, drawAgain, findOutliers, seededRandom } from '../statistics.ts';
import { type Picks, pickMemory } from './pick.ts';
import { isObjectiveCase, type Judged, type Measured, type MeasuredCase, warmSamples } from './result.ts';
import { dollarsOfThousand, judgeSize, type SizeRow, sizeRow } from './size-row.ts';

export interface CaseCertainty {
  readonly case: string;
  readonly samples: number;
  /** Half the width of the 95% interval of the median, as a part of the median. */
  readonly margin: number;
  readonly outliers: readonly number[];
}

interface Certainty {
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

export interface Conclusion {
  readonly rows: readonly SizeRow[];
  readonly picks: Picks;
  readonly certainty: Certainty;
  /** The processor that was not measured: its time relative to the measured one, and the price at each size. */
  readonly other: {
    readonly architecture: Architecture;
    readonly factor: number;
    readonly dollarsOfThousand: readonly number[];
  };
}

/**
 * The time of a Graviton for what takes an AMD processor of the same generation 1: 89.6 against 53.8 images a second in
 * sharp's own benchmark (sharp documentation, "Performance": c8a and c8g).
 */
const arm64Time = 89.6 / 53.8;

export function conclude(result: Judged): Conclusion {
  const isX64 = result.assumed.architecture === 'x64';
  const [architecture, factor] = isX64 ? (['arm64', arm64Time] as const) : (['x64', 1 / arm64Time] as const);
  const assumed = { ...result.assumed, architecture };
  const dollars = memorySizes.map((size) => dollarsOfThousand(size, result.measured, assumed, factor));
  return {
    ...concludeSizes(result),
    certainty: certaintyOf(result),
    other: { architecture, factor, dollarsOfThousand: dollars },
  };
}

/** Without the certainty, which takes a second or two. */
export function concludeSizes(result: Judged): Pick<Conclusion, 'rows' | 'picks'> {
  const rows = memorySizes.map((size) => sizeRow(size, result));
  return { rows, picks: pickMemory(rows) };
}
