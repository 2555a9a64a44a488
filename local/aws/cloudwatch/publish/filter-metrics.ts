import type { MetricFilter } from '../filters/metric-filter.ts';
import { createTallies, type Publisher, type Put } from './publisher.ts';

/** The metric of a filter, without dimensions. */
export function publishFilter(filter: MetricFilter, put: Put): Publisher {
  const minutes = createTallies(() => ({ matched: false }));
  const { namespace, metric: name, defaultValue } = filter;
  const give = (atSeconds: number, value: number) =>
    put('metricFilter', { namespace, name, dimensions: {}, atSeconds, value });

  return {
    hear(event) {
      if (event.kind !== 'log' || event.group !== filter.logGroup) return;
      const tally = minutes.of(event.at / 1000);
      if (!filter.matches(event.line)) return;
      const value = filter.valueOf(event.line);
      if (value === undefined) return;
      tally.matched = true;
      give(event.at / 1000, value);
    },
    publishUntil(seconds) {
      for (const { atSeconds, tally } of minutes.takeUntil(seconds)) {
        if (!tally.matched && defaultValue !== undefined) give(atSeconds, defaultValue);
      }
    },
  };
}
