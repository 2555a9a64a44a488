import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** What API Gateway hands over, as far as anybody reads it. */
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
