import type { HttpRequest } from '../http/http.ts';
import type { RequestContext } from './access-log.ts';
import type { ApiDefinition } from './api-definition.ts';
import type { Route } from './routes.ts';

/** Payload format 2.0, in the order in which API Gateway writes it ("Lambda proxy integrations for HTTP APIs"). */
export function lambdaEvent(
  api: ApiDefinition,
  request: HttpRequest,
  route: Route,
  path: string,
  { requestId, traceId, epochMilliseconds }: RequestContext,
): object {
  const rawQueryString = request.target.split('?').slice(1).join('?');
  const { cookie, ...headers } = request.headers;
  const query = queryParameters(rawQueryString);
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: path,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers: forwardedHeaders(api, headers, request, traceId),
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: api.accountId,
      apiId: api.apiId,
      domainName: api.domainName,
      domainPrefix: api.apiId,
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.ip,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: route.key,
      stage: '$default',
      time: requestTime(epochMilliseconds),
      timeEpoch: epochMilliseconds,
    },
    ...bodyOf(request),
  };
}

/** Lower-case, in alphabetical order, repeats joined by a comma without a space. */
function forwardedHeaders(
  api: ApiDefinition,
  { connection: _, 'x-forwarded-for': forwardedFor, ...headers }: Readonly<Record<string, string>>,
  { ip, body }: HttpRequest,
  traceId: string,
): Record<string, string> {
  const all = {
    ...headers,
    'content-length': String(body.byteLength),
    host: api.domainName,
    'x-amzn-trace-id': traceId,
    'x-forwarded-for': forwardedFor === undefined ? ip : `${forwardedFor}, ${ip}`,
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  };
  return Object.fromEntries(Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Decoded once, `+` is a space. Values of one name are joined by commas, so a comma in a value cannot be told apart. */
function queryParameters(raw: string): Record<string, string> | undefined {
  if (raw === '') return undefined;
  const parameters = new Map<string, string>();
  for (const pair of raw.split('&').filter((pair) => pair !== '')) {
    const [name = '', ...rest] = pair.replaceAll('+', ' ').split('=');
    const [key, value] = [decoded(name), decoded(rest.join('='))];
    const earlier = parameters.get(key);
    parameters.set(key, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(parameters);
}

/** A malformed escape stays as it is: what API Gateway does with it is unknown. */
function decoded(text: string): string {
  return percentDecode(text) ?? text;
}

const textTypes = /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)|[^;]*(\+json|\+xml))/i;

function bodyOf({ headers, body }: HttpRequest): { readonly body?: string; readonly isBase64Encoded: boolean } {
  if (body.byteLength === 0) return { isBase64Encoded: false };
  const isText = textTypes.test(headers['content-type'] ?? '');
  return { body: Buffer.from(body).toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

/** `12/Mar/2020:19:03:58 +0000`. */
function requestTime(epochMilliseconds: number): string {
  const [, day, month, year, time] =
    new Date(epochMilliseconds).toUTCString().match(/(\d+) (\w+) (\d+) ([\d:]+)/) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

/**
 * The path as an HTTP API passes it to the Lambda. Recorded in July 2026 (hotsock/voker, `ingress-paths.json`): it is
 * decoded twice, and between the two a decoded question mark cuts off the rest. `undefined`: the second decoding finds a
 * malformed escape, which API Gateway answers with 400.
 */
export function decodePath(raw: string): string | undefined {
  const once = percentDecode(raw);
  const [path = ''] = once?.split('?') ?? [];
  return once === undefined ? undefined : percentDecode(path);
}

function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
