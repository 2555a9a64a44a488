import type { EndpointHop, Invocation } from '../../chain-events.ts';
import type { EdgeRecord } from '../../cloudfront/edge-answer.ts';
import type { EdgeFunctionOutcome } from '../../cloudfront/edge-function.ts';
import { createTallies, type Publisher, type Put } from './publisher.ts';

/** Charged separately, and published only with a monitoring subscription. */
const additionalStatuses = [401, 403, 404, 502, 503, 504];

/**
 * `AWS/CloudFront` of a distribution ("Types of metrics for CloudFront"). Rates are percentages of the requests of a
 * minute. A minute without requests has no data. Bytes are those of bodies.
 */
export function publishCloudFront(distributionId: string, additional: boolean, put: Put): Publisher {
  const minutes = createTallies(newTally);
  const dimensions = { DistributionId: distributionId, Region: 'Global' };

  function publish(atSeconds: number, tally: Tally): void {
    const { requests, statuses, cacheable, hits, originMilliseconds } = tally;
    const add = (name: string, value: number) =>
      put('cloudFront', { namespace: 'AWS/CloudFront', name, dimensions, atSeconds, value });
    const share = (isMeant: (status: number) => boolean) =>
      ([...statuses].reduce((sum, [status, count]) => sum + (isMeant(status) ? count : 0), 0) * 100) / requests;
    add('Requests', requests);
    add('BytesDownloaded', tally.bytesDownloaded);
    add('BytesUploaded', tally.bytesUploaded);
    add('TotalErrorRate', share(isError));
    for (const first of [4, 5])
      add(
        `${first}xxErrorRate`,
        share((status) => Math.floor(status / 100) === first),
      );
    if (!additional) return;
    for (const wanted of additionalStatuses)
      add(
        `${wanted}ErrorRate`,
        share((status) => status === wanted),
      );
    if (cacheable > 0) add('CacheHitRate', (100 * hits) / cacheable);
    for (const milliseconds of originMilliseconds) add('OriginLatency', milliseconds);
  }

  return {
    onEvent(event) {
      if (event.kind === 'hop' && event.hop.edge) count(minutes.of(event.at / 1000), event.hop, event.hop.edge);
    },
    publishUntil(seconds) {
      for (const { atSeconds, tally } of minutes.takeUntil(seconds)) publish(atSeconds, tally);
    },
  };
}

interface Tally {
  requests: number;
  bytesDownloaded: number;
  bytesUploaded: number;
  cacheable: number;
  hits: number;
  readonly statuses: Map<number, number>;
  readonly originMilliseconds: number[];
}

const newTally = (): Tally => ({
  requests: 0,
  bytesDownloaded: 0,
  bytesUploaded: 0,
  cacheable: 0,
  hits: 0,
  statuses: new Map(),
  originMilliseconds: [],
});

function count(
  tally: Tally,
  { method, status, bytes, milliseconds }: EndpointHop,
  { resultType, receivedBytes, fromOrigin }: EdgeRecord,
): void {
  tally.requests += 1;
  tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
  if (method === 'GET' || method === 'HEAD') tally.bytesDownloaded += bytes;
  // "HTTP POST and PUT requests, and errors, are not considered cacheable requests."
  const isUpload = method === 'POST' || method === 'PUT';
  if (isUpload) tally.bytesUploaded += receivedBytes;
  if (!isUpload && !isError(status)) {
    tally.cacheable += 1;
    // A cached redirect is a hit. A revalidated copy is not.
    if (resultType === 'Hit') tally.hits += 1;
  }
  if (fromOrigin) tally.originMilliseconds.push(milliseconds);
}

const isError = (status: number) => status >= 400;

/** `AWS/CloudFront` of CloudFront Functions, without `FunctionComputeUtilization`. No function is throttled. */
export function publishEdgeFunctions(put: Put): Publisher {
  const minutes = createTallies(() => new Map<string, Record<EdgeFunctionOutcome, number>>());

  function publish(atSeconds: number, functionName: string, runs: Record<EdgeFunctionOutcome, number>): void {
    const dimensions = { FunctionName: functionName, Region: 'Global' };
    const values = {
      FunctionInvocations: runs.ran + runs['execution-error'] + runs['validation-error'],
      FunctionExecutionErrors: runs['execution-error'],
      FunctionValidationErrors: runs['validation-error'],
      FunctionThrottles: 0,
    };
    for (const [name, value] of Object.entries(values)) {
      put('cloudFront', { namespace: 'AWS/CloudFront', name, dimensions, atSeconds, value });
    }
  }

  return {
    onEvent(event) {
      if (event.kind !== 'edge-function') return;
      const functions = minutes.of(event.at / 1000);
      const runs = functions.get(event.functionName) ?? { ran: 0, 'execution-error': 0, 'validation-error': 0 };
      functions.set(event.functionName, runs);
      runs[event.outcome] += 1;
    },
    publishUntil(seconds) {
      for (const { atSeconds, tally } of minutes.takeUntil(seconds)) {
        for (const [functionName, runs] of tally) publish(atSeconds, functionName, runs);
      }
    },
  };
}

/**
 * `AWS/ApiGateway` of an HTTP API ("Working with metrics for HTTP APIs"): by API, and by API and stage. Count includes
 * throttled requests, which AWS may leave out.
 */
export function publishApi(put: Put): Publisher {
  return {
    onEvent(event) {
      if (event.kind !== 'hop' || !event.hop.access) return;
      const { apiId, stage, status, responseLatency, integrationLatency, dataProcessed } = event.hop.access;
      const values = {
        Count: 1,
        '4xx': status >= 400 && status < 500 ? 1 : 0,
        '5xx': status >= 500 ? 1 : 0,
        Latency: responseLatency,
        DataProcessed: dataProcessed,
        ...(typeof integrationLatency === 'number' && { IntegrationLatency: integrationLatency }),
      };
      for (const dimensions of [{ ApiId: apiId }, { ApiId: apiId, Stage: stage }]) {
        for (const [name, value] of Object.entries(values)) {
          put('apiGateway', { namespace: 'AWS/ApiGateway', name, dimensions, atSeconds: event.at / 1000, value });
        }
      }
    },
  };
}

/**
 * `AWS/Lambda` ("Types of metrics for Lambda functions"): by function, and by function and the version or alias that was
 * called. A throttled call is neither an invocation nor an error. The timestamp is the beginning of the call.
 */
export function publishLambda(put: Put): Publisher {
  return {
    onEvent(event) {
      if (event.kind !== 'invocation') return;
      const { functionName, resource, startedAt } = event.invocation;
      for (const dimensions of [{ FunctionName: functionName }, { FunctionName: functionName, Resource: resource }]) {
        for (const [name, value] of Object.entries(lambdaValues(event.invocation))) {
          const sample = { namespace: 'AWS/Lambda', name, dimensions, atSeconds: startedAt / 1000, value };
          put('lambda', sample, event.at / 1000);
        }
      }
    },
  };
}

function lambdaValues({ outcome, milliseconds, concurrent }: Invocation): Readonly<Record<string, number>> {
  if (outcome === 'throttled') return { Throttles: 1 };
  return {
    Invocations: 1,
    Errors: outcome === 'failed' ? 1 : 0,
    Throttles: 0,
    Duration: milliseconds,
    ConcurrentExecutions: concurrent,
  };
}
