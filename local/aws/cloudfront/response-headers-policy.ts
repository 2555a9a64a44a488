import { Properties } from '../template/properties.ts';
import type { Resource } from '../template/template.ts';

/** Changes the headers that a viewer gets. It runs after the cache, so it changes neither cached objects nor TTLs. */
export type ResponseHeadersPolicy = (
  headers: Record<string, string>,
  request: { readonly method: string; readonly headers: Readonly<Record<string, string>> },
  now: number,
) => void;

interface AddedHeader {
  readonly name: string;
  readonly value: string;
  /** Whether it replaces a header of the origin. */
  readonly override: boolean;
}

export function readResponseHeadersPolicy(resource: Resource): ResponseHeadersPolicy {
  const config = Properties.of(resource).child('ResponseHeadersPolicyConfig');
  if (!config) throw Properties.of(resource).refusal('ResponseHeadersPolicyConfig', 'a policy');
  const items = (name: string) => config.child(name)?.children('Items') ?? [];
  const removed = items('RemoveHeadersConfig').map((item) => item.text('Header').toLowerCase());
  const security = config.child('SecurityHeadersConfig');
  const contentType = security?.child('ContentTypeOptions');
  const transport = security?.child('StrictTransportSecurity');
  const added: readonly AddedHeader[] = [
    ...(contentType
      ? [{ name: 'x-content-type-options', value: 'nosniff', override: contentType.flag('Override') }]
      : []),
    ...(transport
      ? [
          {
            name: 'strict-transport-security',
            value: `max-age=${transport.number('AccessControlMaxAgeSec')}`,
            override: transport.flag('Override'),
          },
        ]
      : []),
    ...items('CustomHeadersConfig').map((item) => ({
      name: item.text('Header').toLowerCase(),
      value: item.text('Value'),
      override: item.flag('Override'),
    })),
  ];
  const cors = readCors(config.child('CorsConfig'));

  // Headers are removed before headers are added: a header in both lists is present in the end.
  return (headers, request, now) => {
    for (const name of removed) delete headers[name];
    // CloudFront adds its own where the origin's is removed.
    if (removed.includes('server')) headers.server = 'CloudFront';
    if (removed.includes('date')) headers.date = new Date(now).toUTCString();
    for (const { name, value, override } of [...added, ...cors(request)]) {
      if (override || headers[name] === undefined) headers[name] = value;
    }
  };
}

type CorsHeaders = (request: Parameters<ResponseHeadersPolicy>[1]) => readonly AddedHeader[];

/** CORS for every origin, without credentials. */
function readCors(config: Properties | undefined): CorsHeaders {
  if (!config) return () => [];
  const items = (name: string) => config.child(name)?.texts('Items') ?? [];
  if (items('AccessControlAllowOrigins').join() !== '*') throw config.refusal('AccessControlAllowOrigins', '"*" alone');
  if (config.flag('AccessControlAllowCredentials')) throw config.refusal('AccessControlAllowCredentials', 'false');
  const override = config.flag('OriginOverride');
  const preflight = {
    'access-control-allow-methods': items('AccessControlAllowMethods').join(', '),
    'access-control-allow-headers': items('AccessControlAllowHeaders').join(', '),
  };

  return ({ method, headers }) => {
    if (headers.origin === undefined) return [];
    const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
    return Object.entries({ 'access-control-allow-origin': '*', ...(isPreflight && preflight) }).map(
      ([name, value]) => ({ name, value, override }),
    );
  };
}
