/** `make purge` on a running chain: the command, S3 and CloudFront's API. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClock } from '../../local/aws/clock.ts';
import { advanceTo } from '../../local/aws/timers.ts';
import { addressOf, openImages } from '../../local/chain/buckets.ts';
import type { Chain } from '../../local/chain/start-chain.ts';
import { viewImage } from '../../local/rehearse/traffic.ts';
import { startTestChain } from '../fixtures/chain.ts';
import { photo } from '../local/console/real-chain.ts';

const command = join(import.meta.dirname, '../../infra/commands/purge.ts');
const key = 'profile/née +1.jpg';
const folder = mkdtempSync(join(tmpdir(), 'purge-'));
const targetFile = join(folder, 'target.json');
const clock = createClock(Date.UTC(2026, 0, 5, 8));
let chain: Chain;

beforeAll(async () => {
  chain = await startTestChain({ targetFile, clock });
  const image = { bytes: await photo(300, 200).jpeg().toBuffer(), headers: {} };
  await openImages(chain).put('originals', key, image);
  await settle();
}, 240_000);
afterAll(async () => {
  await chain?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Until every event, both passes and every invalidation have ended. */
const settle = () => advanceTo(clock.now() + 120_000, clock, chain.timers);
const view = () => viewImage(addressOf(chain.edge.address, '48x48', key));

async function purge(variables: Readonly<Record<string, string>>): Promise<string> {
  const { KEY = '', ...options } = variables;
  const args = Object.entries({ target: targetFile, ...options }).flatMap(([name, value]) => [`--${name}`, value]);
  const { stdout } = await promisify(execFile)(process.execPath, [command, ...args], { env: { ...process.env, KEY } });
  return stdout;
}

const versionOf = async () =>
  (await openImages(chain).head('derivatives', `48x48/${key}`))?.['x-amz-meta-service-version'] ?? '';

test.each([
  ['by its key', async () => ({ KEY: key })],
  ['by the version that made it', async () => ({ version: await versionOf() })],
])('a derivative is removed from S3 and the edge %s, once it is confirmed', async (_, choose) => {
  // Cold, then from S3, then from the edge.
  for (let views = 0; views < 3; views += 1) await view();
  expect(await view()).toEqual([200]);
  const options = await choose();

  expect(await purge(options)).toContain('Nothing was changed');
  await settle();
  expect(await view()).toEqual([200]);

  await purge({ ...options, yes: '1' });
  await settle();
  expect(await openImages(chain).head('derivatives', `48x48/${key}`)).toBeUndefined();
  expect(await view()).toEqual([307, 301, 200]);
});
