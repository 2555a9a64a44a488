import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Template as Assertions } from 'aws-cdk-lib/assertions';
import sharp, { type Sharp } from 'sharp';
import type { Template } from '../../../local/aws/template/template.ts';
import { type Chain, type ChainOptions, startChain } from '../../../local/chain/start-chain.ts';
import { type Console, startConsole } from '../../../local/console/console.ts';
import type { Done, Images, Original, View } from '../../../local/console/contract.ts';
import type { ApiOn } from '../../../src/config.ts';
import { rawQuarters } from '../../fixtures/images.ts';
import { stackOf } from '../../infra/synthesized.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const dist = resolve(import.meta.dirname, '../../../dist/resize');

/** The originals that every console of a test begins with. */
export const images = ['ann & bob+1.jpg', 'broken.jpg', 'landing/night.png', 'profile/ann.jpg'] as const;

export interface ConsoleUnderTest {
  readonly chain: Chain;
  readonly console: Console;
  /** Asks as the page does. The answer must be JSON. */
  ask(method: string, name: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Posts, and expects it to be done. */
  done(name: string, fields?: object): Promise<Done>;
  seen(name: string, fields?: object): Promise<View>;
  originals(): Promise<readonly Original[]>;
  stop(): Promise<void>;
}

export interface ConsoleChoice extends Pick<ChainOptions, 'clock' | 'change'> {
  /** A folder. */
  readonly originals?: string;
  /** Default: on the image host. */
  readonly apiOn?: ApiOn;
}

/**
 * The console over the template that is synthesized and the Lambda that is built: `make build` comes before. Without a
 * folder of originals it makes some.
 */
export async function startConsoleUnderTest(choice: ConsoleChoice = {}): Promise<ConsoleUnderTest> {
  const { originals, apiOn, ...chainOptions } = choice;
  if (!existsSync(dist)) throw new Error(`There is no ${dist}: run make build first`);
  const folder = temporaryFolder();
  const templateFile = join(folder, 'Staging.template.json');
  writeFileSync(templateFile, JSON.stringify(Assertions.fromStack(watchedStack(apiOn)).toJSON()));
  const imagesDirectory = originals ?? join(folder, 'images');
  if (originals === undefined) await writeImages(imagesDirectory);
  const chain = await startChain({ templateFile, imagesDirectory, codeDirectory: dist, ...chainOptions });
  const console = await startConsole(chain, 0, imagesDirectory);

  const ask: ConsoleUnderTest['ask'] = async (method, name, body) => {
    const response = await fetch(`${console.address}api/${name}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: await response.json() };
  };
  const done: ConsoleUnderTest['done'] = async (name, fields = {}) => {
    const { status, body } = await ask('POST', name, fields);
    if (status !== 200) throw new Error(`POST ${name} got ${status}: ${JSON.stringify(body)}`);
    return body as Done;
  };
  return {
    chain,
    console,
    ask,
    done,
    async seen(name, fields) {
      const { view } = await done(name, { preset: '200x200', image: 'profile/ann.jpg', ...fields });
      if (!view) throw new Error(`POST ${name} gave no view`);
      return view;
    },
    originals: async () => ((await ask('GET', 'images')).body as Images).originals,
    async stop() {
      await console.close();
      await chain.stop();
    },
  };
}

/** With dashboards and alarms. The canary would be a second Lambda to build, and no test here waits for it. */
function watchedStack(apiOn: ApiOn = 'image-host') {
  return stackOf({ apiOn, withoutMonitoring: ['canary'] });
}

async function writeImages(folder: string): Promise<void> {
  for (const sub of ['landing', 'profile']) mkdirSync(join(folder, sub), { recursive: true });
  const jpeg = await photo(600, 450).jpeg().toBuffer();
  writeFileSync(join(folder, 'profile/ann.jpg'), jpeg);
  writeFileSync(join(folder, 'ann & bob+1.jpg'), jpeg);
  writeFileSync(join(folder, 'broken.jpg'), jpeg.subarray(0, jpeg.length / 2));
  writeFileSync(join(folder, 'landing/night.png'), await photo(300, 300).png().toBuffer());
}

export function photo(width: number, height: number): Sharp {
  return sharp(rawQuarters(width, height), { raw: { width, height, channels: 3 } });
}

const box = { width: 12, height: 6 };

/** What nobody knows, and text that would be markup elsewhere. */
const widgets = [
  { type: 'explorer', x: 0, y: 0, ...box, properties: {} },
  {
    type: 'metric',
    x: 12,
    y: 0,
    ...box,
    properties: { title: 'Searched', region: 'us-east-1', metrics: [[{ expression: 'SEARCH("a", "Sum")' }]] },
  },
  {
    type: 'text',
    x: 0,
    y: 6,
    ...box,
    properties: {
      markdown: '<img src=x onerror=alert(1)> [away](https://example.com/) [run](javascript:alert`1`) **<b>bold</b>**',
    },
  },
];

/** A template whose third dashboard has these. */
export function withOddWidgets(template: Template): Template {
  const odd = JSON.stringify({ periodOverride: 'inherit', widgets });
  const resources = Object.entries(template.Resources).map(([id, resource]) => [
    id,
    resource.Properties?.DashboardName === 'ResizeOnMiss-staging-capacity-and-cost'
      ? { ...resource, Properties: { ...resource.Properties, DashboardBody: odd } }
      : resource,
  ]);
  return { ...template, Resources: Object.fromEntries(resources) };
}
