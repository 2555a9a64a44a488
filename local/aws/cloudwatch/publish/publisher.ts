import type { ChainEvent } from '../../chain-events.ts';
import type { MetricStore, Sample } from '../metrics/metric-store.ts';

/** Publishes metrics for events of the chain. */
export interface Publisher {
  onEvent(event: ChainEvent): void;
  /** Publishes metrics of whole minutes, for all minutes that have ended by then. */
  publishUntil?(seconds: number): void;
}

/** Puts a sample into the store. Without `arrivedSeconds` it arrived at its own time. */
export type Put = (source: Source, sample: Omit<Sample, 'visibleAtSeconds'>, arrivedSeconds?: number) => void;

export function putInto(store: MetricStore): Put {
  return (source, sample, arrivedSeconds = sample.atSeconds) =>
    store.put({ ...sample, visibleAtSeconds: visibleAtSeconds(source, sample.atSeconds, arrivedSeconds) });
}

/** Counts by minute, until the minute has ended. */
interface Tallies<Tally> {
  of(seconds: number): Tally;
  /** Removes and returns the counts of the minutes that have ended by then, oldest first. */
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

/** How long after the end of a minute CloudWatch shows its samples. */
export interface Lag {
  readonly leastMinutes: number;
  readonly mostMinutes: number;
}

/**
 * AWS documents none of these. Minutes take turns through each range, so that one source overtakes another as on AWS.
 */
export const lags = {
  cloudFront: { leastMinutes: 1, mostMinutes: 3 },
  metricFilter: { leastMinutes: 1, mostMinutes: 2 },
  apiGateway: { leastMinutes: 1, mostMinutes: 1 },
  lambda: { leastMinutes: 1, mostMinutes: 1 },
  sqs: { leastMinutes: 1, mostMinutes: 1 },
  embeddedMetrics: { leastMinutes: 1, mostMinutes: 1 },
  logs: { leastMinutes: 1, mostMinutes: 1 },
} as const satisfies Record<string, Lag>;

export type Source = keyof typeof lags;

/** When CloudWatch shows a sample that was measured at one time and arrived at another. */
export function visibleAtSeconds(source: Source, atSeconds: number, arrivedSeconds: number): number {
  const { leastMinutes, mostMinutes }: Lag = lags[source];
  const minute = Math.floor(Math.max(atSeconds, arrivedSeconds) / 60);
  return (minute + 1 + leastMinutes + (minute % (mostMinutes - leastMinutes + 1))) * 60;
}
