import { encodeKey, headerSafe, type LocationEncoding } from './location-encoding.ts';
import type { Redirect, RoutingRule } from './website-configuration.ts';

/** Pass 1: the first rule without an error code whose prefix fits. Whether the object exists plays no part. */
export function ruleBeforeLookup(rules: readonly RoutingRule[], key: string): RoutingRule | undefined {
  return rules.find((rule) => rule.errorStatus === undefined && prefixFits(rule, key));
}

/** Pass 2: the first rule for this error whose prefix, if it has one, fits. */
export function ruleOnError(rules: readonly RoutingRule[], key: string, status: number): RoutingRule | undefined {
  return rules.find((rule) => rule.errorStatus === status && prefixFits(rule, key));
}

/** In listed order, as S3 does: a longer prefix further down never wins. */
function prefixFits(rule: RoutingRule, key: string): boolean {
  return rule.keyPrefix === undefined || key.startsWith(rule.keyPrefix);
}

/** What a `Location` is built with beside the rule. */
export interface LocationContext {
  /** The `Host` of the request: the default where a rule names none. */
  readonly host: string;
  /** The query of the request with its `?`, or nothing: written behind the key as it came. */
  readonly query: string;
  readonly encoding: LocationEncoding;
}

/**
 * The `Location` of a rule: always absolute. What the rule puts in place of the key's prefix is kept to the letter, so
 * that `resize?key=` works; only what comes from the key is encoded.
 */
export function locationOf(rule: RoutingRule, key: string, context: LocationContext): string {
  const [literal, rest] = newKey(rule, key);
  return `${addressOf(rule.redirect, context)}/${headerSafe(literal)}${encodeKey(rest, context.encoding)}${context.query}`;
}

/** Website endpoints speak http alone, so that is "the protocol of the request" where a rule names none. */
export function addressOf(redirect: Pick<Redirect, 'hostName' | 'protocol'>, context: LocationContext): string {
  return `${redirect.protocol ?? 'http'}://${redirect.hostName ?? context.host}`;
}

/** The rule's own text, and the part of the key that stays. */
function newKey({ keyPrefix = '', redirect }: RoutingRule, key: string): readonly [literal: string, rest: string] {
  if (redirect.replaceKeyWith !== undefined) return [redirect.replaceKeyWith, ''];
  if (redirect.replaceKeyPrefixWith !== undefined) return [redirect.replaceKeyPrefixWith, key.slice(keyPrefix.length)];
  return ['', key];
}
