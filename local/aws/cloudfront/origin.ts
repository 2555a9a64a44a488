import type { Properties } from '../template/properties.ts';

/** A custom origin. S3 REST origins are refused: they have no routing rules. */
export interface Origin {
  readonly id: string;
  readonly domainName: string;
  /** Prefix of every path: empty, or begins with a slash. */
  readonly path: string;
  /** Added to every request, in place of the viewer's. Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly protocolPolicy: 'http-only' | 'https-only' | 'match-viewer';
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly attempts: number;
  readonly responseSeconds: number;
  /** Asked through Origin Shield. */
  readonly isShielded: boolean;
  /** S3's website sends the part that a Range names; an HTTP API sends what its Lambda replies, which is the whole. */
  readonly supportsRange: boolean;
}

/** Two origins. The second is used when the first fails with one of these codes. */
export interface OriginGroup {
  readonly members: readonly [Origin, Origin];
  readonly failoverOn: ReadonlySet<number>;
}

export function readOrigin(origin: Properties): Origin {
  const custom = origin.child('CustomOriginConfig');
  if (!custom) throw origin.refusal('CustomOriginConfig', 'a custom origin: S3 REST origins are not emulated');
  const path = origin.text('OriginPath', '');
  if (path !== '' && (!path.startsWith('/') || path.endsWith('/'))) {
    throw origin.refusal('OriginPath', 'a path that begins with a slash and does not end with one');
  }
  return {
    id: origin.text('Id'),
    domainName: origin.text('DomainName'),
    path,
    headers: Object.fromEntries(
      origin.children('OriginCustomHeaders').map((header) => [readHeaderName(header), header.text('HeaderValue')]),
    ),
    protocolPolicy: custom.oneOf('OriginProtocolPolicy', ['http-only', 'https-only', 'match-viewer']),
    httpPort: custom.number('HTTPPort', 80),
    httpsPort: custom.number('HTTPSPort', 443),
    attempts: origin.number('ConnectionAttempts', 3),
    responseSeconds: custom.number('OriginReadTimeout', 30),
    isShielded: readOriginShield(origin.child('OriginShield')),
    supportsRange: !/\.execute-api\./.test(origin.text('DomainName')),
  };
}

function readOriginShield(shield: Properties | undefined): boolean {
  if (!shield?.flag('Enabled', shield.has('OriginShieldRegion'))) return false;
  shield.text('OriginShieldRegion');
  return true;
}

/** Headers that CloudFront refuses as custom headers ("Add custom headers to origin requests"). Referer is not one. */
const forbidden =
  /^(?:cache-control|connection|content-length|cookie|host|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|max-forwards|pragma|proxy-.*|range|request-range|te|trailer|transfer-encoding|upgrade|via|x-amz-.*|x-edge-.*|x-real-ip)$/;

function readHeaderName(header: Properties): string {
  const name = header.text('HeaderName').toLowerCase();
  if (forbidden.test(name)) throw header.refusal('HeaderName', 'a header that CloudFront allows as a custom header');
  return name;
}

export function readOriginGroup(group: Properties, origins: ReadonlyMap<string, Origin>): OriginGroup {
  const members = group.child('Members')?.children('Items') ?? [];
  const [first, second] = members.map((member) => {
    const origin = origins.get(member.text('OriginId'));
    if (!origin) throw member.refusal('OriginId', `one of ${[...origins.keys()].join(', ')}`);
    if (origin.isShielded)
      throw member.refusal('OriginId', 'an origin without OriginShield: in a group it is not emulated');
    return origin;
  });
  if (!first || !second || members.length > 2) throw group.refusal('Members', 'two origins');
  const codes = group.child('FailoverCriteria')?.child('StatusCodes');
  const failoverOn = codes?.value('Items');
  if (!Array.isArray(failoverOn)) throw group.refusal('FailoverCriteria', 'a list of status codes');
  return { members: [first, second], failoverOn: new Set(failoverOn.map(Number)) };
}
