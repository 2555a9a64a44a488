/** Loads one image as a viewer does, by k6's HTTP client. */
import http from 'k6/http';
import { config } from '../../src/config.ts';
import { type Answer, followRedirects, readAddress, type View } from '../lib/follow-redirects.ts';
import { plan } from './scenario.ts';

/** Longer than API Gateway's own limit, so that its 503 is seen. */
const timeout = (config.limits.apiSeconds + 5) * 1000;

/** Redirects to other hosts are not followed. */
const hosts = [plan.chain.imageUrl, plan.chain.apiUrl].map((url) => readAddress(url)?.host ?? '');

export interface ViewOptions {
  /** A tag of the requests, with few values: k6 keeps a time series for each one. */
  readonly kind: string;
  readonly method?: string;
  /** Default: no header. */
  readonly accept?: string;
  /** The status that the last hop must have, for k6's own `http_req_failed`. */
  readonly status?: number;
}

export function view(url: string, { kind, method = 'GET', accept = '', status = 200 }: ViewOptions): Promise<View> {
  const expected = http.expectedStatuses(status, 301, 307, ...(plan.throttled > 0 ? [429] : []));
  const ask = async (next: string, hop: number): Promise<Answer> => {
    const response = await http.asyncRequest(method, next, null, {
      redirects: 0,
      ...(accept !== '' && { headers: { accept } }),
      responseType: 'binary',
      responseCallback: expected,
      timeout,
      tags: { name: `${kind} ${hop}`, kind, hop: String(hop) },
    });
    const headers = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]);
    return {
      status: response.status,
      headers: Object.fromEntries(headers),
      body: response.body ? new Uint8Array(response.body) : new Uint8Array(),
      // `duration` starts with the first byte sent; DNS, connect and TLS are in `blocked`.
      milliseconds: response.timings.blocked + response.timings.duration,
      ...(response.error !== '' && { error: response.error }),
    };
  };
  return followRedirects(url, ask, hosts);
}
