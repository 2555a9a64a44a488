import { Properties } from '../aws/template/properties.ts';
import type { Resource } from '../aws/template/template.ts';

/** The presets of the website, in the template's order: the first segment of each routing rule's prefix. */
export function presetsOf(website: Resource): readonly string[] {
  const rules = Properties.of(website).child('WebsiteConfiguration')?.children('RoutingRules') ?? [];
  const prefixes = rules.map((rule) => rule.child('RoutingRuleCondition')?.optionalText('KeyPrefixEquals') ?? '');
  return [...new Set(prefixes.map((prefix) => prefix.replace(/\/.*$/, '')))].filter((name) => name !== '');
}

/** The address of a derivative. Strict, since S3 reads a bare `+` as a space and clients differ on `!'()*`. */
export function addressOf(edge: string, preset: string, key: string): string {
  return `${edge}/${`${preset}/${key}`.split('/').map(encodeSegment).join('/')}`;
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
