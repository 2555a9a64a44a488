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

interface Kept {
  readonly atSeconds: number;
  readonly visibleAtSeconds: number;
  readonly value: number;
}

/** Samples by metric. A metric is its namespace, its name and exactly its dimensions: CloudWatch adds up no others. */
export function createMetricStore(): MetricStore {
  const series = new Map<string, { id: MetricId; samples: Kept[] }>();
  return {
    put({ atSeconds, value, visibleAtSeconds = atSeconds, ...id }) {
      const key = keyOf(id);
      const kept = series.get(key) ?? {
        id: { namespace: id.namespace, name: id.name, dimensions: id.dimensions },
        samples: [],
      };
      series.set(key, kept);
      kept.samples.push({ atSeconds, visibleAtSeconds, value });
    },
    read({ statistic, startSeconds, endSeconds, periodSeconds, nowSeconds, ...id }) {
      const periods = new Map<number, number[]>();
      for (const { atSeconds, visibleAtSeconds, value } of series.get(keyOf(id))?.samples ?? []) {
        if (atSeconds < startSeconds || atSeconds >= endSeconds || visibleAtSeconds > nowSeconds) continue;
        const start = startSeconds + Math.floor((atSeconds - startSeconds) / periodSeconds) * periodSeconds;
        const values = periods.get(start) ?? [];
        periods.set(start, values);
        values.push(value);
      }
      return new Map(
        [...periods].sort(([a], [b]) => a - b).map(([start, values]) => [start, statisticOf(statistic, values)]),
      );
    },
    metrics: () => [...series.values()].map(({ id }) => id),
  };
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
