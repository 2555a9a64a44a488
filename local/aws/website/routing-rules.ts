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

/**
 * How a key may stand in a `Location` that S3 builds. Which one S3 uses is not known (no recorded answer shows an odd
 * key), so the chain has all four and never assumes.
 */
export type LocationEncoding = 'none' | 'once' | 'form' | 'twice';

const encoders: Readonly<Record<LocationEncoding, (key: string) => string>> = {
  none: (key) => key,
  once: encodePath,
  form: (key) => encodePath(key).replaceAll('%20', '+'),
  twice: (key) => encodePath(encodePath(key)),
};

/**
 * The key as it is written into `Location`. Every mode but `none` can be read back for every key. `none` loses keys
 * with a `#` (the client takes the rest for a fragment), with a `%` (`%20` then looks like a space), and with spaces at
 * the end (they are trimmed off a header).
 */
export function encodeKey(key: string, encoding: LocationEncoding): string {
  return headerSafe(encoders[encoding](key));
}

/**
 * Text as a header can carry it: UTF-8 bytes, one character each, and no control characters, which would end the
 * header or be refused by node:http. S3 must do something of the kind too; what, is not known.
 */
export function headerSafe(text: string): string {
  const printable = text.replace(/[\u0000-\u001f\u007f]/g, encodeURIComponent);
  return /[\u0080-\uffff]/.test(printable) ? Buffer.from(printable, 'utf8').toString('latin1') : printable;
}

/** RFC 3986: only unreserved characters stay, and the slashes between segments. */
function encodePath(path: string): string {
  return Array.from(Buffer.from(path, 'utf8'), (byte) => encodedBytes[byte]).join('');
}

const encodedBytes = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9\-._~/]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});
