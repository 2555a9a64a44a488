import { metricNamespace, serviceName } from '../../src/metrics.ts';
import { catalogue } from '../metrics/catalogue.ts';
import type { Subject } from '../metrics/metric-row.ts';
import type { Series } from '../metrics/series.ts';
import type { Place } from '../resource-names.ts';

/** A metric as CloudWatch knows it. */
export interface RenderedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

type Where = Pick<RenderedMetric, 'namespace' | 'dimensions'>;

const service = ({ stage }: Place) => ({ service: serviceName, stage });

const subjects: Readonly<Record<Subject, (place: Place, preset: string) => Where>> = {
  service: (place) => ({ namespace: metricNamespace, dimensions: service(place) }),
  preset: (place, preset) => ({ namespace: metricNamespace, dimensions: { ...service(place), preset } }),
  // A filter by a term has no fields to make dimensions of, so the stage is in the namespace.
  'edge log': ({ stage }) => ({ namespace: `${metricNamespace}/Edge/${stage}`, dimensions: {} }),
  'api log': ({ stage }) => ({ namespace: `${metricNamespace}/Api/${stage}`, dimensions: {} }),
  // CDK's own `distribution.metricRequests()` leaves Region out, and its graphs stay empty (aws-cdk issue 19245).
  distribution: ({ distributionId }) => ({
    namespace: 'AWS/CloudFront',
    dimensions: { DistributionId: distributionId, Region: 'Global' },
  }),
  'edge function': ({ edgeFunctionName }) => {
    if (edgeFunctionName === undefined)
      throw new Error('A metric of the edge function is asked for, but there is none');
    return { namespace: 'AWS/CloudFront', dimensions: { FunctionName: edgeFunctionName, Region: 'Global' } };
  },
  api: ({ apiId }) => ({ namespace: 'AWS/ApiGateway', dimensions: { ApiId: apiId } }),
  function: ({ functionName }) => ({ namespace: 'AWS/Lambda', dimensions: { FunctionName: functionName } }),
  'function log': ({ logs }) => ({ namespace: 'AWS/Logs', dimensions: { LogGroupName: logs.resize } }),
};

export function renderMetric({ metric, preset = '' }: Series, place: Place): RenderedMetric {
  const { about, name } = catalogue[metric];
  return { name, ...subjects[about](place, preset) };
}
