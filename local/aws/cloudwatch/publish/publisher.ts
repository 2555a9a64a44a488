import type { ChainEvent } from '../../chain-events.ts';
import type { MetricStore, Sample } from '../metrics/metric-store.ts';

/** Makes metrics of what happens in the chain. */
export interface Publisher {
  hear(event: ChainEvent): void;
  /** Publishes what is known of whole minutes only, for all that ended by then. */
  publishUntil?(seconds: number): void;
}

/** Puts a sample that came to CloudWatch then; absent: when its minute ended. */
export type Put = (source: Source, sample: Omit<Sample, 'visibleAtSeconds'>, arrivedSeconds?: number) => void;

export function putInto(store: MetricStore): Put {
  return (source, sample, arrivedSeconds = sample.atSeconds) =>
    store.put({ ...sample, visibleAtSeconds: visibleAtSeconds(source, sample.atSeconds, arrivedSeconds) });
}

/** What is gathered in a minute, until it is over. */
interface Tallies<Tally> {
  of(seconds: number): Tally;
  /** Those of the minutes that ended by then, oldest first; each is given once. */
  takeUntil(seconds: number): readonly { readonly atSeconds: number; readonly tally: Tally }[];
}

export function createTallies<Tally>(create: () => Tally): Tallies<Tally> {
  const open = new Map<number, Tally>();
  return {
    of(seconds) {
      const minute = Math.floor(seconds / 60);
      const tally = open.get(minute) ?? create();
      open.set(minute, tally);
      return tally;
    },
    takeUntil(seconds) {
      const ended = [...open].filter(([minute]) => (minute + 1) * 60 <= seconds).sort(([a], [b]) => a - b);
      for (const [minute] of ended) open.delete(minute);
      return ended.map(([minute, tally]) => ({ atSeconds: minute * 60, tally }));
    },
  };
}

/** How many minutes after the end of a minute CloudWatch shows what was measured in it. */
export interface Lag {
  readonly leastMinutes: number;
  readonly mostMinutes: number;
}

/**
 * AWS states none of these: they are what docs/metrics.md says the sources take, and the one place where the chain has
 * them from. Minutes take turns through each range, so that sources overtake one another as they do on AWS.
 */
export const lags = {
  cloudFront: { leastMinutes: 1, mostMinutes: 3 },
  metricFilter: { leastMinutes: 1, mostMinutes: 2 },
  apiGateway: { leastMinutes: 1, mostMinutes: 1 },
  lambda: { leastMinutes: 1, mostMinutes: 1 },
  embeddedMetrics: { leastMinutes: 1, mostMinutes: 1 },
  logs: { leastMinutes: 1, mostMinutes: 1 },
} as const satisfies Record<string, Lag>;

export type Source = keyof typeof lags;

/** When a sample is seen that was measured at one time and came to CloudWatch at another. */
export function visibleAtSeconds(source: Source, atSeconds: number, arrivedSeconds: number): number {
  const { leastMinutes, mostMinutes }: Lag = lags[source];
  const minute = Math.floor(Math.max(atSeconds, arrivedSeconds) / 60);
  return (minute + 1 + leastMinutes + (minute % (mostMinutes - leastMinutes + 1))) * 60;
}
