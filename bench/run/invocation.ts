import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** The environment variable with the path of the bundle that `lambda-calls.ts` runs. */
export const bundleVariable = 'BUNDLE';

/** The event of API Gateway, as far as the handler reads it. */
export function eventFor(preset: string, key: string): APIGatewayProxyEventV2 {
  const event = {
    version: '2.0',
    routeKey: 'ANY /resize',
    rawPath: '/resize',
    rawQueryString: `key=${preset}/${encodeURIComponent(key)}`,
    headers: {},
    requestContext: { requestId: 'bench', http: { method: 'GET', path: '/resize' } },
    isBase64Encoded: false,
  };
  return event as unknown as APIGatewayProxyEventV2;
}
