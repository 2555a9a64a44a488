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

/** "CloudFront Functions event structure", version 1.0. */
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

/** Never shown to a function, and no function may add one ("Restrictions on all edge functions"). */
export const disallowedHeader =
  /^(?:connection|expect|keep-alive|proxy-(?:authenticate|authorization|connection)|trailer|upgrade|x-accel-(?:buffering|charset|limit-rate|redirect)|x-amz-cf-.*|x-amzn-(?:auth|cf-billing|cf-id|cf-xff|errortype|fle-profile|header-count|header-order|lambda-integration-tag|requestid)|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/;

export function requestEvent(request: ViewerRequest, names: DistributionNames): FunctionEvent {
  const { cookie, ...headers } = request.headers;
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
      querystring: valuesOf(request.query === '' ? [] : request.query.split('&')),
      headers: headerValues(headers),
      cookies: valuesOf(cookie === undefined ? [] : cookie.split(/;\s*/)),
    },
  };
}

/** The response as it would go to the viewer; its body is not shown. */
export function responseEvent(request: ViewerRequest, response: HttpResponse, names: DistributionNames): FunctionEvent {
  const event = requestEvent(request, names);
  return {
    ...event,
    context: { ...event.context, eventType: 'viewer-response' },
    response: {
      statusCode: response.status,
      statusDescription: STATUS_CODES[response.status] ?? '',
      headers: headerValues(response.headers),
      cookies: Object.assign({}, ...(response.cookies ?? []).map(cookieWithAttributes)),
    },
  };
}

function headerValues(headers: Readonly<Record<string, string>>): Values {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !disallowedHeader.test(name))
      .map(([name, value]) => [name, { value }]),
  );
}

/** `name=value` parts, still encoded; `multiValue` only where a name comes twice. */
function valuesOf(parts: readonly string[]): Values {
  const values: Values = {};
  for (const part of parts) {
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

function cookieWithAttributes(setCookie: string): Record<string, { value: string; attributes?: string }> {
  const [pair = '', ...attributes] = setCookie.split(/;\s*/);
  const [name = '', ...value] = pair.split('=');
  const cookie = { value: value.join('=') };
  return { [name]: attributes.length > 0 ? { ...cookie, attributes: attributes.join('; ') } : cookie };
}

/** Back from an event: `name=value` parts, every one of a `multiValue`. Throws what is wrong with them. */
export function partsOf(values: unknown, what: string): string[] {
  if (values === undefined) return [];
  if (!isRecord(values)) throw new Error(`${what} is ${JSON.stringify(values)}: expected an object`);
  return Object.entries(values).flatMap(([name, given]) =>
    valuesIn(given, `${what}.${name}`).map((value) =>
      value === '' && what === 'querystring' ? name : `${name}=${value}`,
    ),
  );
}

/** Back from an event: headers with repeats joined, as everywhere in the local chain. */
export function headersOf(values: unknown): Record<string, string> {
  if (values === undefined) return {};
  if (!isRecord(values)) throw new Error(`headers is ${JSON.stringify(values)}: expected an object`);
  return Object.fromEntries(
    Object.entries(values).map(([name, given]) => {
      if (name !== name.toLowerCase()) throw new Error(`headers.${name} has capital letters: expected lower case`);
      return [name, valuesIn(given, `headers.${name}`).join(', ')];
    }),
  );
}

function valuesIn(given: unknown, what: string): string[] {
  const { value, multiValue } = isRecord(given) ? given : {};
  if (Array.isArray(multiValue)) return multiValue.flatMap((each) => valuesIn(each, what));
  if (typeof value !== 'string') throw new Error(`${what} is ${JSON.stringify(given)}: expected { value: text }`);
  return [value];
}

/** What a function made, or may not make: anything that CloudFront would refuse throws, which the viewer sees as a 502. */
interface FunctionResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  /** Absent: the body that was there. */
  readonly body?: Uint8Array;
}

const readOnly = {
  'viewer-request': ['content-length', 'host', 'transfer-encoding', 'via'],
  'viewer-response': ['warning', 'via'],
} as const;

/** A viewer-request function goes on with a request or answers by itself. */
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
  // What a function leaves alone goes on to the letter, whatever the event made of it.
  const same = JSON.stringify(returned.querystring ?? {}) === JSON.stringify(event.request.querystring);
  const query = same ? request.query : partsOf(returned.querystring, 'querystring').join('&');
  if (/[\s#\u0000-\u001f]/.test(query))
    throw new Error(`querystring is ${JSON.stringify(query)}: expected it URL-encoded`);
  if (uri.length + query.length + 1 > 8_192) throw new Error('uri and querystring have more than 8,192 characters');

  const given = headersOf(returned.headers);
  checkHeaders(given, request.headers, 'viewer-request');
  const headers = { ...untouchable(request.headers, 'viewer-request'), ...given };
  const cookie = partsOf(returned.cookies, 'cookies').join('; ');
  return { ...request, uri, query, headers: cookie === '' ? headers : { ...headers, cookie } };
}

/** A viewer-response function hands back the response, changed or not. */
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
  const headers = headersOf(returned.headers);
  checkHeaders(headers, before, 'viewer-response');
  const all = { ...untouchable(before, 'viewer-response'), ...headers };
  return {
    status,
    headers: all,
    cookies: readCookies(returned.cookies),
    ...(body !== undefined && { body: readBody(body) }),
  };
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

/** One `Set-Cookie` each. */
function readCookies(cookies: unknown): readonly string[] {
  return Object.entries(isRecord(cookies) ? cookies : {}).map(([name, cookie]) => {
    const { value, attributes } = isRecord(cookie) ? cookie : {};
    if (typeof value !== 'string')
      throw new Error(`cookies.${name} is ${JSON.stringify(cookie)}: expected { value: text }`);
    return [`${name}=${value}`, ...(typeof attributes === 'string' ? [attributes] : [])].join('; ');
  });
}

function checkHeaders(
  after: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
  kind: keyof typeof readOnly,
): void {
  const disallowed = Object.keys(after).find((name) => disallowedHeader.test(name));
  if (disallowed !== undefined) throw new Error(`headers.${disallowed} is a header that no function may add`);
  const changed = readOnly[kind].find((name) => after[name] !== undefined && after[name] !== before[name]);
  if (changed !== undefined) throw new Error(`headers.${changed} is read-only: expected it as it was`);
}

/** Headers that a function is not shown or may not touch stay as they were, also when it leaves them out. */
function untouchable(headers: Readonly<Record<string, string>>, kind: keyof typeof readOnly): Record<string, string> {
  const fixed: readonly string[] = readOnly[kind];
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => disallowedHeader.test(name) || fixed.includes(name)),
  );
}
