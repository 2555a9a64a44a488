import { Properties } from '../template/properties.ts';
import type { Resource } from '../template/template.ts';

/** Changes the headers that a viewer gets, after the cache: what the cache keeps, and for how long, stays as it was. */
export type ResponseHeadersPolicy = (
  headers: Record<string, string>,
  request: { readonly method: string; readonly headers: Readonly<Record<string, string>> },
  now: number,
) => void;

interface Added {
  readonly name: string;
  readonly value: string;
  /** Whether the origin's own header gives way. */
  readonly override: boolean;
}

export function readResponseHeadersPolicy(resource: Resource): ResponseHeadersPolicy {
  const config = Properties.of(resource).child('ResponseHeadersPolicyConfig');
  if (!config) throw Properties.of(resource).refusal('ResponseHeadersPolicyConfig', 'a policy');
  const removed = (config.child('RemoveHeadersConfig')?.children('Items') ?? []).map((item) =>
    item.text('Header').toLowerCase(),
  );
  const added = [
    ...readSecurity(config.child('SecurityHeadersConfig')),
    ...(config.child('CustomHeadersConfig')?.children('Items') ?? []).map(readCustom),
  ];
  const cors = readCors(config.child('CorsConfig'));

  // Removed first, then added: a header that is in both lists is there in the end.
  return (headers, request, now) => {
    for (const name of removed) delete headers[name];
    // Without the origin's, CloudFront writes its own.
    if (removed.includes('server')) headers.server = 'CloudFront';
    if (removed.includes('date')) headers.date = new Date(now).toUTCString();
    for (const { name, value, override } of [...added, ...cors(request)]) {
      if (override || headers[name] === undefined) headers[name] = value;
    }
  };
}

function readCustom(item: Properties): Added {
  return { name: item.text('Header').toLowerCase(), value: item.text('Value'), override: item.flag('Override') };
}

/** One row for each security header: its property, its name, and how its value is written. */
const security: readonly (readonly [property: string, name: string, value: (config: Properties) => string])[] = [
  ['ContentSecurityPolicy', 'content-security-policy', (config) => config.text('ContentSecurityPolicy')],
  ['ContentTypeOptions', 'x-content-type-options', () => 'nosniff'],
  ['FrameOptions', 'x-frame-options', (config) => config.oneOf('FrameOption', ['DENY', 'SAMEORIGIN'])],
  ['ReferrerPolicy', 'referrer-policy', (config) => config.text('ReferrerPolicy')],
  [
    'StrictTransportSecurity',
    'strict-transport-security',
    (config) =>
      [
        `max-age=${config.number('AccessControlMaxAgeSec')}`,
        ...(config.flag('IncludeSubdomains', false) ? ['includeSubDomains'] : []),
        ...(config.flag('Preload', false) ? ['preload'] : []),
      ].join('; '),
  ],
  [
    'XSSProtection',
    'x-xss-protection',
    (config) =>
      [
        config.flag('Protection') ? '1' : '0',
        ...(config.flag('ModeBlock', false) ? ['mode=block'] : []),
        ...(config.has('ReportUri') ? [`report=${config.text('ReportUri')}`] : []),
      ].join('; '),
  ],
];

function readSecurity(config: Properties | undefined): readonly Added[] {
  return security.flatMap(([property, name, value]) => {
    const header = config?.child(property);
    return header ? [{ name, value: value(header), override: header.flag('Override') }] : [];
  });
}

type CorsHeaders = (request: Parameters<ResponseHeadersPolicy>[1]) => readonly Added[];

function readCors(config: Properties | undefined): CorsHeaders {
  if (!config) return () => [];
  const items = (name: string) => config.child(name)?.texts('Items') ?? [];
  const origins = items('AccessControlAllowOrigins');
  const override = config.flag('OriginOverride');
  const credentials = config.flag('AccessControlAllowCredentials') ? 'true' : '';
  const methods = items('AccessControlAllowMethods');
  const preflight = {
    'access-control-allow-methods': (methods.includes('ALL') ? allMethods : methods).join(', '),
    'access-control-allow-headers': items('AccessControlAllowHeaders').join(', '),
    'access-control-max-age': config.optionalText('AccessControlMaxAgeSec') ?? '',
  };
  const simple = { 'access-control-expose-headers': items('AccessControlExposeHeaders').join(', ') };

  return ({ method, headers }) => {
    const origin = headers.origin;
    const allowed = origin === undefined ? undefined : origins.find((pattern) => originFits(pattern, origin));
    if (origin === undefined || allowed === undefined) return [];
    const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
    return Object.entries({
      'access-control-allow-origin': allowed === '*' && !credentials ? '*' : origin,
      'access-control-allow-credentials': credentials,
      ...(isPreflight ? preflight : simple),
    })
      .filter(([, value]) => value !== '')
      .map(([name, value]) => ({ name, value, override }));
  };
}

const allMethods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** `*`, a whole origin, or one whose leftmost label is `*`. Without a scheme, any scheme will do. */
function originFits(pattern: string, origin: string): boolean {
  if (pattern === '*') return true;
  const whole = pattern.includes('://') ? origin : origin.replace(/^[a-z]+:\/\//, '');
  const star = pattern.indexOf('*');
  if (star < 0) return whole === pattern;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return whole.startsWith(before) && whole.endsWith(after) && whole.length > before.length + after.length;
}
