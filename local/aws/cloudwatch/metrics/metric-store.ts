export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface Sample extends MetricId {
  readonly atSeconds: number;
  readonly value: number;
  /** When CloudWatch shows it. Absent: at once. */
  readonly visibleAtSeconds?: number;
}

/** What a graph or an alarm reads. */
export interface StatisticRequest extends MetricId {
  readonly statistic: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly periodSeconds: number;
  /** Samples that become visible later are ignored. */
  readonly nowSeconds: number;
}

export interface MetricStore {
  put(sample: Sample): void;
  /** One point for each period that has samples, at the period's beginning. */
  read(request: StatisticRequest): ReadonlyMap<number, number>;
  /** All metrics that have samples. */
  metrics(): readonly MetricId[];
}

/**
 * Samples by metric and minute, the resolution of CloudWatch. A metric is its namespace, its name and exactly its
 * dimensions: CloudWatch does not aggregate over dimensions.
 */
export function createMetricStore(): MetricStore {
  const series = new Map<string, { id: MetricId; summaries: MinuteSummaries }>();
  return {
    put({ atSeconds, value, visibleAtSeconds = atSeconds, namespace, name, dimensions }) {
      const id = { namespace, name, dimensions };
      const key = keyOf(id);
      const kept = series.get(key) ?? { id, summaries: new MinuteSummaries() };
      series.set(key, kept);
      kept.summaries.add(atSeconds, visibleAtSeconds, value);
    },
    read({ statistic, startSeconds, endSeconds, periodSeconds, nowSeconds, ...id }) {
      if (!(periodSeconds >= 60 && periodSeconds % 60 === 0)) {
        throw new Error(`The period is ${periodSeconds} seconds: expected whole minutes`);
      }
      const first = Math.floor(startSeconds / 60);
      const end = Math.ceil(endSeconds / 60);
      const periods = new Map<number, MinuteSummary[]>();
      for (const summary of series.get(keyOf(id))?.summaries.between(first, end) ?? []) {
        if (summary.visibleAtSeconds > nowSeconds) continue;
        const start = startSeconds + Math.floor(((summary.minute - first) * 60) / periodSeconds) * periodSeconds;
        const summaries = periods.get(start);
        if (summaries) summaries.push(summary);
        else periods.set(start, [summary]);
      }
      return new Map([...periods].map(([start, summaries]) => [start, statisticOf(statistic, summaries)]));
    },
    metrics: () => [...series.values()].map(({ id }) => id),
  };
}

/** Runs for every sample; JSON takes twice as long. */
function keyOf({ namespace, name, dimensions }: MetricId): string {
  const names = Object.keys(dimensions).sort();
  return [namespace, name, ...names.flatMap((dimension) => [dimension, dimensions[dimension]])].join('\n');
}

/** The samples of one metric in one minute that became visible at the same time. */
interface MinuteSummary {
  readonly minute: number;
  readonly visibleAtSeconds: number;
  sum: number;
  count: number;
  least: number;
  most: number;
  /** For percentiles: all values, or every second, fourth … of a minute with very many. */
  values: number[];
  /** How many values each of them represents. */
  stride: number;
}

/** CloudWatch keeps minutes for 15 days. Here only minutes with samples count. */
const keptMinutes = 15 * 24 * 60;
/** Percentiles of a minute use this many values at most. CloudWatch's are estimates, too. */
const mostValues = 2048;

const nothing = { sum: 0, count: 0, least: Infinity, most: -Infinity, stride: 1 };

/** The minutes of one metric, by time. */
class MinuteSummaries {
  readonly #summaries: MinuteSummary[] = [];

  add(atSeconds: number, visibleAtSeconds: number, value: number): void {
    addTo(this.#summaryOf(Math.floor(atSeconds / 60), visibleAtSeconds), value);
  }

  #summaryOf(minute: number, visibleAtSeconds: number): MinuteSummary {
    let index = this.#summaries.length;
    // Nearly always the last one.
    while (index > 0 && isAfter(this.#summaries[index - 1], minute, visibleAtSeconds)) index -= 1;
    const found = this.#summaries[index - 1];
    if (found?.minute === minute && found.visibleAtSeconds === visibleAtSeconds) return found;
    const summary: MinuteSummary = { minute, visibleAtSeconds, ...nothing, values: [] };
    this.#summaries.splice(index, 0, summary);
    // Removes many at once: removing one from a long list for each new minute is slow.
    if (this.#summaries.length > keptMinutes * 1.1) this.#summaries.splice(0, this.#summaries.length - keptMinutes);
    return summary;
  }

  /** From the first minute, and before the end, oldest first. */
  *between(firstMinute: number, endMinute: number): Iterable<MinuteSummary> {
    for (let index = this.#indexOf(firstMinute); index < this.#summaries.length; index += 1) {
      const summary = this.#summaries[index];
      if (!summary || summary.minute >= endMinute) return;
      yield summary;
    }
  }

  #indexOf(minute: number): number {
    let low = 0;
    let high = this.#summaries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#summaries[middle]?.minute ?? 0) < minute) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isAfter(summary: MinuteSummary | undefined, minute: number, visibleAtSeconds: number): boolean {
  if (summary === undefined || summary.minute < minute) return false;
  return summary.minute > minute || summary.visibleAtSeconds > visibleAtSeconds;
}

function addTo(summary: MinuteSummary, value: number): void {
  summary.sum += value;
  summary.least = Math.min(summary.least, value);
  summary.most = Math.max(summary.most, value);
  if (summary.count % summary.stride === 0) summary.values.push(value);
  summary.count += 1;
  if (summary.values.length < mostValues) return;
  summary.values = summary.values.filter((_, index) => index % 2 === 0);
  summary.stride *= 2;
}

/** The parts of a summary that statistics use. */
type Totals = Pick<MinuteSummary, 'sum' | 'count' | 'least' | 'most' | 'values' | 'stride'>;

const statistics: Readonly<Record<string, (of: readonly Totals[]) => number>> = {
  Sum: (of) => total(of, ({ sum }) => sum),
  Average: (of) => total(of, ({ sum }) => sum) / total(of, ({ count }) => count),
  Minimum: (of) => Math.min(...of.map(({ least }) => least)),
  Maximum: (of) => Math.max(...of.map(({ most }) => most)),
  SampleCount: (of) => total(of, ({ count }) => count),
};

/** The statistic of at least one summary. Others, such as trimmed means and ranks, are refused by name. */
function statisticOf(name: string, summaries: readonly Totals[]): number {
  const known = statistics[name];
  if (known) return known(summaries);
  const [, percent] = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name) ?? [];
  if (percent !== undefined) return percentile(summaries, Number(percent));
  throw new Error(
    `The statistic "${name}" is not supported: expected ${Object.keys(statistics).join(', ')} or p0 to p100`,
  );
}

/** The statistic of a list of values. */
export function statisticOfValues(name: string, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return statisticOf(name, [{ sum, count: values.length, least, most, values: [...values], stride: 1 }]);
}

function total(of: readonly Totals[], pick: (one: Totals) => number): number {
  return of.reduce((sum, one) => sum + pick(one), 0);
}

/** Exact where all values are kept, with linear interpolation. CloudWatch estimates. */
function percentile(summaries: readonly Totals[], percent: number): number {
  const sorted = summaries
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
