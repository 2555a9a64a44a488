import type { MetricName } from '../../../dashboards/metrics/catalogue.ts';
import type { Value } from '../../../dashboards/metrics/series.ts';
import { queriesOf } from '../../../dashboards/render/render-metric.ts';
import { asSeries, evaluateQueries, type MathQuery } from '../../../local/aws/cloudwatch/metrics/metric-math.ts';

/** What a formula says of one minute. A metric that is not given has no point; `undefined` is no point. */
export function valueOfMinute(value: Value, metrics: Partial<Record<MetricName, number>>): number | undefined {
  const queries = queriesOf(value, 'watched').map((query): MathQuery => {
    if ('expression' in query) return query;
    const given = metrics[query.series.metric];
    return { id: query.id, periodSeconds: 60, points: new Map(given === undefined ? [] : [[0, given]]) };
  });
  const result = evaluateQueries(queries, { startSeconds: 0, endSeconds: 60, periodSeconds: 60 }).get('watched');
  return asSeries('watched', result).points.get(0);
}
