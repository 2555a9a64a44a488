import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Transition } from '../../../local/aws/cloudwatch/alarms/alarms.ts';
import type { Template } from '../../../local/aws/template/template.ts';
import { banner, lineOf } from '../../../local/dev/terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { smallTemplate, templateFile } from './small-template.ts';
import { startedChain } from './started-chain.ts';

const at = Date.UTC(2026, 10, 25, 12, 34);
const line = (from: Transition['from'], to: Transition['to'], verbose = false) =>
  lineOf({ kind: 'alarm', at, transition: { alarm: 'redirect-loop', atSeconds: at / 1000, from, to } }, verbose);

/** The small template with a routing rule for each of these prefixes. */
function withPrefixes(...prefixes: readonly string[]): Template {
  const { Derivatives } = smallTemplate.Resources;
  const { WebsiteConfiguration } = Derivatives.Properties;
  const [rule] = WebsiteConfiguration.RoutingRules;
  const RoutingRules = prefixes.map((KeyPrefixEquals) => ({
    ...rule,
    RoutingRuleCondition: { HttpErrorCodeReturnedEquals: '404', KeyPrefixEquals },
  }));
  const Properties = { ...Derivatives.Properties, WebsiteConfiguration: { ...WebsiteConfiguration, RoutingRules } };
  return { ...smallTemplate, Resources: { ...smallTemplate.Resources, Derivatives: { ...Derivatives, Properties } } };
}

describe('banner()', () => {
  test.each([
    [['48x48/', '48x48.webp/', '640x/', '800x/'], '640x'],
    [['48x48/', '64x64/'], '48x48'],
  ])('of a template with rules for %j suggests an image in %s', async (prefixes, preset) => {
    const images = temporaryFolder();
    mkdirSync(join(images, 'my dog'));
    writeFileSync(join(images, 'my dog', "o'hara+1.JPG"), 'pixels');
    const chain = await startedChain({ templateFile: templateFile(withPrefixes(...prefixes)) });
    const lines = banner(chain, 'http://page/', images);
    expect(lines).toContain(`  try: curl -iL ${chain.edge.address}/${preset}/my%20dog/o%27hara%2B1.JPG`);
    expect(lines.at(-1)).toMatch(/^ready .* console http:\/\/page\/$/);
  });

  test.each([
    ['there is no image', temporaryFolder()],
    ['the folder cannot be read', '/nowhere'],
  ])('suggests nothing where %s', async (_, images) => {
    expect(banner(await startedChain(), 'http://page/', images).join()).not.toContain('try:');
  });
});

describe('lineOf()', () => {
  test('tells of an alarm that gets somebody up, and of its end', () => {
    expect(line('OK', 'ALARM')).toBe('  alarm   12:34 redirect-loop OK -> ALARM');
    expect(line('ALARM', 'INSUFFICIENT_DATA')).toBe('  alarm   12:34 redirect-loop ALARM -> INSUFFICIENT_DATA');
  });

  test('tells of other changes of alarms only when everything is wanted', () => {
    expect(line('INSUFFICIENT_DATA', 'OK')).toBeUndefined();
    expect(line('INSUFFICIENT_DATA', 'OK', true)).toBe('  alarm   12:34 redirect-loop INSUFFICIENT_DATA -> OK');
  });
});
