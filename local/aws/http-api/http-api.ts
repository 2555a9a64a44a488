import { randomBytes } from 'node:crypto';
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import { wildcards } from '../iam/policy.ts';
import { type Invoke, newTraceId } from '../lambda/lambda.ts';
import type { InvokePermission } from '../lambda/lambda-function.ts';
import { type AccessRecord, accessRecord, type InvocationResult, type RequestContext } from './access-log.ts';
import type { ApiDefinition } from './api-definition.ts';
import { isPreflight, preflightReply, withCors } from './cors.ts';
import { decodePath, lambdaEvent } from './event.ts';
import { gatewayReply, lambdaReply } from './reply.ts';
import { matchRoute, type Route } from './routes.ts';

/** A fact of AWS that no recorded answer settles. */
export interface ApiSwitches {
  /** The status when Lambda throttles the function: 503 is reported, 500 is possible. */
  readonly lambdaThrottled: '503' | '500';
}

export interface ApiOptions {
  readonly api: ApiDefinition;
  readonly permissions: readonly InvokePermission[];
  readonly invoke: Invoke;
  readonly switches: ApiSwitches;
  readonly clock: { now(): number };
  log(group: string, line: string): void;
}

/** "Quotas for HTTP APIs": request line and header values together, and the payload. */
const maxHeadBytes = 10_240;
const maxBodyBytes = 10_000_000;

/** Returns the handler of an HTTP API. */
export function createHttpApi(options: ApiOptions) {
  const { api, clock } = options;
  const buckets = new Map<string, TokenBucket>();

  function isThrottled(routeKey: string): boolean {
    if (!api.throttle) return false;
    const bucket = buckets.get(routeKey) ?? createTokenBucket(api.throttle);
    buckets.set(routeKey, bucket);
    return !bucket.take(clock.now());
  }

  async function answer(request: HttpRequest, context: RequestContext): Promise<HttpResponse> {
    const refuse = (status: number, message: string): HttpResponse => {
      context.message = message;
      return gatewayReply(status, message);
    };
    if (headBytes(request) > maxHeadBytes) return refuse(431, 'Request Header Fields Too Large');
    const path = decodePath(request.target.split('?')[0] ?? '/');
    if (path === undefined) return refuse(400, 'Bad Request');
    const route = matchRoute(api.routes, request.method, path);
    if (!route) return api.cors && isPreflight(request) ? preflightReply(api.cors) : refuse(404, 'Not Found');
    context.route = route;
    if (isThrottled(route.key)) return refuse(429, 'Too Many Requests');
    if (request.body.byteLength > maxBodyBytes) return refuse(413, 'Request Entity Too Large');

    const event = lambdaEvent(api, request, route, path, context);
    const begin = performance.now();
    const result = await call(route, request.method, JSON.stringify(event), context.traceId);
    context.invocation = { result, milliseconds: performance.now() - begin };
    const isReturned = typeof result === 'object' && result.outcome === 'returned';
    return (isReturned && lambdaReply(result.payload)) || refuse(...failureOf(result, options.switches));
  }

  async function call(route: Route, method: string, event: string, traceId: string): Promise<InvocationResult> {
    const { functionArn, timeoutMilliseconds } = route.integration;
    if (!mayInvoke(options, functionArn, method, route.key)) return 'forbidden';
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<'timeout'>((resolve) => {
      timer = setTimeout(resolve, timeoutMilliseconds, 'timeout');
    });
    const result = await Promise.race([options.invoke(functionArn, event, traceId), timeout]);
    clearTimeout(timer);
    return result;
  }

  return async (request: HttpRequest): Promise<HttpResponse & { readonly access: AccessRecord }> => {
    const epochMilliseconds = clock.now();
    const context: RequestContext = {
      requestId: randomBytes(11).toString('base64'),
      traceId: request.headers['x-amzn-trace-id'] ?? newTraceId(epochMilliseconds),
      epochMilliseconds,
    };
    const begin = performance.now();
    const plain = await answer(request, context);
    const { body, ...rest } = api.cors && context.route ? withCors(request, plain) : plain;
    const response: HttpResponse = {
      ...rest,
      headers: { date: new Date(clock.now()).toUTCString(), ...rest.headers, 'apigw-requestid': context.requestId },
      body: request.method === 'HEAD' ? new Uint8Array() : body,
    };
    const access = accessRecord(api.apiId, request, response, context, performance.now() - begin);
    if (api.accessLog) options.log(api.accessLog.group, api.accessLog.format(access));
    return { ...response, access };
  };
}

/**
 * A Lambda that takes longer than the integration timeout is a 503, recorded (cortexlabs/cortex#1225) and reported
 * (compiler-explorer/explain#19). The documentation of REST APIs says 504.
 */
function failureOf(
  result: InvocationResult,
  { lambdaThrottled }: ApiSwitches,
): readonly [status: number, message: string] {
  if (result === 'timeout') return [503, 'Service Unavailable'];
  if (result === 'forbidden' || result.outcome !== 'refused') return [500, 'Internal Server Error'];
  if (result.error.errorType === 'RequestTooLargeException') return [413, 'Request Entity Too Large'];
  return lambdaThrottled === '503' ? [503, 'Service Unavailable'] : [500, 'Internal Server Error'];
}

function headBytes({ method, target, headers }: HttpRequest): number {
  const values = Object.values(headers).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  return Buffer.byteLength(`${method} ${target} HTTP/1.1`) + values;
}

/** The function's own policy: API Gateway may call it only where a permission names this API and route. */
function mayInvoke({ permissions, api }: ApiOptions, functionArn: string, method: string, routeKey: string): boolean {
  const path = routeKey.replace(/^[A-Z]+ /, '');
  const source = `arn:aws:execute-api:${api.region}:${api.accountId}:${api.apiId}/$default/${method}${path}`;
  return permissions.some(
    (permission) =>
      permission.functionArn === functionArn &&
      permission.principal === 'apigateway.amazonaws.com' &&
      (permission.sourceArn === undefined || wildcards([permission.sourceArn]).test(source)),
  );
}

/** "Throttle requests to your HTTP APIs": a bucket of `burst` tokens that refills at `rate` tokens a second. */
interface TokenBucket {
  /** Takes a token, if there is one. */
  take(nowMilliseconds: number): boolean;
}

export function createTokenBucket({ rate, burst }: { readonly rate: number; readonly burst: number }): TokenBucket {
  let tokens = burst;
  let filledAt: number | undefined;
  return {
    take(now) {
      const elapsed = Math.max(0, now - (filledAt ?? now));
      tokens = Math.min(burst, tokens + (elapsed * rate) / 1000);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
