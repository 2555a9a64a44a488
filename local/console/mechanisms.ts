import { Properties } from '../aws/template/properties.ts';
import type { Resource } from '../aws/template/template.ts';
import type { ChainParts } from '../chain/read-parts.ts';
import type { Mechanism } from './contract.ts';

/** What may stand in a mechanism's setting: the settings of the template, and what the walk has shown. */
export interface Evidence extends Settings {
  readonly redirectCaching: string;
  readonly asked: string;
  readonly written: string;
}

type Entry = Omit<Mechanism, 'id' | 'setting'> & { readonly setting: (evidence: Evidence) => string };

/** Every way to send a viewer round, or to show what should not be there, that a walk through this chain can tell apart. */
export const mechanisms = {
  L1: {
    name: 'The edge kept the redirect',
    sentence:
      'CloudFront answers with a redirect from its cache, made when the derivative did not exist: it goes on sending viewers to the API although the image is there now.',
    setting: ({ cachePolicy, defaultTtl, ruleStatus, redirectCaching }) =>
      `${cachePolicy}.DefaultTTL is ${defaultTtl} seconds, the website redirects by ${ruleStatus} without Cache-Control` +
      (redirectCaching === 'legacy' ? ', and the edge keeps a bare 307 (switch: legacy).' : '.'),
    remedy:
      'DefaultTTL 0, and 307 in the routing rules. Derivatives carry their own Cache-Control, so nothing is lost.',
  },
  L2: {
    name: 'The edge must keep everything for a while',
    sentence:
      'A minimum TTL makes CloudFront keep every answer, also a redirect and also what says no-store. A Lambda that is quicker than that sends the viewer back to the redirect.',
    setting: ({ cachePolicy, minTtl }) => `${cachePolicy}.MinTTL is ${minTtl} seconds.`,
    remedy: 'MinTTL 0. The managed policy CachingOptimized has 1 second: do not use it here.',
  },
  L3: {
    name: 'Every answer got a lifetime, the redirect too',
    sentence:
      'The edge writes Cache-Control on all answers, so the browser keeps the 307 and takes it from its own cache: CloudFront is not even asked.',
    setting: ({ addedCacheControl }) =>
      `${addedCacheControl?.policy ?? 'A response headers policy'} adds Cache-Control: ${addedCacheControl?.value ?? '…'}.`,
    remedy: 'No Cache-Control in the response headers policy: it belongs to the derivative, which S3 stores it with.',
  },
  L4: {
    name: 'The browser kept the redirect back',
    sentence:
      'The browser keeps a 301 without Cache-Control for ever. Now the derivative is gone, and in place of asking the API the browser jumps back by what it has kept: the Lambda never runs, and no server sees more than a 307.',
    setting: () => 'The Lambda’s redirect has no Cache-Control.',
    remedy: 'Cache-Control: no-store on the Lambda’s redirect, whatever its status.',
  },
  L6: {
    name: 'The key that is written is not the key that is asked for',
    sentence:
      'The Lambda stored a derivative, but under another key than the viewer’s address names: S3 goes on missing it.',
    setting: ({ asked, written }) => `Asked for “${asked}”, written “${written}”.`,
    remedy:
      'Read the key in one way, the one that the website writes (LOCATION_ENCODING), and encode Location strictly.',
  },
  L8: {
    name: 'The redirect leads elsewhere',
    sentence:
      'The API sends the viewer to an address that is not the edge, so the derivative is never asked for there.',
    setting: () => 'The base of the Lambda’s Location (IMAGE_BASE_URL).',
    remedy: 'Location must name the distribution’s host, by https.',
  },
  L9: {
    name: 'The rule fires on 403',
    sentence:
      'The website may not read its objects, and its rules answer that with the redirect: the derivative exists, and is never shown.',
    setting: ({ ruleErrors }) =>
      `HttpErrorCodeReturnedEquals is ${ruleErrors.join(' and ')}; the bucket refuses the edge.`,
    remedy: 'Rules on 404 alone. Then a bucket that cannot be read is a plain 403, which an alarm sees.',
  },
  L12: {
    name: 'A redirect without a derivative',
    sentence:
      'The derivative was not stored, and still the Lambda sent the viewer back to it. Every round resizes again, and is paid for.',
    setting: () => 'PutObject did not succeed, and the Lambda passed over it.',
    remedy: 'An error of PutObject is a 5xx: never redirect to what was not stored a moment before.',
  },
  L13: {
    name: 'A redirect for an original that does not exist',
    sentence:
      'There is no original, so there will never be a derivative, and still the Lambda sends the viewer back for it.',
    setting: () => 'The Lambda redirects whatever came of its work.',
    remedy: 'A missing original is a 404, kept for minutes.',
  },
  W3: {
    name: 'The image is older than its original',
    sentence:
      'The original was replaced after this derivative was made. S3, the edge and browsers each keep the old one for as long as they were told.',
    setting: () => 'The derivative was made from another original than the present one (x-amz-meta-original-id).',
    remedy: 'Give a new image a new key; or delete the derivatives of the old one and invalidate them at the edge.',
  },
} as const satisfies Record<string, Entry>;

export type MechanismId = keyof typeof mechanisms;

export function describe(id: MechanismId, evidence: Evidence): Mechanism {
  const { name, sentence, setting, remedy }: Entry = mechanisms[id];
  return { id, name, sentence, setting: setting(evidence), remedy };
}

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
