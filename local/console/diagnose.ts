/** Why a view is a redirect loop, or shows an outdated image: the causes, and how to tell them apart. */
import { isHit, isRedirect, viewKind } from '../../src/core/view.ts';
import { Properties } from '../aws/template/properties.ts';
import type { Resource } from '../aws/template/template.ts';
import type { ChainParts } from '../chain/read-parts.ts';
import type { Cause, Hop, Step } from './contract.ts';

/** What a cause quotes: settings of the template, and what the view showed. */
export interface Evidence extends CacheSettings {
  readonly redirectCaching: string;
  readonly requestedKey: string;
  readonly writtenKey: string;
}

type Row = Omit<Cause, 'code' | 'setting'> & { readonly setting: (evidence: Evidence) => string };

/** The causes of redirect loops and outdated images that one view can show, by the codes of test/chain/rows. */
export const causes = {
  L1: {
    title: 'The edge cached the redirect',
    description:
      'CloudFront answers with a redirect that it cached before the derivative existed. It goes on redirecting viewers to the API.',
    setting: ({ cachePolicy, defaultTtl, ruleStatus, redirectCaching }) =>
      `${cachePolicy}.DefaultTTL is ${defaultTtl} seconds, and the website redirects with ${ruleStatus} without Cache-Control` +
      (redirectCaching === 'legacy' ? '. The edge caches a 307 without Cache-Control (switch: legacy).' : '.'),
    remedy:
      'Set DefaultTTL to 0 and the status of the routing rules to 307. Derivatives have a Cache-Control of their own.',
  },
  L2: {
    title: 'A minimum TTL',
    description:
      'MinTTL makes CloudFront cache every response, redirects and no-store included. A Lambda that answers sooner redirects the viewer back to the cached redirect.',
    setting: ({ cachePolicy, minTtl }) => `${cachePolicy}.MinTTL is ${minTtl} seconds.`,
    remedy: 'Set MinTTL to 0. The managed policy CachingOptimized has 1 second: do not use it here.',
  },
  L3: {
    title: 'Cache-Control on the redirect',
    description:
      'The edge adds Cache-Control to every response, so the browser caches the 307 and does not ask CloudFront again.',
    setting: ({ addedCacheControl }) =>
      `${addedCacheControl?.policy ?? 'A response headers policy'} adds Cache-Control: ${addedCacheControl?.value ?? '?'}.`,
    remedy: 'Remove Cache-Control from the response headers policy. The derivative is stored with its own.',
  },
  L4: {
    title: 'The browser cached the redirect back',
    description:
      'A browser caches a 301 without Cache-Control without an expiry. The derivative is gone, and instead of asking the API the browser follows its cached redirect: no Lambda runs.',
    setting: () => 'The Lambda’s redirect has no Cache-Control.',
    remedy: 'Send Cache-Control: no-store with the Lambda’s redirect, whatever its status.',
  },
  L6: {
    title: 'The written key is not the requested key',
    description:
      'The Lambda stored the derivative under another key than the viewer’s URL names, so S3 does not find it.',
    setting: ({ requestedKey, writtenKey }) => `Requested: “${requestedKey}”. Written: “${writtenKey}”.`,
    remedy: 'Set LOCATION_ENCODING to the encoding that the website uses, and encode every segment of Location.',
  },
  L8: {
    title: 'The redirect leaves the chain',
    description: 'The API redirects the viewer to another host than the edge.',
    setting: () => 'The base of the Lambda’s Location (IMAGE_BASE_URL).',
    remedy: 'Location must name the distribution’s host, with https.',
  },
  L9: {
    title: 'The routing rules match 403',
    description:
      'The website may not read its objects, and its rules turn that into a redirect: the derivative exists and is never served.',
    setting: ({ ruleErrors }) =>
      `HttpErrorCodeReturnedEquals is ${ruleErrors.join(' and ')}, and the bucket refuses CloudFront.`,
    remedy: 'Match 404 only. A bucket that cannot be read is then a plain 403, which has an alarm.',
  },
  L12: {
    title: 'A redirect without a derivative',
    description:
      'The derivative was not stored, and the Lambda redirected to it all the same. Every round resizes again.',
    setting: () => 'PutObject failed, and the Lambda ignored the error.',
    remedy: 'Answer a failed PutObject with a 5xx. Redirect only to what was just stored.',
  },
  L13: {
    title: 'A redirect without an original',
    description:
      'The original does not exist, so there will be no derivative, and the Lambda redirects to it all the same.',
    setting: () => 'The Lambda redirects whatever the outcome.',
    remedy: 'Answer a missing original with 404.',
  },
  W3: {
    title: 'The image is older than its original',
    description:
      'The original was replaced after this derivative was made. S3 and the edge keep the old one until the purge removes it, browsers until it expires.',
    setting: () => 'The derivative was made from another original than the present one (x-amz-meta-original-id).',
    remedy:
      'Wait for the purge, or run make purge with the key. A URL with a new version makes browsers ask the edge again.',
  },
} as const satisfies Record<string, Row>;

export type CauseCode = keyof typeof causes;

export function describeCause(code: CauseCode, evidence: Evidence): Cause {
  const { setting, ...row }: Row = causes[code];
  return { code, ...row, setting: setting(evidence) };
}

type S3Call = Extract<Step, { operation: string }>;

/**
 * Returns why these hops are a loop, or would be one with a Lambda that always redirects. Judges by the hops and the template, as
 * somebody on call would, not by the fault that was set. `undefined`: nothing is wrong, or the cause is unknown.
 */
export function diagnose(hops: readonly Hop[], key: string, settings: CacheSettings): CauseCode | undefined {
  const kind = viewKind(hops);
  if (kind !== 'loop' && kind !== 'shortcut') return undefined;
  const toApi = hops.findLast((hop) => hop.endpoint === 'edge' && isRedirect(hop.status));
  const back = hops.findLast((hop) => hop.endpoint === 'api' && isRedirect(hop.status));

  // A cached redirect: nothing behind it was asked.
  if (toApi?.from === 'browser') return 'L3';
  if (back?.from === 'browser') return 'L4';
  if (toApi && isHit(toApi)) return settings.minTtl > 0 ? 'L2' : 'L1';
  if (toApi && settings.ruleErrors.includes('403')) return 'L9';

  if (!back) return undefined;
  if (hops.at(-1) === back && hops.length <= 2) return 'L8';
  const calls = s3Calls([back]);
  const isMissing = ({ part, operation, status }: S3Call) =>
    part === 'originals' && /^(Get|Head)/.test(operation) && status === 404;
  if (calls.some(isMissing)) return 'L13';
  const puts = calls.filter(({ operation }) => operation === 'PutObject');
  const stored = puts.filter(({ status }) => status === 200);
  if (puts.length > 0 && stored.length === 0) return 'L12';
  return stored.some((put) => put.key !== key) ? 'L6' : undefined;
}

/** The key that the Lambda wrote last. */
export function writtenKey(hops: readonly Hop[]): string {
  return s3Calls(hops).findLast(({ operation }) => operation === 'PutObject')?.key ?? '';
}

function s3Calls(hops: readonly Hop[]): readonly S3Call[] {
  return hops.flatMap(({ steps }) => steps).filter((step): step is S3Call => 'operation' in step);
}

/** The settings of a template that decide whether redirects are cached, and where they are set. */
export interface CacheSettings {
  readonly cachePolicy: string;
  readonly minTtl: number;
  readonly defaultTtl: number;
  /** Added by the edge to every response. */
  readonly addedCacheControl?: { readonly policy: string; readonly value: string };
  readonly ruleStatus: string;
  /** The errors that the routing rules match. */
  readonly ruleErrors: readonly string[];
}

/** CloudFront's DefaultTTL when a cache policy has none (API reference, CachePolicyConfig). */
const defaultTtlSeconds = 86_400;

/** Reads the settings of the default cache behavior and the website. */
export function cacheSettingsOf({ template, distribution, website }: ChainParts): CacheSettings {
  const behaviour = Properties.of(distribution).child('DistributionConfig')?.child('DefaultCacheBehavior');
  const policyAt = (name: string): Resource | undefined => {
    const ref = behaviour?.optionalText(name);
    return template.resources.find((resource) => resource.ref === ref);
  };
  const cachePolicy = policyAt('CachePolicyId');
  const ttls = cachePolicy && Properties.of(cachePolicy).child('CachePolicyConfig');
  const minTtl = ttls?.number('MinTTL', 0) ?? 0;
  const headersPolicy = policyAt('ResponseHeadersPolicyId');
  const customHeaders =
    headersPolicy && Properties.of(headersPolicy).child('ResponseHeadersPolicyConfig')?.child('CustomHeadersConfig');
  const value = customHeaders
    ?.children('Items')
    .find((item) => item.text('Header').toLowerCase() === 'cache-control')
    ?.text('Value');
  const rules = Properties.of(website).child('WebsiteConfiguration')?.children('RoutingRules') ?? [];
  const errors = rules.map((rule) => rule.child('RoutingRuleCondition')?.optionalText('HttpErrorCodeReturnedEquals'));
  return {
    cachePolicy: cachePolicy?.logicalId ?? behaviour?.optionalText('CachePolicyId') ?? '',
    minTtl,
    defaultTtl: ttls?.number('DefaultTTL', Math.max(defaultTtlSeconds, minTtl)) ?? 0,
    ...(headersPolicy && value && { addedCacheControl: { policy: headersPolicy.logicalId, value } }),
    ruleStatus: rules[0]?.child('RedirectRule')?.text('HttpRedirectCode', '301') ?? '',
    ruleErrors: [...new Set(errors)].filter((error) => error !== undefined),
  };
}
