import type { HttpHandler } from '../aws/http/http.ts';
import { type Listener, openListener } from '../aws/http/server.ts';
import type { ChainContext } from './context.ts';
import type { Endpoints } from './endpoints.ts';
import type { ChainParts } from './read-parts.ts';

/** 0 or nothing takes a free one. */
export interface Ports {
  readonly edgePort?: number;
  readonly apiPort?: number;
  readonly websitePort?: number;
}

/** Opens one loopback port for each endpoint. From then on the names of AWS lead there. */
export async function openListeners(
  { edge, api, website }: Endpoints,
  { websiteHost, api: { domainName }, distributionHosts }: ChainParts,
  { hosts, onStop }: ChainContext,
  { edgePort = 0, apiPort = 0, websitePort = 0 }: Ports,
): Promise<Readonly<Record<'edge' | 'api' | 'website', Listener>>> {
  async function open(handler: HttpHandler, names: readonly string[], port: number, separator = ', ') {
    const [host = ''] = names;
    const listener = await openListener(handler, { port, host, separator, toLocal: hosts.toLocal });
    onStop(listener.close);
    for (const name of names) hosts.set(name, listener.address);
    return listener;
  }

  return {
    website: await open(website, [websiteHost], websitePort),
    api: await open(api, [domainName], apiPort, ','),
    edge: await open(edge, distributionHosts, edgePort),
  };
}
