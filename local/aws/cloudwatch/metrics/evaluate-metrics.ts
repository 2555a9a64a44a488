import { evaluateQueries, type MathQuery } from '../math/evaluate.ts';
import type { Range, Value } from '../math/value.ts';
import type { MetricId, MetricStore } from './metric-store.ts';

/** One entry of a graph or an alarm: a metric in the store, or an expression over the ids of others. */
export type MetricQuery = { readonly id: string } & (
  | { readonly metric: MetricId; readonly statistic: string }
  | { readonly expression: string }
);

/** All entries by id, as far as CloudWatch shows them at this moment. */
export function evaluateMetrics(
  entries: readonly MetricQuery[],
  store: MetricStore,
  range: Range,
  nowSeconds: number,
): ReadonlyMap<string, Value> {
  const queries = entries.map((entry): MathQuery => {
    const { id } = entry;
    if ('expression' in entry) return { id, expression: entry.expression };
    const points = store.read({ ...entry.metric, ...range, statistic: entry.statistic, nowSeconds });
    return { id, periodSeconds: range.periodSeconds, points };
  });
  return evaluateQueries(queries, range);
}
