import type { Bucket } from './minute-buckets.ts';

/** What a statistic is made of. */
type Totals = Pick<Bucket, 'sum' | 'count' | 'least' | 'most' | 'values' | 'stride'>;

const statistics: Readonly<Record<string, (of: readonly Totals[]) => number>> = {
  Sum: (of) => total(of, ({ sum }) => sum),
  Average: (of) => total(of, ({ sum }) => sum) / total(of, ({ count }) => count),
  Minimum: (of) => Math.min(...of.map(({ least }) => least)),
  Maximum: (of) => Math.max(...of.map(({ most }) => most)),
  SampleCount: (of) => total(of, ({ count }) => count),
};

/** One number of at least one bucket. Other statistics (trimmed means, ranks) are refused by name. */
export function statisticOf(name: string, buckets: readonly Totals[]): number {
  const known = statistics[name];
  if (known) return known(buckets);
  const [, percent] = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name) ?? [];
  if (percent !== undefined) return percentile(buckets, Number(percent));
  throw new Error(
    `The statistic "${name}" is not known here, only ${Object.keys(statistics).join(', ')} and p0 to p100`,
  );
}

/** The statistic of values that are all at hand. */
export function statisticOfValues(name: string, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return statisticOf(name, [{ sum, count: values.length, least, most, values: [...values], stride: 1 }]);
}

function total(of: readonly Totals[], pick: (one: Totals) => number): number {
  return of.reduce((sum, one) => sum + pick(one), 0);
}

/** CloudWatch gives an estimate; this is the exact one where all values are there, with a line between neighbours. */
function percentile(buckets: readonly Totals[], percent: number): number {
  const sorted = buckets
    .flatMap(({ values, stride }) => values.map((value) => ({ value, weight: stride })))
    .sort((a, b) => a.value - b.value);
  const last = sorted.reduce((sum, { weight }) => sum + weight, 0) - 1;
  const rank = (percent / 100) * last;
  const low = valueAt(sorted, Math.floor(rank));
  const high = valueAt(sorted, Math.ceil(rank));
  return low + (high - low) * (rank - Math.floor(rank));
}

function valueAt(sorted: readonly { readonly value: number; readonly weight: number }[], rank: number): number {
  let passed = 0;
  for (const { value, weight } of sorted) {
    passed += weight;
    if (passed > rank) return value;
  }
  return sorted.at(-1)?.value ?? 0;
}
