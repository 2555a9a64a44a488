import type { HttpRequest } from '../../http.ts';
import type { Behaviour } from './behaviour.ts';
import { acceptedEncodings } from './cache-key.ts';
import { type ChosenValues, chooseCookies, chooseQuery } from './chosen-values.ts';
import type { Origin } from './origin.ts';
import type { ViewerRequest } from './viewer-request.ts';

/** Sent on from the viewer without any policy ("HTTP request headers and CloudFront behavior"). */
const alwaysForwarded = [
  'cache-control',
  'content-encoding',
  'content-length',
  'content-md5',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'max-forwards',
  'pragma',
];

/** Never sent on, whatever a policy says. */
const neverForwarded =
  /^(?:connection|expect|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-amz-cf-.*|x-edge-.*|x-forwarded-proto|x-real-ip|accept-encoding|cookie|range)$/;

/**
 * The request that the origin gets. `conditions` are the validators of an expired copy, in place of the viewer's own.
 * `Range` stays here: CloudFront may ask for more than the viewer did, and the chain always asks for the whole.
 */
export function originRequest(
  request: ViewerRequest,
  behaviour: Behaviour,
  origin: Origin,
  edge: { readonly via: string },
  conditions?: Readonly<Record<string, string>>,
): HttpRequest {
  const { cachePolicy, originRequestPolicy } = behaviour;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    const isWanted =
      alwaysForwarded.includes(name) || cachePolicy.headers.includes(name) || originRequestPolicy.headers.has(name);
    if (isWanted && !neverForwarded.test(name)) headers[name] = value;
  }
  if (conditions) {
    for (const name of Object.keys(headers)) if (/^if-/.test(name)) delete headers[name];
    Object.assign(headers, conditions);
  }

  const either = (one: ChosenValues, other: ChosenValues): ChosenValues => ({
    any: one.any || other.any,
    has: (name) => one.has(name) || other.has(name),
  });
  const cookie = chooseCookies(request.headers.cookie, either(cachePolicy.cookies, originRequestPolicy.cookies));
  if (cookie !== '') headers.cookie = cookie;
  if (cachePolicy.gzip || cachePolicy.brotli) {
    headers['accept-encoding'] = acceptedEncodings(request, cachePolicy) || 'identity';
  }

  headers.host ??= origin.domainName;
  headers['user-agent'] ??= 'Amazon CloudFront';
  headers.via = edge.via;
  headers['x-amz-cf-id'] = request.id;
  const forwardedFor = request.headers['x-forwarded-for'];
  headers['x-forwarded-for'] = forwardedFor === undefined ? request.ip : `${forwardedFor}, ${request.ip}`;
  Object.assign(headers, origin.headers);

  const query = chooseQuery(request.query, either(cachePolicy.queryStrings, originRequestPolicy.queryStrings));
  return {
    method: request.method,
    target: `${origin.path}${request.uri}${query === '' ? '' : `?${query}`}`,
    headers,
    body: request.body,
    ip: request.ip,
  };
}

/** Whether cookies of the viewer reach the origin, which ends the sharing of answers between viewers. */
export function forwardsCookies({ cachePolicy, originRequestPolicy }: Behaviour): boolean {
  return cachePolicy.cookies.any || originRequestPolicy.cookies.any;
}
