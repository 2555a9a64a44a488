import type { Connect } from './emulators/cloudfront/origin-fetch.ts';
import type { HttpHandler } from './http.ts';

/** What CloudFront finds at an address: the website speaks http only, the API https only. */
export function connectTo(
  website: { readonly host: string; readonly handler: HttpHandler },
  api: { readonly host: string; readonly handler: HttpHandler },
): Connect {
  return ({ domainName, protocol, port }) => {
    if (domainName === website.host) return protocol === 'http' && port === 80 ? website.handler : undefined;
    if (domainName === api.host) return protocol === 'https' && port === 443 ? api.handler : undefined;
    return undefined;
  };
}
