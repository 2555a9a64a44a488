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

/** What a graph or an alarm asks for. */
export interface StatisticRequest extends MetricId {
  readonly statistic: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly periodSeconds: number;
  /** Samples that are shown later than this are not there yet. */
  readonly nowSeconds: number;
}

export interface MetricStore {
  put(sample: Sample): void;
  /** One point for each period that has samples, at the period's beginning. */
  read(request: StatisticRequest): ReadonlyMap<number, number>;
  /** Everything that was ever put, without its values. */
  metrics(): readonly MetricId[];
}

/**
 * Samples by metric and minute, which is as fine as CloudWatch keeps them. A metric is its namespace, its name and exactly
 * its dimensions: CloudWatch adds up no others.
 */
export function createMetricStore(): MetricStore {
  const series = new Map<string, { id: MetricId; buckets: MinuteBuckets }>();
  return {
    put({ atSeconds, value, visibleAtSeconds = atSeconds, namespace, name, dimensions }) {
      const id = { namespace, name, dimensions };
      const key = keyOf(id);
      const kept = series.get(key) ?? { id, buckets: new MinuteBuckets() };
      series.set(key, kept);
      kept.buckets.add(atSeconds, visibleAtSeconds, value);
    },
    read({ statistic, startSeconds, endSeconds, periodSeconds, nowSeconds, ...id }) {
      if (!(periodSeconds >= 60 && periodSeconds % 60 === 0)) {
        throw new Error(`The period is ${periodSeconds} seconds: expected whole minutes`);
      }
      const first = Math.floor(startSeconds / 60);
      const end = Math.ceil(endSeconds / 60);
      const periods = new Map<number, Bucket[]>();
      for (const bucket of series.get(keyOf(id))?.buckets.between(first, end) ?? []) {
        if (bucket.visibleAtSeconds > nowSeconds) continue;
        const start = startSeconds + Math.floor(((bucket.minute - first) * 60) / periodSeconds) * periodSeconds;
        const buckets = periods.get(start);
        if (buckets) buckets.push(bucket);
        else periods.set(start, [bucket]);
      }
      return new Map([...periods].map(([start, buckets]) => [start, statisticOf(statistic, buckets)]));
    },
    metrics: () => [...series.values()].map(({ id }) => id),
  };
}

/** Needed for every sample; JSON takes twice as long. */
function keyOf({ namespace, name, dimensions }: MetricId): string {
  const names = Object.keys(dimensions).sort();
  return [namespace, name, ...names.flatMap((dimension) => [dimension, dimensions[dimension]])].join('\n');
}

/** The samples of one metric within one minute, as far as they became visible at the same time. */
export interface Bucket {
  readonly minute: number;
  readonly visibleAtSeconds: number;
  sum: number;
  count: number;
  least: number;
  most: number;
  /** What a percentile is taken of: all values, or every second, fourth … of a minute that has very many. */
  values: number[];
  /** Each value stands for so many. */
  stride: number;
}

/** CloudWatch keeps minutes for 15 days; here those count in which there was anything. */
const keptBuckets = 15 * 24 * 60;
/** Percentiles of a minute are of so many values at most: CloudWatch's are estimates, too. */
const mostValues = 2048;

const nothing = { sum: 0, count: 0, least: Infinity, most: -Infinity, stride: 1 };

/** Buckets of one metric, by time. */
class MinuteBuckets {
  readonly #buckets: Bucket[] = [];

  add(atSeconds: number, visibleAtSeconds: number, value: number): void {
    addTo(this.#bucketOf(Math.floor(atSeconds / 60), visibleAtSeconds), value);
  }

  #bucketOf(minute: number, visibleAtSeconds: number): Bucket {
    let index = this.#buckets.length;
    // Nearly always the last one.
    while (index > 0 && isAfter(this.#buckets[index - 1], minute, visibleAtSeconds)) index -= 1;
    const found = this.#buckets[index - 1];
    if (found?.minute === minute && found.visibleAtSeconds === visibleAtSeconds) return found;
    const bucket: Bucket = { minute, visibleAtSeconds, ...nothing, values: [] };
    this.#buckets.splice(index, 0, bucket);
    // Cut in larger pieces: to shift a long list by one for each minute would cost more than the minute.
    if (this.#buckets.length > keptBuckets * 1.1) this.#buckets.splice(0, this.#buckets.length - keptBuckets);
    return bucket;
  }

  /** Those of the minutes from the first up to and without the last, oldest first. */
  *between(firstMinute: number, endMinute: number): Iterable<Bucket> {
    for (let index = this.#indexOf(firstMinute); index < this.#buckets.length; index += 1) {
      const bucket = this.#buckets[index];
      if (!bucket || bucket.minute >= endMinute) return;
      yield bucket;
    }
  }

  #indexOf(minute: number): number {
    let low = 0;
    let high = this.#buckets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#buckets[middle]?.minute ?? 0) < minute) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isAfter(bucket: Bucket | undefined, minute: number, visibleAtSeconds: number): boolean {
  if (bucket === undefined || bucket.minute < minute) return false;
  return bucket.minute > minute || bucket.visibleAtSeconds > visibleAtSeconds;
}

function addTo(bucket: Bucket, value: number): void {
  bucket.sum += value;
  bucket.least = Math.min(bucket.least, value);
  bucket.most = Math.max(bucket.most, value);
  if (bucket.count % bucket.stride === 0) bucket.values.push(value);
  bucket.count += 1;
  if (bucket.values.length < mostValues) return;
  bucket.values = bucket.values.filter((_, index) => index % 2 === 0);
  bucket.stride *= 2;
}

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
function statisticOf(name: string, buckets: readonly Totals[]): number {
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
