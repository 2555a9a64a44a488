import { createHash, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { originHeader } from '../core/origin-header.ts';
import type { Reply } from '../core/reply.ts';

/**
 * Reads an event of an HTTP API, payload 2.0. The key is everything after the first `key=` of the raw query: the decoded
 * fields of the event lose a raw `+`, split at `&` and join duplicates with commas.
 */
export function requestFrom(event: APIGatewayProxyEventV2) {
  return {
    method: event.requestContext.http.method,
    key: /(?:^|&)key=(.*)$/s.exec(event.rawQueryString)?.[1],
    requestId: event.requestContext.requestId,
  };
}

/**
 * Whether the request came through CloudFront: it carries one of the secrets. The comparison takes the same time for each
 * wrong value, so its duration says nothing about a secret.
 */
export function isFromEdge({ headers }: APIGatewayProxyEventV2, secrets: readonly string[]): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const given = digest(headers[originHeader.toLowerCase()] ?? '');
  return secrets.map((secret) => timingSafeEqual(digest(secret), given)).includes(true);
}

/** Only fields that API Gateway knows: a REST API answers any other with 502. */
export function resultFrom(reply: Reply, method: string): APIGatewayProxyStructuredResultV2 {
  const { status, headers, body } = reply;
  const result = { statusCode: status, headers: { ...headers } };
  if (body === undefined || method === 'HEAD') return result;
  if (typeof body === 'string') return { ...result, body };
  const base64 = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64');
  return { ...result, body: base64, isBase64Encoded: true };
}
