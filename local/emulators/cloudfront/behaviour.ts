import type { Properties } from '../../properties.ts';
import { type CachePolicy, readCachePolicy } from './cache-policy.ts';
import type { DistributionParts } from './distribution.ts';
import type { EdgeFunction } from './edge-function.ts';
import { managedPolicy } from './managed-policies.ts';
import { nothingExtra, type OriginRequestPolicy, readOriginRequestPolicy } from './origin-request-policy.ts';
import { normalisePath, pathPattern } from './path-pattern.ts';
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
