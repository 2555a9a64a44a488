import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is turned away. */
export interface Refusal {
  readonly status: 403 | 421;
  readonly message: string;
}

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The console can delete and break things, so it answers its own page alone. Another site that a developer has open can
 * reach this port too: by a form or a fetch (then `Origin` and `Sec-Fetch-Site` give it away), or by a host name of its
 * own that it lets point to 127.0.0.1 (then `Host` does: DNS rebinding). Ports may differ, as through a tunnel.
 */
export function refusalOf(headers: IncomingHttpHeaders, isPage: boolean): Refusal | undefined {
  const { host = '', origin } = headers;
  const [, name = ''] = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(host.toLowerCase()) ?? [];
  if (!loopbackNames.has(name)) {
    return { status: 421, message: `The Host is "${host}": expected 127.0.0.1 or localhost` };
  }
  if (origin !== undefined && origin !== `http://${host.toLowerCase()}`) {
    return { status: 403, message: `The Origin is "${origin}": the console answers its own page alone` };
  }
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
  // A link in a chat or a wiki may lead to the page: opening it changes nothing.
  if (isPage && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document') return undefined;
  return { status: 403, message: `Sec-Fetch-Site is "${String(site)}": the console answers its own page alone` };
}
