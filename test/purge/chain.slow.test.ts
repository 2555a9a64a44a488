/** The purge on the chain of the shipped template, with the built Lambdas. */
import { afterEach, expect, test } from 'vitest';
import { advanceTo } from '../../local/aws/timers.ts';
import { browse } from '../chain/browser.ts';
import { startChainUnderTest, startMilliseconds } from '../chain/chain-under-test.ts';
import { narrow, tall } from '../fixtures/images.ts';
import { presets } from './purging-chain.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

test('a replaced original is seen at the edge, and a deleted one is gone', { timeout: startMilliseconds }, async () => {
  const under = await startChainUnderTest({ stage: 'staging' });
  stops.push(under.stop);
  const { chain, clock } = under;
  const [preset] = presets;
  const url = under.url(preset, 'profile/ann.jpg');
  const see = async () => {
    const { hops, body } = await browse(url);
    return { statuses: hops.map(({ status }) => status), body: Buffer.from(body).toString('base64') };
  };
  const pass = (seconds: number) => advanceTo(clock.now() + seconds * 1000, clock, chain.timers);

  await under.putOriginal('profile/ann.jpg', await tall());
  await pass(300);
  const first = await see();
  expect(first.statuses).toEqual([307, 301, 200]);
  await under.putOriginal('profile/ann.jpg', await narrow());
  expect(await see()).toEqual({ ...first, statuses: [200] });
  await pass(15);
  const second = await see();
  expect(second.statuses).toEqual([307, 301, 200]);
  expect(second.body).not.toBe(first.body);
  expect(await browse(url)).toMatchObject({ hops: [{ status: 200 }] });

  await under.deleteOriginal('profile/ann.jpg');
  await pass(15);
  expect((await see()).statuses).toEqual([307, 404]);
  // The second passes find nothing more, and no message is left.
  await pass(300);
  expect(chain.queues.map(({ counts }) => counts(clock.now()))).toEqual(
    chain.queues.map(() => ({ visible: 0, notVisible: 0, delayed: 0 })),
  );
});
