import type { Properties } from '../template/properties.ts';
import type { Resource } from '../template/template.ts';
import {
  type CachePolicy,
  managedOriginRequestPolicies,
  noOriginRequestPolicy,
  type OriginRequestPolicy,
  readCachePolicy,
} from './cache-policy.ts';
import type { EdgeFunction } from './edge-function.ts';
import { type ResponseHeadersPolicy, readResponseHeadersPolicy } from './response-headers-policy.ts';

/** The policies and functions of the template that a distribution can refer to. */
export interface DistributionParts {
  /** Cache and response headers policies, by the value of their `Ref`. */
  readonly policies: ReadonlyMap<string, Resource>;
  /** By ARN. */
  readonly functions: ReadonlyMap<string, EdgeFunction>;
}

/** How requests for some paths are handled. */
export interface Behaviour {
  readonly pattern: string;
  /** Takes a normalised path. */
  readonly matches: (path: string) => boolean;
  readonly targetOriginId: string;
  readonly allowedMethods: ReadonlySet<string>;
  readonly cachedMethods: ReadonlySet<string>;
  readonly cachePolicy: CachePolicy;
  readonly originRequestPolicy: OriginRequestPolicy;
  readonly responseHeadersPolicy?: ResponseHeadersPolicy;
  readonly viewerRequest?: EdgeFunction;
  readonly viewerResponse?: EdgeFunction;
}

/** The first behaviour in listed order that matches. The default behaviour is last and matches every path. */
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
  if (config.flag('Compress', false)) throw config.refusal('Compress', 'false: compression is not emulated');
  const policy = (name: string) => {
    const found = parts.policies.get(config.text(name));
    if (!found) throw config.refusal(name, 'a policy of the template');
    return found;
  };
  return {
    pattern,
    matches: pathPattern(pattern),
    targetOriginId: config.text('TargetOriginId'),
    allowedMethods: readMethods(config, 'AllowedMethods', methodSets),
    cachedMethods: readMethods(config, 'CachedMethods', methodSets.slice(0, 2)),
    cachePolicy: readCachePolicy(policy('CachePolicyId')),
    originRequestPolicy: readOriginRequestPolicy(config),
    ...(config.has('ResponseHeadersPolicyId') && {
      responseHeadersPolicy: readResponseHeadersPolicy(policy('ResponseHeadersPolicyId')),
    }),
    ...readFunctions(config, parts),
  };
}

function readOriginRequestPolicy(config: Properties): OriginRequestPolicy {
  const id = config.optionalText('OriginRequestPolicyId');
  if (id === undefined) return noOriginRequestPolicy;
  const policy = managedOriginRequestPolicies[id];
  if (!policy) throw config.refusal('OriginRequestPolicyId', 'the id of AllViewer or AllViewerExceptHostHeader');
  return policy;
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
    const name = event === 'viewer-request' ? 'viewerRequest' : 'viewerResponse';
    const edgeFunction = functions.get(association.text('FunctionARN'));
    if (!edgeFunction) throw association.refusal('FunctionARN', 'a function of the template');
    if (found[name]) throw association.refusal('EventType', 'one function for each event');
    found[name] = edgeFunction;
  }
  return found;
}

/**
 * Returns a function that tests a path against a `PathPattern`: `*` matches any text including slashes, `?` matches one
 * character, and case counts. The leading slash is optional ("Cache behavior settings", CloudFront developer guide).
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
 * The path that patterns are matched against: escapes of unreserved characters are decoded, dot segments are resolved,
 * repeated slashes are merged (RFC 3986 §6.2.2; "Path normalization"). The origin still gets the raw path.
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
