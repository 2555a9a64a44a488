import type { EdgeRecord } from '../../cloudfront/edge-answer.ts';
import type { EdgeFunctionOutcome } from '../../cloudfront/edge-function.ts';
import { createTallies, type Publisher, type Put } from './publisher.ts';

/** Charged apart, and there only with a monitoring subscription. */
const additionalStatuses = [401, 403, 404, 502, 503, 504];

/**
 * `AWS/CloudFront` of a distribution ("Types of metrics for CloudFront"). Rates are percentages of the requests of a
 * minute, and there is nothing of a minute without requests. Bytes are those of bodies.
 */
export function publishCloudFront(distributionId: string, additional: boolean, put: Put): Publisher {
  const minutes = createTallies(newTally);
  const dimensions = { DistributionId: distributionId, Region: 'Global' };

  function publish(atSeconds: number, tally: Tally): void {
    const { requests, statuses, cacheable, hits, originMilliseconds } = tally;
    const give = (name: string, value: number) =>
      put('cloudFront', { namespace: 'AWS/CloudFront', name, dimensions, atSeconds, value });
    const share = (isMeant: (status: number) => boolean) =>
      ([...statuses].reduce((sum, [status, count]) => sum + (isMeant(status) ? count : 0), 0) * 100) / requests;
    give('Requests', requests);
    give('BytesDownloaded', tally.bytesDownloaded);
    give('BytesUploaded', tally.bytesUploaded);
    give('TotalErrorRate', share(isError));
    give(
      '4xxErrorRate',
      share((status) => status >= 400 && status < 500),
    );
    give(
      '5xxErrorRate',
      share((status) => status >= 500),
    );
    if (!additional) return;
    for (const wanted of additionalStatuses)
      give(
        `${wanted}ErrorRate`,
        share((status) => status === wanted),
      );
    if (cacheable > 0) give('CacheHitRate', (100 * hits) / cacheable);
    for (const milliseconds of originMilliseconds) give('OriginLatency', milliseconds);
  }

  return {
    hear(event) {
      if (event.kind === 'edge') count(minutes.of(event.at / 1000), event.record);
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

function count(tally: Tally, record: EdgeRecord): void {
  const { method, status, resultType, bytes, receivedBytes, fromOrigin, milliseconds } = record;
  tally.requests += 1;
  tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
  if (method === 'GET' || method === 'HEAD') tally.bytesDownloaded += bytes;
  // "HTTP POST and PUT requests, and errors, are not considered cacheable requests."
  const isUpload = method === 'POST' || method === 'PUT';
  if (isUpload) tally.bytesUploaded += receivedBytes;
  if (!isUpload && !isError(status)) {
    tally.cacheable += 1;
    // A redirect is like any other answer: a hit when it was kept. A copy that had to be asked about is none.
    if (resultType === 'Hit') tally.hits += 1;
  }
  if (fromOrigin) tally.originMilliseconds.push(milliseconds);
}

const isError = (status: number) => status >= 400;

/**
 * `AWS/CloudFront` of CloudFront Functions. `FunctionComputeUtilization` is left out, since nothing here takes as long as
 * it does at an edge; nothing is throttled here.
 */
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
    hear(event) {
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
