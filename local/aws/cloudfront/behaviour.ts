import type { Properties } from '../template/properties.ts';
import {
  type CachePolicy,
  managedPolicy,
  nothingExtra,
  type OriginRequestPolicy,
  readCachePolicy,
  readOriginRequestPolicy,
} from './cache-policy.ts';
import type { DistributionParts } from './distribution.ts';
import type { EdgeFunction } from './edge-function.ts';
import { type ResponseHeadersPolicy, readResponseHeadersPolicy } from './response-headers-policy.ts';

/** How requests for some paths are handled. */
export interface Behaviour {
  readonly pattern: string;
  /** Asked with a normalised path. */
  readonly matches: (path: string) => boolean;
  readonly targetOriginId: string;
  readonly viewerProtocolPolicy: 'allow-all' | 'https-only' | 'redirect-to-https';
  readonly allowedMethods: ReadonlySet<string>;
  readonly cachedMethods: ReadonlySet<string>;
  readonly compress: boolean;
  readonly cachePolicy: CachePolicy;
  readonly originRequestPolicy: OriginRequestPolicy;
  readonly responseHeadersPolicy?: ResponseHeadersPolicy;
  readonly viewerRequest?: EdgeFunction;
  readonly viewerResponse?: EdgeFunction;
}

/** The first behaviour in listed order that matches; the default one is last and matches everything. */
export function chooseBehaviour(behaviours: readonly Behaviour[], path: string): Behaviour {
  const normal = normalisePath(path);
  const chosen = behaviours.find((behaviour) => behaviour.matches(normal));
  if (!chosen) throw new Error(`No behaviour matches ${path}: expected a default behaviour`);
  return chosen;
}

const readOnly = ['GET', 'HEAD'];
const methodSets = [readOnly, [...readOnly, 'OPTIONS'], [...readOnly, 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE']];

export function readBehaviour(config: Properties, pattern: string, parts: DistributionParts): Behaviour {
  if (pattern.length > 255) throw config.refusal('PathPattern', 'at most 255 characters');
  const policy = (name: string, id: string) => {
    const found = parts.policies.get(id) ?? managedPolicy(id);
    if (!found) throw config.refusal(name, 'a policy of the template or a managed policy that is emulated');
    return found;
  };
  const originRequestPolicyId = config.optionalText('OriginRequestPolicyId');
  const responseHeadersPolicyId = config.optionalText('ResponseHeadersPolicyId');
  return {
    pattern,
    matches: pathPattern(pattern),
    targetOriginId: config.text('TargetOriginId'),
    viewerProtocolPolicy: config.oneOf('ViewerProtocolPolicy', ['allow-all', 'https-only', 'redirect-to-https']),
    allowedMethods: readMethods(config, 'AllowedMethods', methodSets),
    cachedMethods: readMethods(config, 'CachedMethods', methodSets.slice(0, 2)),
    compress: config.flag('Compress', false),
    cachePolicy: readCachePolicy(policy('CachePolicyId', config.text('CachePolicyId'))),
    originRequestPolicy:
      originRequestPolicyId === undefined
        ? nothingExtra
        : readOriginRequestPolicy(policy('OriginRequestPolicyId', originRequestPolicyId)),
    ...(responseHeadersPolicyId !== undefined && {
      responseHeadersPolicy: readResponseHeadersPolicy(policy('ResponseHeadersPolicyId', responseHeadersPolicyId)),
    }),
    ...readFunctions(config, parts),
  };
}

function readMethods(config: Properties, name: string, sets: readonly (readonly string[])[]): ReadonlySet<string> {
  const methods = new Set(config.has(name) ? config.texts(name) : readOnly);
  const isLegal = sets.some((set) => set.length === methods.size && set.every((method) => methods.has(method)));
  if (!isLegal) throw config.refusal(name, sets.map((set) => set.join(',')).join(' or '));
  return methods;
}

function readFunctions(config: Properties, { functions }: DistributionParts): Partial<Behaviour> {
  const found: { viewerRequest?: EdgeFunction; viewerResponse?: EdgeFunction } = {};
  for (const association of config.children('FunctionAssociations')) {
    const event = association.oneOf('EventType', ['viewer-request', 'viewer-response']);
    const place = event === 'viewer-request' ? 'viewerRequest' : 'viewerResponse';
    const edgeFunction = functions.get(association.text('FunctionARN'));
    if (!edgeFunction) throw association.refusal('FunctionARN', 'a function of the template');
    if (found[place]) throw association.refusal('EventType', 'one function for each event');
    found[place] = edgeFunction;
  }
  return found;
}

/**
 * A `PathPattern` as a test: `*` is any text, slashes included, `?` exactly one character, and letters' case counts.
 * The slash at the start may be left out ("Cache behavior settings", CloudFront developer guide).
 */
export function pathPattern(pattern: string): (path: string) => boolean {
  if (pattern === '*') return () => true;
  const slashed = pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`;
  const expression = slashed.replace(/[.*+?^${}()|[\]\\]/g, (mark) => {
    if (mark === '*') return '.*';
    return mark === '?' ? '.' : `\\${mark}`;
  });
  const matcher = new RegExp(`^${expression}$`, 's');
  return (path) => matcher.test(path);
}

/**
 * The path that behaviours are matched on: escapes of plain characters undone, dot segments resolved, slashes in a row
 * made one (RFC 3986 §6.2.2; "Path normalization"). The origin still gets the path as it came.
 */
export function normalisePath(path: string): string {
  if (!/%|\/\/|\/\./.test(path)) return path;
  const plain = path.replace(/%([0-9a-f]{2})/gi, (given, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : given.toUpperCase();
  });
  const kept: string[] = [];
  const segments = plain.split('/').slice(1);
  for (const [at, segment] of segments.entries()) {
    const isLast = at === segments.length - 1;
    if (segment === '..') kept.pop();
    const names = segment !== '' && segment !== '.' && segment !== '..';
    if (names || isLast) kept.push(names ? segment : '');
  }
  return `/${kept.join('/')}`;
}
