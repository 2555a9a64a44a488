import { at, list, type Plain, type Resource, refersTo, text, texts } from './plain-template.ts';

/** An origin of a distribution. */
export interface Origin {
  readonly id: string;
  readonly domain: string;
  /** `bucket` is the REST endpoint of S3, which has no routing rules. */
  readonly kind: 'website' | 'bucket' | 'api' | 'other';
  /** The website bucket's logical id, for the kinds `website` and `bucket`. */
  readonly bucket?: string;
  readonly protocolPolicy: string;
  readonly path: string;
  /** Header name in lower case, and value. */
  readonly headers: ReadonlyMap<string, string>;
  readonly isS3Origin: boolean;
}

export interface Behaviour {
  readonly distribution: string;
  readonly pattern: string;
  readonly origins: readonly Origin[];
  readonly cache: CacheFacts;
  /** Headers of the viewer that reach the origin; `*` stands for all. */
  readonly forwardedHeaders: readonly string[];
  readonly forwardsQuery: boolean;
  readonly properties: Plain;
}

/** `source` is the resource to change: a policy of the template, or the distribution itself. */
export interface CacheFacts {
  readonly source: string;
  readonly known: boolean;
  readonly minimum: number;
  readonly default: number;
  readonly maximum: number;
  /** Whether the parameter `key` is part of the cache key. */
  readonly queryInKey: boolean;
  /** Lower-case names. */
  readonly headersInKey: readonly string[];
}

export interface Distribution {
  readonly id: string;
  readonly behaviours: readonly Behaviour[];
  readonly aliases: readonly string[];
  readonly errorResponses: readonly Plain[];
}

/** AWS's own policies, by their ids ("Use managed cache policies", "Use managed origin request policies"). */
const managedCache: Readonly<Record<string, readonly [minimum: number, usual: number, maximum: number]>> = {
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': [0, 0, 0],
  '658327ea-f89d-4fab-a63d-7e88639e58f6': [1, 86_400, 31_536_000],
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': [1, 86_400, 31_536_000],
};
const managedRequest: Readonly<Record<string, { headers: readonly string[]; query: boolean }>> = {
  '216adef6-5c7f-47e4-b989-5492eafa07d3': { headers: ['*'], query: true },
  '33f36d7e-f396-46d9-90e0-52428a34d9dc': { headers: ['*'], query: true },
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': { headers: [], query: true },
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': { headers: ['origin'], query: false },
};
/** CloudFront's defaults of a cache policy and of a behaviour. */
const unstated = { minimum: 0, default: 86_400, maximum: 31_536_000 } as const;

export function readDistributions(resources: readonly Resource[], websites: readonly string[]): Distribution[] {
  return resources
    .filter(({ type }) => type === 'AWS::CloudFront::Distribution')
    .map(({ id, properties }) => {
      const settings = at(properties, 'DistributionConfig');
      const origins = list(at(settings, 'Origins')).map((origin) => readOrigin(origin, resources, websites));
      const groups = list(at(settings, 'OriginGroups', 'Items'));
      const behaviours = [...list(at(settings, 'CacheBehaviors')), ...list(at(settings, 'DefaultCacheBehavior'))].map(
        (behaviour) => readBehaviour(behaviour, id, origins, groups, resources),
      );
      return {
        id,
        behaviours,
        aliases: texts(at(settings, 'Aliases')),
        errorResponses: list(at(settings, 'CustomErrorResponses')),
      };
    });
}

function readOrigin(origin: Plain, resources: readonly Resource[], websites: readonly string[]): Origin {
  const domain = text(at(origin, 'DomainName'));
  const bucket = websites.find((id) => refersTo(domain, id));
  const isWebsite =
    domain.includes('s3-website') || (bucket !== undefined && domain.includes(`\${${bucket}.WebsiteURL}`));
  const isApi =
    domain.includes('execute-api') || resources.some(({ id, type }) => apiTypes.includes(type) && refersTo(domain, id));
  return {
    id: text(at(origin, 'Id')),
    domain,
    kind: isWebsite ? 'website' : isApi ? 'api' : bucket ? 'bucket' : 'other',
    ...(bucket && { bucket }),
    protocolPolicy: text(at(origin, 'CustomOriginConfig', 'OriginProtocolPolicy')),
    path: text(at(origin, 'OriginPath')),
    headers: new Map(
      list(at(origin, 'OriginCustomHeaders')).map((header) => [
        text(at(header, 'HeaderName')).toLowerCase(),
        text(at(header, 'HeaderValue')),
      ]),
    ),
    isS3Origin: at(origin, 'S3OriginConfig') !== undefined,
  };
}

export const apiTypes = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGateway::RestApi',
  'AWS::Serverless::Api',
  'AWS::Serverless::HttpApi',
];

function readBehaviour(
  behaviour: Plain,
  distribution: string,
  origins: readonly Origin[],
  groups: readonly Plain[],
  resources: readonly Resource[],
): Behaviour {
  const target = text(at(behaviour, 'TargetOriginId'));
  const group = groups.find((candidate) => text(at(candidate, 'Id')) === target);
  const members = group ? list(at(group, 'Members', 'Items')).map((member) => text(at(member, 'OriginId'))) : [target];
  const request = requestPolicy(text(at(behaviour, 'OriginRequestPolicyId')), resources);
  const key = keyParts(behaviour, resources);
  return {
    distribution,
    pattern: text(at(behaviour, 'PathPattern')) || '*',
    origins: members.flatMap((member) => origins.filter(({ id }) => id === member)),
    cache: cacheFacts(behaviour, distribution, resources),
    forwardedHeaders: [...request.headers, ...key.headers],
    forwardsQuery: request.query || key.query,
    properties: behaviour,
  };
}

function cacheFacts(behaviour: Plain, distribution: string, resources: readonly Resource[]): CacheFacts {
  const policyId = text(at(behaviour, 'CachePolicyId'));
  const managed = managedCache[policyId];
  if (managed) {
    const [minimum, usual, maximum] = managed;
    return {
      ...{ source: distribution, known: true, minimum, default: usual, maximum },
      ...{ queryInKey: false, headersInKey: [] },
    };
  }
  const policy = resources.find(({ id, type }) => type === 'AWS::CloudFront::CachePolicy' && refersTo(policyId, id));
  const times = policy ? at(policy.properties, 'CachePolicyConfig') : behaviour;
  const seconds = (name: string, fallback: number) => Number(text(at(times, name)) || fallback);
  const minimum = seconds('MinTTL', unstated.minimum);
  const key = keyParts(behaviour, resources);
  return {
    source: policy?.id ?? distribution,
    known: policyId === '' || policy !== undefined,
    minimum,
    default: seconds('DefaultTTL', Math.max(minimum, unstated.default)),
    maximum: seconds('MaxTTL', unstated.maximum),
    queryInKey: key.query,
    headersInKey: key.headers,
  };
}

interface Forwarded {
  readonly headers: readonly string[];
  readonly query: boolean;
}

/** Parts of the cache key also reach the origin. */
function keyParts(behaviour: Plain, resources: readonly Resource[]): Forwarded {
  const policyId = text(at(behaviour, 'CachePolicyId'));
  const policy = resources.find(({ id, type }) => type === 'AWS::CloudFront::CachePolicy' && refersTo(policyId, id));
  if (policy) return parts(at(policy.properties, 'CachePolicyConfig', 'ParametersInCacheKeyAndForwardedToOrigin'));
  const legacy = at(behaviour, 'ForwardedValues');
  return {
    headers: texts(at(legacy, 'Headers')).map((header) => header.toLowerCase()),
    query: text(at(legacy, 'QueryString')) === 'true',
  };
}

function requestPolicy(policyId: string, resources: readonly Resource[]): Forwarded {
  const managed = managedRequest[policyId];
  if (managed) return managed;
  const policy = resources.find(
    ({ id, type }) => type === 'AWS::CloudFront::OriginRequestPolicy' && refersTo(policyId, id),
  );
  return policy ? parts(at(policy.properties, 'OriginRequestPolicyConfig')) : { headers: [], query: false };
}

function parts(settings: Plain | undefined): Forwarded {
  const headers = at(settings, 'HeadersConfig');
  const all = /^allViewer/i.test(text(at(headers, 'HeaderBehavior')));
  return {
    headers: all ? ['*'] : texts(at(headers, 'Headers')).map((header) => header.toLowerCase()),
    query: !['', 'none'].includes(text(at(settings, 'QueryStringsConfig', 'QueryStringBehavior'))),
  };
}
