/** The purge over the real resize handler, S3 with versions and events, and CloudFront's API; in every order that races can have. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { accessDenied } from '../../local/aws/s3/s3-error.ts';
import { cacheTagOf } from '../../src/adapters/s3-image-store.ts';
import { type Pass, startTestPurge, type TestPurge } from '../fixtures/purge.ts';

const key = 'profile/ann.jpg';
const tag = `#${cacheTagOf(key)}`;
const hour = 3_600_000;
const image = (red: number) =>
  sharp({ create: { width: 60, height: 60, channels: 3, background: { r: red, g: 40, b: 90 } } })
    .jpeg()
    .toBuffer();
const [a, b, c] = await Promise.all([10, 120, 240].map(image));
if (!a || !b || !c) throw new Error('no images');

const running: TestPurge[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});
async function start(options?: Parameters<typeof startTestPurge>[0]): Promise<TestPurge> {
  const purge = await startTestPurge(options);
  running.push(purge);
  return purge;
}

/** The original A, viewed in two presets, then replaced by B or deleted. Its own event is taken away. */
async function viewedThen(change: 'replaced' | 'deleted', options?: Parameters<typeof startTestPurge>[0]) {
  const purge = await start(options);
  await purge.putOriginal(key, a as Buffer);
  expect(await purge.view('48x48', key)).toBe(200);
  expect(await purge.view('40x', key)).toBe(200);
  purge.events.length = 0;
  if (change === 'replaced') await purge.putOriginal(key, b as Buffer);
  else await purge.deleteOriginal(key);
  expect(purge.events).toHaveLength(1);
  return purge;
}

/** Everything that the queues do after the last change, in order. */
async function finish(purge: TestPurge) {
  for (const pass of ['first', 'second'] satisfies Pass[]) {
    for (const event of purge.events) expect(await purge.deliver([event], { pass })).toEqual([]);
  }
}

/** A resize that has read A waits before its put until `go` is called. */
async function slowResize(purge: TestPurge, key: string) {
  let go = () => {};
  let hasRead = () => {};
  const reading = new Promise<void>((resolve) => {
    hasRead = resolve;
  });
  const waiting = new Promise<void>((resolve) => {
    go = resolve;
  });
  purge.setBefore((call, bucket, name) => {
    if (call !== 'put' || bucket !== 'derivatives' || name !== `48x48/${key}`) return;
    hasRead();
    return waiting;
  });
  const view = purge.view('48x48', key);
  await reading;
  purge.setBefore(() => undefined);
  return { view, go };
}

describe('a replaced original', () => {
  it('is gone from S3 and from the edge, by one tag for all presets, and the next view makes the new one', async () => {
    const purge = await viewedThen('replaced');
    expect(await purge.outOfDate()).toHaveLength(4);
    expect(await purge.deliver(purge.events)).toEqual([]);
    expect(purge.invalidations).toEqual([[tag]]);
    expect(purge.held.size).toBe(0);
    expect(await purge.view('48x48', key)).toBe(200);
    expect(await purge.outOfDate()).toEqual([]);
  });

  it('keeps derivatives of the new image', async () => {
    const purge = await viewedThen('replaced');
    expect((await purge.ask('48x48', key)).status).toBe(301);
    await purge.deliver(purge.events);
    expect(await purge.derivativeKeys()).toContain(`48x48/${key}`);
    expect(await purge.derivativeKeys()).not.toContain(`40x/${key}`);
  });

  it('is invalidated each time where S3 has no derivative any more, but an edge may', async () => {
    const purge = await viewedThen('replaced');
    for (const next of [c, a]) {
      for (const name of await purge.derivativeKeys()) await purge.deleteDerivative(name);
      await finish(purge);
      expect(await purge.outOfDate()).toEqual([]);
      await purge.view('48x48', key);
      purge.events.length = 0;
      await purge.putOriginal(key, next as Buffer);
    }
  });

  it('or a deleted one takes with it what somebody else has stored in the place of a derivative', async () => {
    const purge = await viewedThen('deleted');
    const place = { Bucket: purge.derivatives, Key: `48x48.webp/${key}` };
    await purge.s3.send(new PutObjectCommand({ ...place, Body: a }));
    await purge.deliver(purge.events);
    expect((await purge.derivativeKeys()).filter((name) => !name.startsWith('_purge/'))).toEqual([]);
  });

  it('has a key that no part of the purge decodes', async () => {
    const odd = 'a b+ü%2F&é.jpg';
    const purge = await start();
    await purge.putOriginal(odd, a);
    expect(await purge.view('48x48', odd)).toBe(200);
    await purge.putOriginal(odd, b);
    await finish(purge);
    expect(purge.invalidations.flat()).toContain(`#${cacheTagOf(odd)}`);
    expect(await purge.outOfDate()).toEqual([]);
  });
});

describe('an event that changes no image', () => {
  it('of the first upload costs one list, in both passes', async () => {
    const purge = await start();
    await purge.putOriginal(key, a);
    purge.calls.length = 0;
    await finish(purge);
    expect(purge.calls.map(({ operation }) => operation)).toEqual(['ListObjectVersions', 'ListObjectVersions']);
    expect(purge.invalidations).toEqual([]);
  });

  it('of a copy with the same bytes and another content type deletes and invalidates nothing', async () => {
    const purge = await start();
    await purge.putOriginal(key, a);
    await purge.view('48x48', key);
    purge.events.length = 0;
    await purge.copyOntoItself(key, { owner: 'ann' });
    await finish(purge);
    expect(purge.invalidations).toEqual([]);
    expect(purge.held.size).toBe(1);
  });

  it('is not one that sets a focal point', async () => {
    const purge = await start();
    await purge.putOriginal(key, a);
    await purge.view('48x48', key);
    purge.events.length = 0;
    await purge.copyOntoItself(key, { focal: '0.1,0.9' });
    await finish(purge);
    expect(purge.invalidations).toEqual([[tag]]);
    expect(await purge.outOfDate()).toEqual([]);
  });

  it('does not hide the one before it: of two uploads of the same image only the second changed nothing', async () => {
    const purge = await viewedThen('replaced');
    await purge.putOriginal(key, b);
    await purge.deliver(purge.events.slice(1));
    await purge.deliver(purge.events.slice(0, 1));
    expect(await purge.outOfDate()).toEqual([]);
  });

  it('is none where the versions that prove it may have expired', async () => {
    const purge = await start();
    await purge.putOriginal(key, a);
    await purge.deliver(purge.events, { late: 25 * hour });
    expect(purge.invalidations).toEqual([[tag]]);
  });

  it('is none where the bucket keeps no versions', async () => {
    const purge = await start({ versioned: false });
    await purge.putOriginal(key, a);
    await purge.deliver(purge.events);
    expect(purge.invalidations).toEqual([[tag]]);
  });
});

describe('races', () => {
  it.each(['replaced', 'deleted'] as const)(
    '%s during a resize, which puts and shows the old image after the first pass',
    async (change) => {
      const purge = await start();
      await purge.putOriginal(key, a);
      purge.events.length = 0;
      const { view, go } = await slowResize(purge, key);
      await (change === 'replaced' ? purge.putOriginal(key, b) : purge.deleteOriginal(key));
      await purge.deliver(purge.events);
      go();
      await view;
      expect(await purge.outOfDate()).toHaveLength(2);
      await purge.deliver(purge.events, { pass: 'second' });
      expect(await purge.outOfDate()).toEqual([]);
      expect(purge.held.size).toBe(0);
    },
  );

  it('an edge holds the old image of a late put, which a newer one has replaced before the second pass', async () => {
    const purge = await start();
    await purge.putOriginal(key, a);
    purge.events.length = 0;
    const { view, go } = await slowResize(purge, key);
    await purge.putOriginal(key, b);
    await purge.deliver(purge.events);
    go();
    await view;
    // A viewer who had been redirected before the put.
    expect((await purge.ask('48x48', key)).status).toBe(301);
    expect(await purge.outOfDate()).toEqual([`/48x48/${key}`]);
    await purge.deliver(purge.events, { pass: 'second' });
    expect(await purge.outOfDate()).toEqual([]);
    expect(await purge.derivativeKeys()).toContain(`48x48/${key}`);
  });

  it('replaced twice at once: both events in one batch, or in two environments', async () => {
    for (const together of [true, false]) {
      const purge = await viewedThen('replaced');
      await purge.putOriginal(key, c);
      const batches = together ? [purge.events] : purge.events.map((event) => [event]);
      await Promise.all(batches.map((batch) => purge.deliver(batch, { purgeIn: purge.newEnvironment() })));
      expect(await purge.outOfDate()).toEqual([]);
      await purge.view('48x48', key);
      expect(await purge.outOfDate()).toEqual([]);
    }
  });

  it('events twice, late and out of order never remove the newest image from S3', async () => {
    const purge = await viewedThen('replaced');
    await purge.putOriginal(key, c);
    const [first, second] = purge.events;
    if (!first || !second) throw new Error('expected two events');
    await purge.deliver([second]);
    await purge.view('48x48', key);
    for (const event of [first, second, first]) await purge.deliver([event], { pass: 'second' });
    await purge.deliver([first], { late: 3 * hour });
    await purge.deliver([second], { receives: 2 });
    expect(await purge.derivativeKeys()).toContain(`48x48/${key}`);
    expect(await purge.outOfDate()).toEqual([]);
  });

  it('the message of one of the two passes is lost', async () => {
    const lost = await viewedThen('replaced');
    await lost.deliver(lost.events, { pass: 'second' });
    expect(lost.invalidations).toEqual([[tag]]);
    expect(await lost.outOfDate()).toEqual([]);
  });

  it('the second pass invalidates nothing where the first was enough', async () => {
    const purge = await viewedThen('deleted');
    await finish(purge);
    expect(purge.invalidations).toEqual([[tag]]);
    expect(await purge.outOfDate()).toEqual([]);
  });

  it('replaced again and viewed while the purge looks: the newest derivative is not taken for an old one', async () => {
    const purge = await viewedThen('replaced');
    let once = true;
    purge.setBefore(async (call, bucket) => {
      if (call !== 'head' || bucket !== 'derivatives' || !once) return;
      once = false;
      await purge.putOriginal(key, c);
      await purge.ask('48x48', key);
    });
    await purge.deliver(purge.events.slice(0, 1));
    expect(await purge.derivativeKeys()).toContain(`48x48/${key}`);
    expect((await purge.outOfDate()).filter((name) => !name.startsWith('/'))).toEqual([]);
  });

  it('a newer derivative that was put after the look-up is not deleted', async () => {
    const purge = await viewedThen('replaced');
    let once = true;
    purge.setBefore(async (call, bucket) => {
      if (call !== 'delete' || bucket !== 'derivatives' || !once) return;
      once = false;
      for (const preset of ['48x48', '40x']) await purge.ask(preset, key);
    });
    expect(await purge.deliver(purge.events)).toEqual([]);
    expect(await purge.derivativeKeys()).toContain(`48x48/${key}`);
    expect(await purge.outOfDate()).toEqual([]);
  });
});

describe('failures', () => {
  it.each(['first', 'second'] as const)(
    'in the %s pass between the deletes and the invalidation: the message comes again, and then invalidates',
    async (pass) => {
      const purge = await viewedThen('replaced');
      await purge.setBusy(true);
      expect(await purge.deliver(purge.events, { pass })).toEqual([0]);
      expect(await purge.derivativeKeys()).toEqual([]);
      expect(await purge.outOfDate()).toHaveLength(2);
      await purge.setBusy(false);
      expect(await purge.deliver(purge.events, { pass, receives: 2 })).toEqual([]);
      expect(await purge.outOfDate()).toEqual([]);
    },
  );

  it('of five receives: a second pass that comes back from the dead-letter queue hours later invalidates', async () => {
    const purge = await viewedThen('replaced');
    await purge.setBusy(true);
    await purge.deliver(purge.events, { pass: 'second' });
    await purge.setBusy(false);
    await purge.deliver(purge.events, { pass: 'second', late: 2 * hour });
    expect(await purge.outOfDate()).toEqual([]);
  });

  it('after the invalidation: the repeated one is the same for CloudFront, unless an old image was put meanwhile', async () => {
    const purge = await start();
    await purge.putOriginal(key, a);
    purge.events.length = 0;
    const { view, go } = await slowResize(purge, key);
    await purge.putOriginal(key, b);
    await purge.deliver(purge.events);
    await purge.deliver(purge.events, { receives: 2 });
    expect(purge.invalidations).toEqual([[tag]]);
    go();
    await view;
    await purge.deliver(purge.events, { receives: 3 });
    await purge.deliver(purge.events, { pass: 'second' });
    expect(await purge.outOfDate()).toEqual([]);
  });

  it('of one original leave the others alone', async () => {
    const purge = await viewedThen('replaced');
    await purge.putOriginal('b.jpg', a);
    await purge.view('48x48', 'b.jpg');
    await purge.putOriginal('b.jpg', b);
    purge.setBefore((call, bucket, name) => {
      if (call === 'delete' && bucket === 'derivatives' && name.endsWith('b.jpg')) throw accessDenied();
    });
    const [ofAnn, , ofBob] = purge.events;
    if (!ofAnn || !ofBob) throw new Error('expected three events');
    expect(await purge.deliver(['{"no":"event"}', ofAnn, ofBob])).toEqual([0, 2]);
    expect(purge.invalidations).toEqual([[tag]]);
    purge.setBefore(() => undefined);
    expect(await purge.deliver([ofBob], { receives: 2 })).toEqual([]);
    expect(await purge.outOfDate()).toEqual([]);
  });

  it('the limit of the day holds invalidations back in every environment, and never a delete', async () => {
    const purge = await viewedThen('replaced', { invalidationsPerDay: 1 });
    for (const other of ['b.jpg', 'c.jpg']) {
      await purge.putOriginal(other, a);
      await purge.view('48x48', other);
      await purge.putOriginal(other, b);
    }
    for (const event of purge.events) {
      expect(await purge.deliver([event], { purgeIn: purge.newEnvironment() })).toEqual([]);
    }
    expect(purge.invalidations).toEqual([[tag]]);
    expect((await purge.derivativeKeys()).filter((name) => !name.startsWith('_purge/'))).toEqual([]);
    expect([...purge.held.keys()]).toEqual(['/48x48/b.jpg', '/48x48/c.jpg']);
  });

  it('ten environments that count at once lose nothing', async () => {
    const purge = await start({ versioned: false });
    const keys = [...Array(10)].map((_, i) => `${i}.jpg`);
    for (const one of keys) await purge.putOriginal(one, a);
    await Promise.all(purge.events.map((event) => purge.deliver([event], { purgeIn: purge.newEnvironment() })));
    const [counter = ''] = await purge.derivativeKeys();
    expect((await purge.storedDerivative(counter))?.bytes.toString()).toBe('10');
  });
});

it('without tags, the paths of all presets are invalidated', async () => {
  const purge = await viewedThen('replaced', { purge: { invalidateBy: 'paths' } });
  await purge.deliver(purge.events);
  expect(purge.invalidations).toEqual([[`/48x48/${key}`, `/48x48.webp/${key}`, `/40x/${key}`]]);
  expect(await purge.outOfDate()).toEqual([]);
});
