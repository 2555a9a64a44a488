import http from 'k6/http';
import { config } from '../../src/config.ts';
import type { Answer, Ask } from '../lib/follow-redirects.ts';

/** Longer than the API may take, so that it is the API that gives up first. */
const timeoutMilliseconds = (config.limits.apiSeconds + 5) * 1000;

/** Asks by k6, following nothing. Tags are few: a name for each address would be a series for each address. */
export function askAs(kind: string, method = 'GET'): Ask {
  return async (url, hop) => {
    const response = await http.asyncRequest(method, url, null, {
      redirects: 0,
      responseType: 'binary',
      timeout: timeoutMilliseconds,
      tags: { name: `${kind} ${hop}`, kind, hop: String(hop) },
    });
    const { status, timings, error } = response;
    return {
      status,
      headers: lowerCase(response.headers),
      body: response.body ? new Uint8Array(response.body) : new Uint8Array(),
      // `duration` runs from the first byte sent; before that lie DNS, connect and TLS, all in `blocked`.
      milliseconds: timings.blocked + timings.duration,
      ...(error !== '' && { error }),
    } satisfies Answer;
  };
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
