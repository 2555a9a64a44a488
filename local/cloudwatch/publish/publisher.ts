import type { ChainEvent } from '../../events.ts';
import { type Source, visibleAtSeconds } from '../lags.ts';
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
