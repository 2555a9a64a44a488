import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Images, Message, Setup, State, View } from '../../../local/console/contract.ts';
import { linksOf } from '../../../local/console/page/chain-captions.ts';
import { scenarioCards } from '../../../local/console/scenarios.ts';
import { type ConsoleUnderTest, images, photo, startConsoleUnderTest } from './real-chain.ts';

let under: ConsoleUnderTest;
beforeAll(async () => {
  under = await startConsoleUnderTest();
});
afterAll(() => under.stop());
afterEach(() => under.done('reset'));

const statuses = ({ hops }: View) => hops.map(({ status }) => status);
const endpoints = ({ hops }: View) => hops.map(({ endpoint }) => endpoint);
const it = { preset: '200x200', image: 'profile/ann.jpg' };
const view = (fields: object = {}) => under.seen('view', fields);
const cold = () => view({ as: 'cold' });
const set = (setup: object) => under.done('setup', setup);
const state = async () => (await under.ask('GET', 'state')).body as State;
const changes = async () => (await state()).changes.map(({ id }) => id);

describe.each([
  ['image-host', 'edge'],
  ['own-host', 'viewer'],
] as const)('the diagram of a chain with its API on the %s', (apiOn, from) => {
  test(`leads to the API from the ${from} before any view`, async () => {
    const chosen = await startConsoleUnderTest({ apiOn });
    try {
      const { body } = await chosen.ask('GET', 'state');
      expect(linksOf((body as State).apiOn).filter(([, to]) => to === 'api')).toEqual([[from, 'api']]);
    } finally {
      await chosen.stop();
    }
  });
});

describe('a view', () => {
  test('that is cold is 307, 301, 200, with the steps behind each endpoint', async () => {
    const seen = await cold();
    expect(seen.kind).toBe('cold');
    expect(statuses(seen)).toEqual([307, 301, 200]);
    expect(endpoints(seen)).toEqual(['edge', 'api', 'edge']);
    const [away, back, image] = seen.hops.map(({ steps }) =>
      steps.map((step) => ('operation' in step ? `${step.part} ${step.operation} ${step.status}` : step.part)),
    );
    // The edge's function has asked for the format that the page's Accept names.
    expect(away).toEqual(['website', 'edge-function']);
    expect(seen.hops[0]?.steps).toContainEqual({ part: 'edge-function', uri: '/200x200.auto/profile/ann.jpg' });
    expect(back?.sort()).toEqual([
      'derivatives HeadObject 404',
      'derivatives PutObject 200',
      'lambda',
      'originals GetObject 200',
    ]);
    expect(image).toEqual(['website']);
    expect(seen.original).toMatchObject({ format: 'jpeg', width: 600, height: 450 });
    expect(seen.derivative).toMatchObject({ format: 'avif', width: 200, height: 200, bytes: seen.hops.at(-1)?.bytes });
    expect(seen.cause).toBeUndefined();
  });

  test('that is warm is one hit, and its bytes can be fetched', async () => {
    const seen = await view({ as: 'warm' });
    expect(seen).toMatchObject({
      kind: 'warm',
      hops: [{ status: 200, headers: { 'x-cache': 'Hit from cloudfront' } }],
    });
    const image = await fetch(`${under.console.address}api/derivative?view=${seen.id}`);
    expect(image.headers.get('content-type')).toBe('image/avif');
    expect((await image.arrayBuffer()).byteLength).toBe(seen.derivative?.bytes);
  });

  test('of a key with special characters finds exactly that key', async () => {
    expect(await view({ image: 'ann & bob+1.jpg', as: 'cold' })).toMatchObject({
      kind: 'cold',
      derivative: { width: 200 },
    });
  });

  test.each([
    ['an unlisted preset', { preset: '999x999' }, [404], 'NoSuchKey'],
    ['no original', { image: 'nobody.jpg' }, [307, 404], 'nobody.jpg'],
    ['a broken original', { image: 'broken.jpg' }, [307, 422], 'damaged'],
  ])('of %s is refused with its message and a hint', async (_, fields, expected, message) => {
    const seen = await view(fields);
    expect(seen.kind).toBe('refused');
    expect(statuses(seen)).toEqual(expected);
    expect(seen.error?.message).toContain(message);
    expect(seen.error?.hint).toBeDefined();
  });
});

describe('a scenario', () => {
  test.each(scenarioCards.map(({ name, code }) => [name, code] as const))('%s shows %s', async (name, code) => {
    const seen = await under.seen('scenario', { name });
    expect(seen.scenario).toBe(name);
    if (code === 'E1') {
      expect(seen).toMatchObject({ kind: 'refused', hops: [{ status: 403 }] });
      return;
    }
    expect(seen.cause?.code).toBe(code);
    expect(seen.kind).toBe(name === 'cached-redirect-with-this-lambda' ? 'shortcut' : 'loop');
    if (seen.kind === 'loop') expect(seen.hops).toHaveLength(21);
    expect(await changes()).not.toEqual([]);
  });

  test('leaves the chain healthy once it is reset', async () => {
    for (const name of ['rules-on-403', 'not-stored', 'cached-301']) await under.seen('scenario', { name });
    await under.done('reset');
    expect(await changes()).toEqual([]);
    expect((await cold()).kind).toBe('cold');
    expect((await view()).kind).toBe('warm');
  });

  test('ends as a shortcut with the Lambda of this project', async () => {
    await under.seen('scenario', { name: 'cached-redirect' });
    await set({ lambda: 'none' });
    expect(await view()).toMatchObject({ kind: 'shortcut', cause: { code: 'L1' } });
  });
});

describe('an action', () => {
  test('clears the edge cache, so that the next view asks S3', async () => {
    await view({ as: 'warm' });
    expect((await under.done('clear-edge-cache')).done).toBeDefined();
    expect((await view()).kind).toBe('refetched');
  });

  test('deletes the derivative, so that it is made again', async () => {
    await cold();
    await under.done('delete-derivative', it);
    await under.done('clear-edge-cache');
    expect((await view()).kind).toBe('cold');
  });

  test('replaces the original, which leaves the old derivative; a reset puts the original back', async () => {
    const { derivative } = await cold();
    await under.done('replace-original', it);
    await under.done('replace-original', it);
    expect(await view()).toMatchObject({ kind: 'warm', cause: { code: 'W3' } });
    const fresh = await cold();
    expect(fresh.kind).toBe('cold');
    expect(fresh.cause).toBeUndefined();
    expect(fresh.derivative).not.toEqual(derivative);
    expect(await changes()).toEqual(['original']);
    await under.done('reset');
    // The file of the folder shows again.
    expect((await under.originals()).map(({ key }) => key)).toEqual(expect.arrayContaining([...images]));
    expect((await cold()).derivative).toEqual(derivative);
  });

  test('lets days pass, so that the edge revalidates and derivatives expire; a reset returns to today', async () => {
    await view({ as: 'warm' });
    await set({ daysAhead: 15 });
    const [hop] = (await view()).hops;
    expect(hop?.headers['x-cache']).toBe('RefreshHit from cloudfront');
    await set({ daysAhead: 120 });
    expect((await view()).kind).toBe('cold');
    await under.done('reset');
    expect(Math.abs(under.chain.clock.now() - Date.now())).toBeLessThan(60_000);
    expect((await cold()).kind).toBe('cold');
  });

  test.each<[Partial<Setup>, string, number[], RegExp]>([
    [{ s3: 'cut' }, '48x48', [307, 503], /store failed/],
    [{ s3: 'slow-down' }, '100x100', [307, 503], /store failed/],
    [{ s3: 'put-denied' }, '400x400', [307, 500], /store refused access/],
    [{ lambda: 'crashes' }, '48x48.webp', [307, 500], /Internal Server Error/],
    [{ lambda: 'throttled' }, '100x100.webp', [307, 503], /Service Unavailable/],
    [{ template: 'wrong-secret' }, '400x400.webp', [403], /AccessDenied/],
  ])('sets %j, which breaks a first view (%s) until the reset', async (setup, preset, expected, message) => {
    const { done, state } = await under.done('setup', setup);
    expect(state.changes.map(({ id }) => id)).toEqual(Object.keys(setup));
    for (const { title } of state.changes) expect(done).toContain(title);
    const seen = await view({ preset });
    expect(statuses(seen)).toEqual(expected);
    expect(seen.error?.message).toMatch(message);
    await under.done('reset');
    await under.done('clear-edge-cache');
    expect((await view({ preset })).kind).toBe('cold');
  });

  test('sets a switch, which changes the chain', async () => {
    await set({ lambda: 'throttled', switches: { lambdaThrottled: '500' } });
    expect((await changes()).sort()).toEqual(['lambda', 'lambdaThrottled']);
    expect(statuses(await view({ preset: '48x48', image: 'ann & bob+1.jpg' }))).toEqual([307, 500]);
  });

  test.each([
    ['delete-derivative', { preset: '48x48', image: 'nobody.jpg' }],
    ['replace-original', { image: 'nobody.jpg' }],
    ['replace-original', { image: 'broken.jpg' }],
    ['scenario', { ...it, name: 'toString' }],
    ['view', { preset: '200x200' }],
    ['view', { ...it, as: 'hot' }],
    ['setup', { s3: 'gone' }],
    ['dance', {}],
  ])('that cannot be done (%s %j) is answered with 409 and why', async (name, fields) => {
    const { status, body } = await under.ask('POST', name, fields);
    expect([status, body]).toEqual([409, expect.objectContaining({ message: expect.any(String) })]);
  });
});

describe('originals', () => {
  const put = (key: string, body: Buffer) =>
    fetch(`${under.console.address}api/originals?key=${key}`, { method: 'PUT', body: new Uint8Array(body) });

  test('that a browser cannot show are not called missing', async () => {
    await put('uploads/text.jpg', Buffer.from('not an image'));
    expect((await view({ image: 'uploads/text.jpg' })).original).toBe('undrawable');
    expect((await view({ image: 'uploads/none.jpg' })).original).toBe('missing');
  });

  test('begin with one that can be decoded and has a plain key', async () => {
    expect((await under.ask('GET', 'images')).body as Images).toMatchObject({ first: 'profile/ann.jpg' });
  });
});

describe('an upload', () => {
  const put = async (key: string, body: Buffer | string) =>
    fetch(`${under.console.address}api/originals?key=${encodeURIComponent(key)}`, {
      method: 'PUT',
      body: new Uint8Array(Buffer.from(body)),
    });

  test('is an original that can be viewed, and a reset removes it', async () => {
    await put('uploads/new & fine.jpg', await photo(500, 500).jpeg().toBuffer());
    expect((await under.originals()).map(({ key }) => key)).toContain('uploads/new & fine.jpg');
    expect((await view({ image: 'uploads/new & fine.jpg' })).kind).toBe('cold');
    await under.done('reset');
    expect((await under.originals()).map(({ key }) => key)).not.toContain('uploads/new & fine.jpg');
  });

  test('over the limit is refused before it is read', async () => {
    const response = await fetch(`${under.console.address}api/originals?key=big.jpg`, {
      method: 'PUT',
      body: new Uint8Array(64_000_001),
    }).catch(() => undefined);
    // A client may see a closed connection only.
    expect([413, undefined]).toContain(response?.status);
    expect((await under.originals()).map(({ key }) => key)).not.toContain('big.jpg');
  });
});

describe('the events', () => {
  test('are the state, the numbers and the log lines', async () => {
    const ending = new AbortController();
    const response = await fetch(`${under.console.address}api/events`, { signal: ending.signal });
    const received: Message[] = [];
    const listening = (async () => {
      let text = '';
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString();
        const messages = text.split('\n\n');
        text = messages.pop() ?? '';
        received.push(
          ...messages.filter((one) => one.startsWith('data: ')).map((one) => JSON.parse(one.slice(6)) as Message),
        );
      }
    })().catch(() => {});
    await cold();
    await expect
      .poll(() => received.flatMap((one) => (one.kind === 'log' ? one.lines : [])).map(({ kind }) => kind), {
        timeout: 20_000,
      })
      .toEqual(expect.arrayContaining(['metrics', 'service', 'report', 'access', 'edge']));
    expect(received[0]?.kind).toBe('state');
    const numbers = received.findLast((one) => one.kind === 'numbers')?.numbers;
    expect(numbers?.resizes).toBeGreaterThan(0);
    expect(numbers?.requests).toBeGreaterThan(1);
    ending.abort();
    await listening;
  });
});

describe('the edge', () => {
  test('redirects /_console to the page, and nothing else', async () => {
    const response = await fetch(`${under.chain.edge.address}/_console?image=a`, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(`${under.console.address}?image=a`);
    expect((await fetch(`${under.chain.edge.address}/_console/api/state`)).status).toBe(404);
  });
});
