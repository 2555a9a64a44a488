import { metricNamespace, serviceName } from '../../src/metrics.ts';
import { catalogue } from '../metrics/catalogue.ts';
import type { Subject } from '../metrics/metric-row.ts';
import { isFormula, type Series, type Value } from '../metrics/series.ts';
import type { ResourceNames } from '../settings.ts';

/** A metric in CloudWatch. */
export interface RenderedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

type Where = Pick<RenderedMetric, 'namespace' | 'dimensions'>;

const service = ({ stage }: ResourceNames) => ({ service: serviceName, stage });

const queue = (name = '') => ({ namespace: 'AWS/SQS', dimensions: { QueueName: name } });

const subjects: Readonly<Record<Subject, (names: ResourceNames, preset: string) => Where>> = {
  service: (names) => ({ namespace: metricNamespace, dimensions: service(names) }),
  preset: (names, preset) => ({ namespace: metricNamespace, dimensions: { ...service(names), preset } }),
  // A filter by a term has no fields for dimensions, so the stage is in the namespace.
  'edge log': ({ stage }) => ({ namespace: `${metricNamespace}/Edge/${stage}`, dimensions: {} }),
  'api log': ({ stage }) => ({ namespace: `${metricNamespace}/Api/${stage}`, dimensions: {} }),
  // CDK's `distribution.metricRequests()` omits Region, so its graphs stay empty (aws-cdk issue 19245).
  distribution: ({ distributionId }) => ({
    namespace: 'AWS/CloudFront',
    dimensions: { DistributionId: distributionId, Region: 'Global' },
  }),
  'edge function': ({ edgeFunctionName }) => ({
    namespace: 'AWS/CloudFront',
    dimensions: { FunctionName: edgeFunctionName, Region: 'Global' },
  }),
  api: ({ apiId }) => ({ namespace: 'AWS/ApiGateway', dimensions: { ApiId: apiId } }),
  function: ({ functionName }) => ({ namespace: 'AWS/Lambda', dimensions: { FunctionName: functionName } }),
  'purge function': ({ purge }) => ({
    namespace: 'AWS/Lambda',
    dimensions: { FunctionName: purge?.functionName ?? '' },
  }),
  'purge queue': ({ purge }) => queue(purge?.queue),
  'second-pass queue': ({ purge }) => queue(purge?.secondPassQueue),
  'dead-letter queue': ({ purge }) => queue(purge?.deadLetterQueue),
  'function log': ({ logs }) => ({ namespace: 'AWS/Logs', dimensions: { LogGroupName: logs.resize } }),
};

export function renderMetric({ metric, preset = '' }: Series, names: ResourceNames): RenderedMetric {
  const { about, name } = catalogue[metric];
  return { name, ...subjects[about](names, preset) };
}

/** One query of a graph or an alarm: a metric, or an expression over the ids of others. */
export type Query =
  | { readonly id: string; readonly series: Series; readonly shown: boolean; readonly label?: string }
  | { readonly id: string; readonly expression: string; readonly shown: boolean; readonly label?: string };

/** The queries of one value. Only the last is shown; the others are its parts. */
export function queriesOf(value: Value, id: string, label?: string): readonly Query[] {
  const named = { id, shown: true, ...(label !== undefined && { label }) };
  if (!isFormula(value)) return [{ ...named, series: value }];
  const series = Object.entries(value.of).map(([name, one]): Query => ({ id: name, series: one, shown: false }));
  const steps = Object.entries(value.steps ?? {}).map(
    ([name, expression]): Query => ({ id: name, expression, shown: false }),
  );
  const queries = [...series, ...steps, { ...named, expression: value.result }];
  requireClosed(queries);
  return queries;
}

/** Merges the parts that several values of one graph share. */
export function merged(queries: readonly Query[]): readonly Query[] {
  const byId = new Map<string, Query>();
  for (const query of queries) {
    const other = byId.get(query.id);
    if (other && JSON.stringify(other) !== JSON.stringify(query)) {
      throw new Error(`The id "${query.id}" has two meanings in one graph: ${JSON.stringify([other, query])}`);
    }
    byId.set(query.id, query);
  }
  return [...byId.values()];
}

const functions = new Set(['IF', 'AND', 'OR']);

/** CloudWatch accepts any text as an expression and shows an empty graph, so an unknown id is an error here. */
function requireClosed(queries: readonly Query[]): void {
  const used = new Set<string>();
  const known = new Set<string>();
  for (const query of queries) {
    if (!/^[a-z][A-Za-z0-9_]*$/.test(query.id))
      throw new Error(`"${query.id}" is not an id: expected a lower-case letter first`);
    if ('expression' in query) {
      for (const [word] of query.expression.matchAll(/[A-Za-z_]\w*/g)) {
        if (!known.has(word) && !functions.has(word))
          throw new Error(`"${word}" in "${query.expression}" is not defined`);
        used.add(word);
      }
    }
    known.add(query.id);
  }
  const idle = queries.slice(0, -1).find(({ id }) => !used.has(id));
  if (idle) throw new Error(`"${idle.id}" is defined and not used in "${JSON.stringify(queries.at(-1))}"`);
}
