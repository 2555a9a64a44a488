import { type Bucket, MinuteBuckets } from './minute-buckets.ts';
import { statisticOf } from './statistics.ts';

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
