import { randomBytes } from 'node:crypto';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http/http.ts';
import { wildcards } from '../iam/policy.ts';
import type { InvokeResult } from '../lambda/lambda.ts';
import type { Permission } from '../lambda/lambda-function.ts';
import { newTraceId } from '../lambda/trace-id.ts';
import type { AccessRecord } from './access-log.ts';
import { accessRecord, type Outcome, type RequestContext } from './access-record.ts';
import type { ApiDefinition } from './api-definition.ts';
import { isPreflight, preflightReply, withCors } from './cors.ts';
import { decodePath, lambdaEvent } from './event.ts';
import { gatewayReply, lambdaReply } from './reply.ts';
import { type Match, matchRoute } from './routes.ts';

/** A fact of AWS that no recorded answer settles. */
export interface ApiSwitches {
  /** What the client gets when Lambda refuses an event for its concurrency: 503 is reported, 500 not ruled out. */
  readonly lambdaThrottled: '503' | '500';
}

export interface ApiOptions {
  readonly api: ApiDefinition;
  readonly permissions: readonly Permission[];
  invoke(functionArn: string, event: string, traceId: string): Promise<InvokeResult>;
  readonly switches: ApiSwitches;
  readonly clock: { now(): number };
  readonly onRequest?: (record: AccessRecord) => void;
  log(group: string, line: string): void;
}

/** "Quotas for HTTP APIs": request line and header values together, and the payload. */
const maxHeadBytes = 10_240;
const maxBodyBytes = 10_000_000;

/** The HTTP API as its clients meet it. */
export function httpApi(options: ApiOptions): HttpHandler {
  const { api, clock } = options;
  const buckets = new Map<string, TokenBucket>();

  function passes(routeKey: string): boolean {
    if (!api.throttle) return true;
    const bucket = buckets.get(routeKey) ?? createTokenBucket(api.throttle);
    buckets.set(routeKey, bucket);
    return bucket.take(clock.now());
  }

  /** The request's way: each endpoint may be the last. */
  async function answer(request: HttpRequest, context: RequestContext): Promise<HttpResponse> {
    const say = (status: number, message: string): HttpResponse => {
      context.message = message;
      return gatewayReply(status, message);
    };
    const [rawPath = '/', ...query] = request.target.split('?');
    if (headBytes(request) > maxHeadBytes) return say(431, 'Request Header Fields Too Large');
    const path = decodePath(rawPath);
    if (path === undefined) return say(400, 'Bad Request');
    const staged = withoutStage(path, api.stage);
    if (staged === undefined) return say(404, 'Not Found');
    context.path = staged;
    const match = matchRoute(api.routes, request.method, staged);
    if (!match) return api.cors && isPreflight(request) ? preflightReply(api.cors, request) : say(404, 'Not Found');
    context.match = match;
    if (!passes(match.route.key)) return say(429, 'Too Many Requests');
    if (request.body.byteLength > maxBodyBytes) return say(413, 'Request Entity Too Large');
    const event = lambdaEvent(api, request, match, { ...context, rawQuery: query.join('?') });
    const begin = performance.now();
    const result = await call(match, request.method, JSON.stringify(event), context.traceId);
    context.invocation = { result, milliseconds: performance.now() - begin };
    const reply = replyTo(result);
    if (reply) return reply;
    const [status, message] = refusalOf(result, options.switches);
    return say(status, message);
  }

  async function call({ route }: Match, method: string, event: string, traceId: string): Promise<Outcome> {
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

  return async (request) => {
    const epochMilliseconds = clock.now();
    const context: RequestContext = {
      requestId: randomBytes(11).toString('base64'),
      traceId: request.headers['x-amzn-trace-id'] ?? newTraceId(epochMilliseconds),
      epochMilliseconds,
      path: request.target.split('?')[0] ?? '/',
    };
    const begin = performance.now();
    const plain = await answer(request, context);
    const { body, ...rest } = api.cors && context.match ? withCors(api.cors, request, plain) : plain;
    const response: HttpResponse = {
      ...rest,
      headers: { date: new Date(clock.now()).toUTCString(), ...rest.headers, 'apigw-requestid': context.requestId },
      body: request.method === 'HEAD' ? new Uint8Array() : body,
    };
    const record = accessRecord(api, request, response, context, performance.now() - begin);
    if (api.accessLog) options.log(api.accessLog.group, api.accessLog.format(record));
    options.onRequest?.(record);
    return response;
  };
}

function replyTo(result: Outcome): HttpResponse | undefined {
  return typeof result === 'object' && result.outcome === 'returned' ? lambdaReply(result.payload) : undefined;
}

/**
 * A Lambda that takes longer than the integration may is a 503, recorded (cortexlabs/cortex#1225) and reported
 * (compiler-explorer/explain#19), where the documentation of REST APIs has 504.
 */
function refusalOf(result: Outcome, { lambdaThrottled }: ApiSwitches): readonly [status: number, message: string] {
  if (result === 'timeout') return [503, 'Service Unavailable'];
  if (result === 'forbidden' || result.outcome !== 'refused') return [500, 'Internal Server Error'];
  if (result.error.errorType === 'RequestTooLargeException') return [413, 'Request Entity Too Large'];
  return lambdaThrottled === '503' ? [503, 'Service Unavailable'] : [500, 'Internal Server Error'];
}

function headBytes({ method, target, headers }: HttpRequest): number {
  const values = Object.values(headers).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  return Buffer.byteLength(`${method} ${target} HTTP/1.1`) + values;
}

/** `$default` takes the whole path, a named stage is its first segment; other paths belong to no stage. */
function withoutStage(path: string, stage: string): string | undefined {
  if (stage === '$default') return path;
  if (path === `/${stage}`) return '/';
  return path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : undefined;
}

/** The function's own policy: API Gateway may call it only where a permission names this API and route. */
function mayInvoke({ permissions, api }: ApiOptions, functionArn: string, method: string, routeKey: string): boolean {
  const path = routeKey.replace(/^[A-Z]+ /, '');
  const source = `arn:aws:execute-api:${api.region}:${api.accountId}:${api.apiId}/${api.stage}/${method}${path}`;
  return permissions.some(
    (permission) =>
      permission.functionArn === functionArn &&
      permission.principal === 'apigateway.amazonaws.com' &&
      (permission.sourceArn === undefined || wildcards([permission.sourceArn]).test(source)),
  );
}

/** "Throttle requests to your HTTP APIs": a bucket of `burst` tokens that fills up with `rate` of them a second. */
interface TokenBucket {
  /** Whether a request may pass now. */
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
