import type { HttpRequest, HttpResponse } from '../http/http.ts';
import type { Properties } from '../template/properties.ts';

/** "Configure CORS for HTTP APIs in API Gateway", for all origins and without credentials. */
export interface CorsRules {
  readonly methods: readonly string[];
  readonly headers: readonly string[];
}

export function readCors(cors: Properties): CorsRules {
  if (cors.texts('AllowOrigins').join() !== '*') throw cors.refusal('AllowOrigins', '"*" alone');
  return { methods: cors.texts('AllowMethods'), headers: cors.texts('AllowHeaders') };
}

export function isPreflight({ method, headers }: HttpRequest): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/**
 * API Gateway's answer to a preflight that matches no route. A preflight that matches a route for ANY or `$default` goes
 * to the Lambda ("considerations" of the same page; aws/serverless-application-model#1603).
 */
export function preflightReply({ methods, headers }: CorsRules): HttpResponse {
  return {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      ...(methods.length > 0 && { 'access-control-allow-methods': methods.join(',') }),
      ...(headers.length > 0 && { 'access-control-allow-headers': headers.join(',') }),
    },
    body: new Uint8Array(),
  };
}

/** Replaces the Lambda's CORS headers, which API Gateway ignores once the API is configured for CORS. */
export function withCors({ headers: { origin } }: HttpRequest, response: HttpResponse): HttpResponse {
  const others = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'));
  const added = origin !== undefined && { 'access-control-allow-origin': '*' };
  return { ...response, headers: { ...Object.fromEntries(others), ...added } };
}
