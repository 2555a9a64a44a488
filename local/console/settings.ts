import type { ChainParts } from '../chain-parts.ts';
import { Properties } from '../properties.ts';
import type { Resource } from '../template/template.ts';

/** The settings of a template that decide whether redirects are kept, each with the place where it stands. */
export interface Settings {
  readonly cachePolicy: string;
  readonly minTtl: number;
  readonly defaultTtl: number;
  /** `Cache-Control` that the edge writes on every answer. */
  readonly addedCacheControl?: { readonly policy: string; readonly value: string };
  readonly ruleStatus: string;
  /** The error on which the website's rules fire. */
  readonly ruleErrors: readonly string[];
}

const day = 86_400;

/** As the emulated edge and website read them, of the distribution's default behaviour. */
export function settingsOf({ template, distribution, website }: ChainParts): Settings {
  const behaviour = Properties.of(distribution).child('DistributionConfig')?.child('DefaultCacheBehavior');
  const named = (name: string): Resource | undefined => {
    const ref = behaviour?.optionalText(name);
    return template.resources.find((resource) => resource.ref === ref);
  };
  const policy = named('CachePolicyId');
  const ttl = policy && Properties.of(policy).child('CachePolicyConfig');
  const minTtl = ttl?.number('MinTTL', 0) ?? 0;
  const headersPolicy = named('ResponseHeadersPolicyId');
  const added = headersPolicy && addedCacheControl(headersPolicy);
  const rules = Properties.of(website).child('WebsiteConfiguration')?.children('RoutingRules') ?? [];
  const conditions = rules.map((rule) => rule.child('RoutingRuleCondition'));
  return {
    cachePolicy: policy?.logicalId ?? behaviour?.optionalText('CachePolicyId') ?? '',
    minTtl,
    defaultTtl: ttl?.number('DefaultTTL', Math.max(day, minTtl)) ?? 0,
    ...(added && headersPolicy ? { addedCacheControl: { policy: headersPolicy.logicalId, value: added } } : {}),
    ruleStatus: rules[0]?.child('RedirectRule')?.text('HttpRedirectCode', '301') ?? '',
    ruleErrors: [...new Set(conditions.flatMap((one) => one?.optionalText('HttpErrorCodeReturnedEquals') ?? []))],
  };
}

function addedCacheControl(policy: Resource): string | undefined {
  const custom = Properties.of(policy).child('ResponseHeadersPolicyConfig')?.child('CustomHeadersConfig');
  const headers = custom?.children('Items') ?? [];
  return headers.find((item) => item.text('Header').toLowerCase() === 'cache-control')?.text('Value');
}
