import { Properties } from '../template/properties.ts';

export interface Redirect {
  readonly hostName?: string;
  readonly protocol?: 'http' | 'https';
  readonly status: number;
  readonly replaceKeyPrefixWith?: string;
  readonly replaceKeyWith?: string;
}

export interface RoutingRule {
  readonly keyPrefix?: string;
  readonly errorStatus?: number;
  readonly redirect: Redirect;
}

export interface Website {
  readonly indexSuffix: string;
  readonly errorKey?: string;
  readonly redirectAll?: { readonly hostName: string; readonly protocol?: 'http' | 'https' };
  readonly rules: readonly RoutingRule[];
}

const maxRoutingRules = 50;
const redirectCodes = ['301', '302', '303', '304', '305', '307', '308'] as const;
const protocols = ['http', 'https'] as const;

/** Reads the `WebsiteConfiguration` of a bucket. Refuses what PutBucketWebsite refuses. */
export function readWebsite(logicalId: string, configuration: unknown): Website {
  const website = new Properties(logicalId, configuration, 'WebsiteConfiguration');
  const all = website.child('RedirectAllRequestsTo');
  if (all) {
    for (const other of ['IndexDocument', 'ErrorDocument', 'RoutingRules']) {
      if (website.has(other)) throw website.refusal(other, 'nothing beside RedirectAllRequestsTo');
    }
    return { indexSuffix: '', rules: [], redirectAll: { hostName: all.text('HostName'), ...protocolOf(all) } };
  }

  const indexSuffix = website.text('IndexDocument');
  if (indexSuffix === '' || indexSuffix.includes('/')) {
    throw website.refusal('IndexDocument', 'a suffix that is not empty and has no slash (InvalidArgument)');
  }
  const rules = website.children('RoutingRules').map(readRule);
  if (website.has('RoutingRules') && rules.length === 0) {
    throw website.refusal('RoutingRules', 'at least one rule (MalformedXML)');
  }
  if (rules.length > maxRoutingRules) {
    throw new Error(
      `${logicalId}: WebsiteConfiguration.RoutingRules: ${rules.length} routing rules provided, the number of routing rules in a website configuration is limited to ${maxRoutingRules}`,
    );
  }
  const errorKey = website.optionalText('ErrorDocument');
  return { indexSuffix, rules, ...(errorKey !== undefined && { errorKey }) };
}

function readRule(rule: Properties): RoutingRule {
  const condition = rule.child('RoutingRuleCondition');
  if (!condition) {
    // Emulators disagree on whether such a rule applies before or after the lookup, and AWS does not say.
    throw rule.refusal('RoutingRuleCondition', 'a KeyPrefixEquals or a HttpErrorCodeReturnedEquals');
  }
  const keyPrefix = condition.optionalText('KeyPrefixEquals');
  const errorCode = condition.optionalText('HttpErrorCodeReturnedEquals');
  if (keyPrefix === undefined && errorCode === undefined) {
    throw rule.refusal('RoutingRuleCondition', 'at least one condition (InvalidRequest)');
  }
  if (errorCode !== undefined && !/^[45]\d\d$/.test(errorCode)) {
    throw condition.refusal('HttpErrorCodeReturnedEquals', 'a code 4XX or 5XX (InvalidRequest)');
  }
  const redirect = rule.child('RedirectRule');
  if (!redirect) throw rule.refusal('RedirectRule', 'where to redirect to');
  return {
    redirect: readRedirect(redirect),
    ...(keyPrefix !== undefined && { keyPrefix }),
    ...(errorCode !== undefined && { errorStatus: Number(errorCode) }),
  };
}

function readRedirect(redirect: Properties): Redirect {
  const hostName = redirect.optionalText('HostName');
  const replaceKeyPrefixWith = redirect.optionalText('ReplaceKeyPrefixWith');
  const replaceKeyWith = redirect.optionalText('ReplaceKeyWith');
  if (replaceKeyPrefixWith !== undefined && replaceKeyWith !== undefined) {
    throw redirect.refusal('ReplaceKeyWith', 'only one of ReplaceKeyPrefixWith and ReplaceKeyWith (InvalidRequest)');
  }
  return {
    status: Number(redirect.oneOf('HttpRedirectCode', redirectCodes, '301')),
    ...(hostName !== undefined && { hostName }),
    ...protocolOf(redirect),
    ...(replaceKeyPrefixWith !== undefined && { replaceKeyPrefixWith }),
    ...(replaceKeyWith !== undefined && { replaceKeyWith }),
  };
}

function protocolOf(redirect: Properties): { readonly protocol?: 'http' | 'https' } {
  return redirect.has('Protocol') ? { protocol: redirect.oneOf('Protocol', protocols) } : {};
}
