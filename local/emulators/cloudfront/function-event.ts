import { STATUS_CODES } from 'node:http';
import type { HttpResponse } from '../../http.ts';
import { isRecord } from '../../properties.ts';
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
