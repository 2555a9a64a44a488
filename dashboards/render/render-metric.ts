import { metricNamespace, serviceName } from '../../src/metrics.ts';
import { catalogue } from '../metrics/catalogue.ts';
import type { Subject } from '../metrics/metric-row.ts';
import type { Series } from '../metrics/series.ts';
import type { ResourceNames } from '../resource-names.ts';

/** A metric in CloudWatch. */
export interface RenderedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

type Where = Pick<RenderedMetric, 'namespace' | 'dimensions'>;

const service = ({ stage }: ResourceNames) => ({ service: serviceName, stage });

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
  'function log': ({ logs }) => ({ namespace: 'AWS/Logs', dimensions: { LogGroupName: logs.resize } }),
};

export function renderMetric({ metric, preset = '' }: Series, names: ResourceNames): RenderedMetric {
  const { about, name } = catalogue[metric];
  return { name, ...subjects[about](names, preset) };
}
