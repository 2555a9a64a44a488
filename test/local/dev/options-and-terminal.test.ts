import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ChainEvent, EndpointHop } from '../../../local/aws/chain-events.ts';
import type { Transition } from '../../../local/aws/cloudwatch/alarms/alarms.ts';
import type { Template } from '../../../local/aws/template/template.ts';
import { readOptions } from '../../../local/dev/options.ts';
import { banner, entryOf, printed } from '../../../local/dev/terminal.ts';
import { smallTemplate, templateFile } from '../chain/small-template.ts';
import { startedChain } from '../chain/started-chain.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const root = join(import.meta.dirname, '../../..');

describe('readOptions()', () => {
  test.each([
    [['--port', 'x'], '--port is "x": expected a whole number up to 65531'],
    [['--schedules', 'maybe'], '--schedules is "maybe": expected yes, no'],
    [['--env', 'moon'], '--env is "moon": expected staging or prod'],
    [['--images', 'Makefile'], '--images is "Makefile": expected a folder that exists'],
    [['--state', 'Makefile'], '--state is "Makefile", which is a file: expected a folder, or a name for a new one'],
    [['--state', 'Makefile/a/b'], '--state is "Makefile/a/b", which cannot be created: ENOTDIR'],
    [['--target', '/'], '--target is "/", which is a folder: expected a file, or a name for a new one'],
    [['--template', '/none.json'], '--template is "/none.json": expected a CloudFormation template in JSON'],
    [['--colour', 'blue'], "Unknown option '--colour'"],
  ])('refuses %j and says what it expected', (options, message) => {
    expect(() => readOptions(options)).toThrow(message);
  });

  // Node's own recursive mkdir never returns from there.
  test.runIf(existsSync('/proc/self'))('refuses a folder below /proc', () => {
    expect(() => readOptions(['--state', '/proc/x'])).toThrow('--state is "/proc/x", which cannot be created: ENOENT');
  });

  test('takes folders and files that exist or can be created', () => {
    const [state, targetFile] = [join(folder, 'new/state'), join(folder, 'new/target.json')];
    const options = ['--images', '~', '--code', folder, '--state', state, '--target', targetFile];
    expect(readOptions([...options, '--template', 'package.json'])).toMatchObject({
      imagesDirectory: homedir(),
      codeDirectory: folder,
      stateDirectory: state,
      targetFile,
      templateFile: join(root, 'package.json'),
    });
  });

  test('takes empty values for none, since the Makefile passes them', () => {
    const options = readOptions(['--images', '', '--state', '', '--template', '', '--port', '']);
    expect(options).toMatchObject({ edgePort: 8080, consolePort: 8084 });
    expect(options?.templateFile).toBe(join(root, 'cdk.out/ResizeOnMiss-staging.template.json'));
    expect(options).not.toHaveProperty('imagesDirectory');
    expect(options).not.toHaveProperty('stateDirectory');
  });

  test('uses free ports for port 0, and the four that follow for any other', () => {
    expect(readOptions(['--port', '0'])).toMatchObject({ edgePort: 0, consolePort: 0 });
    expect(readOptions(['--port', '0'])).not.toHaveProperty('apiPort');
    expect(readOptions(['--port', '9000'])).toMatchObject({ apiPort: 9001, websitePort: 9002, s3Port: 9003 });
  });
});

const text = { json: false, requests: true, everything: false };
const errors = { ...text, requests: false };
const everything = { ...text, everything: true };
const at = Date.UTC(2026, 10, 25, 12, 34, 56);

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
    expect(lines).toContain(
      `  try: curl -sSLo /dev/null -D - ${chain.edge.address}/${preset}/my%20dog/o%27hara%2B1.JPG`,
    );
    expect(lines.at(-1)).toMatch(/^ready .* console http:\/\/page\/$/);
  });

  test.each([
    ['there is no image', temporaryFolder()],
    ['the folder cannot be read', '/nowhere'],
  ])('suggests nothing where %s', async (_, images) => {
    expect(banner(await startedChain(), 'http://page/', images).join()).not.toContain('try:');
  });
});

const hop = (endpoint: EndpointHop['endpoint']): ChainEvent => ({
  kind: 'hop',
  at,
  hop: { endpoint, method: 'GET', target: '/200x200/a.jpg', status: 307, location: '/r', bytes: 0, milliseconds: 3.7 },
});
const alarm = (from: Transition['from'], to: Transition['to']): ChainEvent => ({
  kind: 'alarm',
  at,
  transition: { alarm: 'redirect-loop', atSeconds: at / 1000, from, to },
});
const log = (line: string): ChainEvent => ({ kind: 'log', at, group: 'g', line });

describe('entryOf()', () => {
  test.each([
    ['a request at the edge', hop('edge'), [true, false, true]],
    ['a request at the website', hop('website'), [false, false, true]],
    ['an error of the Lambda', log('{"level":"ERROR"}'), [true, true, true]],
    ['another log line', log('{"level":"INFO"}'), [false, false, true]],
    ['an alarm that turns red', alarm('OK', 'ALARM'), [true, true, true]],
    ['the end of an alarm', alarm('ALARM', 'INSUFFICIENT_DATA'), [true, true, true]],
    ['another change of an alarm', alarm('INSUFFICIENT_DATA', 'OK'), [false, false, true]],
  ])('prints %s with requests, with errors only, with everything: %j', (_, event, shown) => {
    expect([text, errors, everything].map((choice) => entryOf(event, choice) !== undefined)).toEqual(shown);
  });
});

describe('printed()', () => {
  test('writes one line for a person, or one JSON object', () => {
    const entry = entryOf(hop('edge'), text);
    if (!entry) throw new Error('Expected an entry');
    expect(printed(entry, at, text)).toBe('12:34:56 edge    307  GET /200x200/a.jpg  4 ms  -> /r');
    expect(JSON.parse(printed(entry, at, { ...text, json: true }))).toMatchObject({
      kind: 'edge',
      status: 307,
      request: 'GET /200x200/a.jpg',
      location: '/r',
    });
  });
});
