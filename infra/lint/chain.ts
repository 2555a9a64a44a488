import { type ResizeLambda, readLambdas } from './compute.ts';
import { type Behaviour, type Distribution, type Origin, readDistributions } from './edge.ts';
import { at, list, type Plain, plainResources, type Resource, text } from './plain-template.ts';

/** The parts of an image-resize chain, found in a template by their types and references, not by name. */
export interface Chain {
  readonly resources: readonly Resource[];
  readonly websites: readonly Website[];
  readonly distributions: readonly Distribution[];
  readonly lambdas: readonly ResizeLambda[];
}

export interface Website {
  readonly id: string;
  readonly rules: readonly RoutingRule[];
  readonly properties: Plain;
}

export interface RoutingRule {
  /** Such as `rule 3 (200x200/)`. */
  readonly name: string;
  readonly prefix: string;
  readonly errorCode: string;
  readonly status: string;
  readonly protocol: string;
  readonly host: string;
  /** Path and query of the redirect, in front of the rest of the key. */
  readonly target: string;
}

export function readChain(template: unknown): Chain {
  const resources = plainResources(template);
  const websites = resources
    .filter(
      ({ type, properties }) => type === 'AWS::S3::Bucket' && at(properties, 'WebsiteConfiguration') !== undefined,
    )
    .map(readWebsite);
  return {
    resources,
    websites,
    distributions: readDistributions(
      resources,
      websites.map(({ id }) => id),
    ),
    lambdas: readLambdas(resources),
  };
}

function readWebsite({ id, properties }: Resource): Website {
  const rules = list(at(properties, 'WebsiteConfiguration', 'RoutingRules')).map((rule, index): RoutingRule => {
    const condition = at(rule, 'RoutingRuleCondition');
    const redirect = at(rule, 'RedirectRule');
    const prefix = text(at(condition, 'KeyPrefixEquals'));
    return {
      name: `rule ${index + 1} (${prefix || 'any key'})`,
      prefix,
      errorCode: text(at(condition, 'HttpErrorCodeReturnedEquals')),
      status: text(at(redirect, 'HttpRedirectCode')) || '301',
      protocol: text(at(redirect, 'Protocol')),
      host: text(at(redirect, 'HostName')),
      target: text(at(redirect, 'ReplaceKeyPrefixWith')) || text(at(redirect, 'ReplaceKeyWith')),
    };
  });
  return { id, rules, properties };
}

export interface WebsiteBehaviour {
  readonly behaviour: Behaviour;
  readonly origin: Origin;
}

/** Returns the behaviours that read derivatives, from the website or, wrongly, from the bucket itself. */
export function websiteBehaviours({ distributions }: Chain): WebsiteBehaviour[] {
  return distributions.flatMap(({ behaviours }) =>
    behaviours.flatMap((behaviour) =>
      behaviour.origins
        .filter(({ kind }) => kind === 'website' || kind === 'bucket')
        .map((origin) => ({ behaviour, origin })),
    ),
  );
}

/** Returns the buckets in the Lambda's variables: by logical id or, when not in this template, by name. */
export function bucketsOf(
  lambda: ResizeLambda,
  { resources }: Chain,
): { variable: string; bucket: string; inTemplate: boolean }[] {
  const buckets = resources.filter(({ type }) => type === 'AWS::S3::Bucket').map(({ id }) => id);
  return [...lambda.variables].flatMap(([variable, value]) => {
    const own = buckets.filter((id) => value === `\${${id}}`).map((bucket) => ({ variable, bucket, inTemplate: true }));
    if (own.length > 0) return own;
    const isName = /bucket/i.test(variable) && /^[a-z0-9][a-z0-9.-]+$/.test(value);
    return isName ? [{ variable, bucket: value, inTemplate: false }] : [];
  });
}

export function isHostOf(value: string, distribution: Distribution): boolean {
  return (
    value.includes(`\${${distribution.id}.DomainName}`) ||
    distribution.aliases.some((alias) => alias && value.includes(alias))
  );
}

/** One way in which a chain fails. L: a redirect loop, W: a wrong answer, E: a dead end, R: a missing permission. */
export interface Row {
  readonly id: string;
  readonly mechanism: string;
  readonly check: (chain: Chain) => readonly { readonly resource: string; readonly sentence: string }[];
}
