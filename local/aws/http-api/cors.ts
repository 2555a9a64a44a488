import type { HttpRequest, HttpResponse } from '../http/http.ts';
import type { Properties } from '../template/properties.ts';

/** "Configure CORS for HTTP APIs in API Gateway". */
export interface CorsRules {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds?: number;
}

export function readCors(cors: Properties): CorsRules {
  return {
    allowOrigins: cors.texts('AllowOrigins'),
    allowMethods: cors.texts('AllowMethods'),
    allowHeaders: cors.texts('AllowHeaders'),
    exposeHeaders: cors.texts('ExposeHeaders'),
    allowCredentials: cors.flag('AllowCredentials', false),
    ...(cors.has('MaxAge') ? { maxAgeSeconds: cors.number('MaxAge') } : {}),
  };
}

export function isPreflight({ method, headers }: HttpRequest): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/**
 * API Gateway's own answer to a preflight that no route takes. One that a route for ANY or `$default` takes goes to the
 * Lambda ("considerations" of the same page; aws/serverless-application-model#1603).
 */
export function preflightReply(rules: CorsRules, { headers }: HttpRequest): HttpResponse {
  const origin = allowedOrigin(rules, headers.origin);
  const list = (name: string, values: readonly string[]) => (values.length === 0 ? {} : { [name]: values.join(',') });
  return {
    status: 204,
    headers: {
      ...(origin === undefined
        ? {}
        : {
            'access-control-allow-origin': origin,
            ...list('access-control-allow-methods', rules.allowMethods),
            ...list('access-control-allow-headers', rules.allowHeaders),
            ...credentials(rules),
            ...(rules.maxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(rules.maxAgeSeconds) }),
          }),
    },
    body: new Uint8Array(),
  };
}

/** Headers of CORS that the Lambda sent are ignored once the API is configured for it. */
export function withCors(rules: CorsRules, { headers }: HttpRequest, response: HttpResponse): HttpResponse {
  const own = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'));
  const origin = allowedOrigin(rules, headers.origin);
  const added =
    origin === undefined
      ? {}
      : {
          'access-control-allow-origin': origin,
          ...credentials(rules),
          ...(rules.exposeHeaders.length === 0
            ? {}
            : { 'access-control-expose-headers': rules.exposeHeaders.join(',') }),
        };
  return { ...response, headers: { ...Object.fromEntries(own), ...added } };
}

function credentials({ allowCredentials }: CorsRules): Record<string, string> {
  return allowCredentials ? { 'access-control-allow-credentials': 'true' } : {};
}

function allowedOrigin({ allowOrigins }: CorsRules, origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  if (allowOrigins.includes('*')) return '*';
  return allowOrigins.some((allowed) => matches(allowed, origin)) ? origin : undefined;
}

/** `https://*` and `http://*` allow every origin of that scheme. */
function matches(allowed: string, origin: string): boolean {
  return allowed.endsWith('://*') ? origin.startsWith(allowed.slice(0, -1)) : allowed === origin;
}
