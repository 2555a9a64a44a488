import { STATUS_CODES } from 'node:http';
import type { HttpResponse } from '../http/http.ts';
import { isRecord } from '../template/template.ts';
import type { ViewerRequest } from './viewer-request.ts';

/** The distribution as a function's event names it. */
export interface DistributionNames {
  readonly id: string;
  readonly domainName: string;
}

interface Values {
  [name: string]: { value: string; multiValue?: { value: string }[] };
}

/** "CloudFront Functions event structure", version 1.0. Cookies are not emulated: both lists are empty. */
export interface FunctionEvent {
  readonly version: '1.0';
  readonly context: {
    readonly distributionDomainName: string;
    readonly distributionId: string;
    readonly eventType: 'viewer-request' | 'viewer-response';
    readonly requestId: string;
  };
  readonly viewer: { readonly ip: string };
  readonly request: {
    readonly method: string;
    readonly uri: string;
    readonly querystring: Values;
    readonly headers: Values;
    readonly cookies: Values;
  };
  readonly response?: {
    readonly statusCode: number;
    readonly statusDescription: string;
    readonly headers: Values;
    readonly cookies: Values;
  };
}

export function requestEvent(request: ViewerRequest, names: DistributionNames): FunctionEvent {
  const { cookie: _, ...headers } = request.headers;
  return {
    version: '1.0',
    context: {
      distributionDomainName: names.domainName,
      distributionId: names.id,
      eventType: 'viewer-request',
      requestId: request.id,
    },
    viewer: { ip: request.ip },
    request: {
      method: request.method,
      uri: request.uri,
      querystring: queryValues(request.query),
      headers: headerValues(headers),
      cookies: {},
    },
  };
}

/** The response as it would go to the viewer. A function does not see its body. */
export function responseEvent(request: ViewerRequest, response: HttpResponse, names: DistributionNames): FunctionEvent {
  const event = requestEvent(request, names);
  return {
    ...event,
    context: { ...event.context, eventType: 'viewer-response' },
    response: {
      statusCode: response.status,
      statusDescription: STATUS_CODES[response.status] ?? '',
      headers: headerValues(response.headers),
      cookies: {},
    },
  };
}

/** The result of a function: a response that it made or changed. */
interface FunctionResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: the body is unchanged. */
  readonly body?: Uint8Array;
}

/** Validates the result of a viewer-request function: a request to continue with, or a response. Throws what is invalid. */
export function readRequestResult(
  returned: unknown,
  request: ViewerRequest,
  event: FunctionEvent,
): ViewerRequest | FunctionResponse {
  if (!isRecord(returned)) throw new Error(`It returned ${JSON.stringify(returned)}: expected a request or a response`);
  if ('statusCode' in returned) return readResponse(returned, {});

  const { method, uri } = returned;
  if (method !== request.method) throw new Error(`method is ${JSON.stringify(method)}: expected ${request.method}`);
  if (typeof uri !== 'string' || !uri.startsWith('/')) {
    throw new Error(`uri is ${JSON.stringify(uri)}: expected a path that begins with a slash`);
  }
  // An unchanged query is passed on byte for byte.
  const isSame = JSON.stringify(returned.querystring ?? {}) === JSON.stringify(event.request.querystring);
  const query = isSame ? request.query : queryOf(returned.querystring);
  if (/[\s#\u0000-\u001f]/.test(query)) {
    throw new Error(`querystring is ${JSON.stringify(query)}: expected it URL-encoded`);
  }
  if (uri.length + query.length + 1 > 8_192) throw new Error('uri and querystring have more than 8,192 characters');
  refuseCookies(returned.cookies);

  const { cookie } = request.headers;
  const headers = readHeaders(returned.headers, request.headers, 'viewer-request');
  return { ...request, uri, query, headers: cookie === undefined ? headers : { ...headers, cookie } };
}

/** Validates the result of a viewer-response function. Throws what is invalid. */
export function readResponseResult(returned: unknown, before: Readonly<Record<string, string>>): FunctionResponse {
  if (!isRecord(returned)) throw new Error(`It returned ${JSON.stringify(returned)}: expected a response`);
  return readResponse(returned, before);
}

function readResponse(
  returned: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, string>>,
): FunctionResponse {
  const { statusCode: status, body } = returned;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
    throw new Error(`statusCode is ${JSON.stringify(status)}: expected a whole number from 200 to 599`);
  }
  refuseCookies(returned.cookies);
  const headers = readHeaders(returned.headers, before, 'viewer-response');
  return { status, headers, ...(body !== undefined && { body: readBody(body) }) };
}

function readBody(body: unknown): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body);
  const { encoding, data } = isRecord(body) ? body : {};
  if (typeof data === 'string' && encoding === 'text') return Buffer.from(data);
  if (typeof data === 'string' && encoding === 'base64') {
    const bytes = Buffer.from(data, 'base64');
    if (bytes.toString('base64').replace(/=+$/, '') === data.replace(/=+$/, '')) return bytes;
  }
  throw new Error(`body is ${JSON.stringify(body)}: expected text, or { encoding: "text" | "base64", data }`);
}

function refuseCookies(cookies: unknown): void {
  if (isRecord(cookies) && Object.keys(cookies).length > 0) throw new Error('cookies are not emulated');
}

/** A function does not see these headers and may not add them ("Restrictions on all edge functions"). */
const disallowedHeader =
  /^(?:connection|expect|keep-alive|proxy-(?:authenticate|authorization|connection)|trailer|upgrade|x-accel-(?:buffering|charset|limit-rate|redirect)|x-amz-cf-.*|x-amzn-(?:auth|cf-billing|cf-id|cf-xff|errortype|fle-profile|header-count|header-order|lambda-integration-tag|requestid)|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/;

const readOnlyHeaders = {
  'viewer-request': ['content-length', 'host', 'transfer-encoding', 'via'],
  'viewer-response': ['warning', 'via'],
} as const;

function headerValues(headers: Readonly<Record<string, string>>): Values {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !disallowedHeader.test(name))
      .map(([name, value]) => [name, { value }]),
  );
}

/** Headers that a function does not see or may not change stay as they were, also when it leaves them out. */
function readHeaders(
  given: unknown,
  before: Readonly<Record<string, string>>,
  event: keyof typeof readOnlyHeaders,
): Record<string, string> {
  const after = Object.fromEntries(
    entriesOf(given, 'headers').map(([name, value]) => {
      if (name !== name.toLowerCase()) throw new Error(`headers.${name} has capital letters: expected lower case`);
      return [name, valuesIn(value, `headers.${name}`).join(', ')];
    }),
  );
  const disallowed = Object.keys(after).find((name) => disallowedHeader.test(name));
  if (disallowed !== undefined) throw new Error(`headers.${disallowed} is a header that no function may add`);
  const readOnly: readonly string[] = readOnlyHeaders[event];
  const changed = readOnly.find((name) => after[name] !== undefined && after[name] !== before[name]);
  if (changed !== undefined) throw new Error(`headers.${changed} is read-only: expected it unchanged`);
  const fixed = Object.entries(before).filter(([name]) => disallowedHeader.test(name) || readOnly.includes(name));
  return { ...Object.fromEntries(fixed), ...after };
}

/** Values stay encoded. `multiValue` is present where a name occurs more than once. */
function queryValues(query: string): Values {
  const values: Values = {};
  for (const part of query === '' ? [] : query.split('&')) {
    const [name = '', ...rest] = part.split('=');
    const value = rest.join('=');
    const known = Object.hasOwn(values, name) ? values[name] : undefined;
    if (!known) values[name] = { value };
    else {
      known.multiValue ??= [{ value: known.value }];
      known.multiValue.push({ value });
    }
  }
  return values;
}

function queryOf(values: unknown): string {
  return entriesOf(values, 'querystring')
    .flatMap(([name, given]) =>
      valuesIn(given, `querystring.${name}`).map((value) => (value === '' ? name : `${name}=${value}`)),
    )
    .join('&');
}

function entriesOf(values: unknown, what: string): readonly [string, unknown][] {
  if (values === undefined) return [];
  if (!isRecord(values)) throw new Error(`${what} is ${JSON.stringify(values)}: expected an object`);
  return Object.entries(values);
}

function valuesIn(given: unknown, what: string): string[] {
  const { value, multiValue } = isRecord(given) ? given : {};
  if (Array.isArray(multiValue)) return multiValue.flatMap((each) => valuesIn(each, what));
  if (typeof value !== 'string') throw new Error(`${what} is ${JSON.stringify(given)}: expected { value: text }`);
  return [value];
}
