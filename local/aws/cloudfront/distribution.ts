import { Properties } from '../template/properties.ts';
import { type Resource, TemplateError } from '../template/template.ts';
import { type Behaviour, type DistributionParts, readBehaviour } from './behaviour.ts';
import { type Origin, type OriginGroup, readOrigin, readOriginGroup } from './origin.ts';

/** A distribution as the template configures it. */
export interface Distribution {
  readonly logicalId: string;
  /** In the order of matching. The last one, `*`, matches everything. */
  readonly behaviours: readonly Behaviour[];
  /** By `TargetOriginId`: one origin, or a group of two. */
  readonly targets: ReadonlyMap<string, Origin | OriginGroup>;
  readonly errorResponses: ReadonlyMap<number, ErrorResponse>;
  /** The origin's header with cache tags, in lower case. Absent: objects have no tags. */
  readonly tagHeader?: string;
}

export interface ErrorResponse {
  readonly minTtl: number;
  readonly pagePath?: string;
  readonly responseStatus?: number;
}

/** "Error caching minimum TTL": the default for codes without a CustomErrorResponse. */
export const defaultErrorSeconds = 10;

export function readDistribution(resource: Resource, parts: DistributionParts): Distribution {
  const config = Properties.of(resource).child('DistributionConfig');
  if (!config) throw Properties.of(resource).refusal('DistributionConfig', 'a configuration');
  if (!config.flag('Enabled')) throw config.refusal('Enabled', 'true: a disabled distribution answers no requests');

  const defaultBehaviour = config.child('DefaultCacheBehavior');
  if (!defaultBehaviour) throw config.refusal('DefaultCacheBehavior', 'a behaviour');
  const behaviours = [
    ...config
      .children('CacheBehaviors')
      .map((behaviour) => readBehaviour(behaviour, behaviour.text('PathPattern'), parts)),
    readBehaviour(defaultBehaviour, '*', parts),
  ];

  const origins = new Map(config.children('Origins').map((origin) => [origin.text('Id'), readOrigin(origin)]));
  const groups = (config.child('OriginGroups')?.children('Items') ?? []).map(
    (group) => [group.text('Id'), readOriginGroup(group, origins)] as const,
  );
  const targets = new Map<string, Origin | OriginGroup>([...origins, ...groups]);
  for (const { pattern, targetOriginId } of behaviours) {
    if (!targets.has(targetOriginId)) {
      throw new TemplateError(
        `${resource.logicalId}: the behaviour for ${pattern} has the TargetOriginId ${JSON.stringify(targetOriginId)}: expected one of ${[...targets.keys()].join(', ')}`,
      );
    }
  }

  const errorResponses = config
    .children('CustomErrorResponses')
    .map((response) => [response.number('ErrorCode'), readErrorResponse(response)] as const);
  const tagHeader = config.child('CacheTagConfig')?.text('HeaderName').toLowerCase();
  return {
    logicalId: resource.logicalId,
    behaviours,
    targets,
    errorResponses: new Map(errorResponses),
    ...(tagHeader !== undefined && { tagHeader }),
  };
}

/** Codes that may have a custom error response; 412, 415 and 3xx may not. */
const replaceable = ['400', '403', '404', '405', '414', '416', '500', '501', '502', '503', '504'] as const;

function readErrorResponse(response: Properties): ErrorResponse {
  response.oneOf('ErrorCode', replaceable);
  const pagePath = response.optionalText('ResponsePagePath');
  if ((pagePath !== undefined) !== response.has('ResponseCode')) {
    throw response.refusal('ResponseCode', 'ResponseCode and ResponsePagePath, both or none of them');
  }
  return {
    minTtl: response.number('ErrorCachingMinTTL', defaultErrorSeconds),
    ...(pagePath !== undefined && { pagePath, responseStatus: response.number('ResponseCode') }),
  };
}
