import type { Redirect, RoutingRule } from './website-configuration.ts';

/** Pass 1: the first rule without an error code whose prefix matches, whether the object exists or not. */
export function ruleBeforeLookup(rules: readonly RoutingRule[], key: string): RoutingRule | undefined {
  return rules.find((rule) => rule.errorStatus === undefined && prefixMatches(rule, key));
}

/** Pass 2: the first rule for this error whose prefix, if it has one, matches. */
export function ruleOnError(rules: readonly RoutingRule[], key: string, status: number): RoutingRule | undefined {
  return rules.find((rule) => rule.errorStatus === status && prefixMatches(rule, key));
}

/** Rules apply in listed order: a longer prefix further down never wins. */
function prefixMatches(rule: RoutingRule, key: string): boolean {
  return rule.keyPrefix === undefined || key.startsWith(rule.keyPrefix);
}

/** What a `Location` depends on besides the rule. */
export interface LocationContext {
  /** The `Host` of the request: the default where a rule names none. */
  readonly host: string;
  /** The query of the request with its `?`, or nothing. Appended to the key unchanged. */
  readonly query: string;
  readonly encoding: LocationEncoding;
}

/**
 * The `Location` of a rule, always absolute. The rule's replacement of the prefix is kept unchanged, so that `resize?key=`
 * works. Only what comes from the key is encoded.
 */
export function locationOf(rule: RoutingRule, key: string, context: LocationContext): string {
  const [literal, rest] = newKey(rule, key);
  return `${addressOf(rule.redirect, context)}/${headerSafe(literal)}${encodeKey(rest, context.encoding)}${context.query}`;
}

/** Website endpoints speak http only, so http is "the protocol of the request" where a rule names none. */
export function addressOf(redirect: Pick<Redirect, 'hostName' | 'protocol'>, context: LocationContext): string {
  return `${redirect.protocol ?? 'http'}://${redirect.hostName ?? context.host}`;
}

/** The rule's own text, and the rest of the key. */
function newKey({ keyPrefix = '', redirect }: RoutingRule, key: string): readonly [literal: string, rest: string] {
  if (redirect.replaceKeyWith !== undefined) return [redirect.replaceKeyWith, ''];
  if (redirect.replaceKeyPrefixWith !== undefined) return [redirect.replaceKeyPrefixWith, key.slice(keyPrefix.length)];
  return ['', key];
}

/**
 * How S3 may encode a key in `Location`. No recorded answer shows a key with special characters, so the chain has all
 * four ways.
 */
export type LocationEncoding = 'none' | 'once' | 'form' | 'twice';

const encoders: Readonly<Record<LocationEncoding, (key: string) => string>> = {
  none: (key) => key,
  once: encodePath,
  form: (key) => encodePath(key).replaceAll('%20', '+'),
  twice: (key) => encodePath(encodePath(key)),
};

/**
 * The key as it stands in `Location`. All modes but `none` can be decoded for every key. `none` loses keys with a `#` (the
 * client takes the rest for a fragment), with a `%` (`%20` then looks like a space), and with spaces at the end (they are
 * trimmed from a header).
 */
export function encodeKey(key: string, encoding: LocationEncoding): string {
  return headerSafe(encoders[encoding](key));
}

/**
 * Text that a header can carry: UTF-8 bytes, one character each, and no control characters, which would end the header
 * or be refused by node:http. How S3 does this is unknown.
 */
export function headerSafe(text: string): string {
  const printable = text.replace(/[\u0000-\u001f\u007f]/g, encodeURIComponent);
  return /[\u0080-\uffff]/.test(printable) ? Buffer.from(printable, 'utf8').toString('latin1') : printable;
}

/** Leaves the unreserved characters of RFC 3986 and the slashes as they are. */
function encodePath(path: string): string {
  return Array.from(Buffer.from(path, 'utf8'), (byte) => encodedBytes[byte]).join('');
}

const encodedBytes = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9\-._~/]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});
