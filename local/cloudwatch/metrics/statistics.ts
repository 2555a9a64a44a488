const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

const statistics: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: total,
  Average: (values) => total(values) / values.length,
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
  SampleCount: (values) => values.length,
};

/** One number of at least one sample. Other statistics (trimmed means, ranks) are refused by name. */
export function statisticOf(name: string, values: readonly number[]): number {
  const known = statistics[name];
  if (known) return known(values);
  const [, percent] = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name) ?? [];
  if (percent !== undefined) return percentile(values, Number(percent));
  throw new Error(
    `The statistic "${name}" is not known here, only ${Object.keys(statistics).join(', ')} and p0 to p100`,
  );
}

/** CloudWatch gives an estimate; this is the exact one, with a line between neighbours. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (percent / 100) * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? 0;
  const high = sorted[Math.ceil(rank)] ?? low;
  return low + (high - low) * (rank - Math.floor(rank));
}
