import type { Publisher, Put } from './publisher.ts';

/**
 * `AWS/ApiGateway` of an HTTP API ("Working with metrics for HTTP APIs"): by API, and by API and stage. AWS may leave
 * throttled requests out of Count; here they are in it.
 */
export function publishApi(put: Put): Publisher {
  return {
    hear(event) {
      if (event.kind !== 'access') return;
      const { apiId, stage, status, responseLatency, integrationLatency, dataProcessed } = event.record;
      const values = {
        Count: 1,
        '4xx': status >= 400 && status < 500 ? 1 : 0,
        '5xx': status >= 500 ? 1 : 0,
        Latency: responseLatency,
        DataProcessed: dataProcessed,
        ...(typeof integrationLatency === 'number' ? { IntegrationLatency: integrationLatency } : {}),
      };
      for (const dimensions of [{ ApiId: apiId }, { ApiId: apiId, Stage: stage }]) {
        for (const [name, value] of Object.entries(values)) {
          put('apiGateway', { namespace: 'AWS/ApiGateway', name, dimensions, atSeconds: event.at / 1000, value });
        }
      }
    },
  };
}
