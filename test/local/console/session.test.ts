import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Message, Setup, State, View } from '../../../local/console/contract.ts';
import { recipeCards } from '../../../local/console/scenarios.ts';
import { type ConsoleUnderTest, images, photo, startConsoleUnderTest } from './real-chain.ts';

let under: ConsoleUnderTest;
beforeAll(async () => {
  under = await startConsoleUnderTest();
});
afterAll(() => under.stop());
afterEach(() => under.done('undo'));

const statuses = ({ hops }: View) => hops.map(({ status }) => status);
const places = ({ hops }: View) => hops.map(({ place, from }) => `${from === 'browser' ? 'kept ' : ''}${place}`);
const it = { preset: '200x200', image: 'profile/ann.jpg' };
const view = (fields: object = {}) => under.seen('view', fields);
const cold = () => view({ as: 'cold' });
const set = (setup: object) => under.done('setup', setup);
const changes = async () => ((await under.ask('GET', 'state')).body as State).changes.map(({ title }) => title);

describe('a view', () => {
  test('that is cold goes 307, 301, 200, and says what happened behind each endpoint', async () => {
    const seen = await cold();
    expect(seen.kind).toBe('cold');
    expect(statuses(seen)).toEqual([307, 301, 200]);
    expect(places(seen)).toEqual(['edge', 'api', 'edge']);
    const [away, back, image] = seen.hops.map(({ steps }) =>
      steps.map((step) => ('operation' in step ? `${step.part} ${step.operation} ${step.status}` : step.part)),
    );
    expect(away).toEqual(['website']);
    expect(back?.sort()).toEqual([
      'derivatives HeadObject 404',
      'derivatives PutObject 200',
      'lambda',
      'originals GetObject 200',
    ]);
    expect(image).toEqual(['website']);
    expect(seen.original).toMatchObject({ format: 'jpeg', width: 600, height: 450 });
    expect(seen.derivative).toMatchObject({ format: 'jpeg', width: 200, height: 200, bytes: seen.hops.at(-1)?.bytes });
    expect(seen.mechanism).toBeUndefined();
  });

  test('that is warm is one hit, and its bytes are to be had', async () => {
    const seen = await view({ as: 'warm' });
    expect(seen).toMatchObject({
      kind: 'warm',
      hops: [{ status: 200, headers: { 'x-cache': 'Hit from cloudfront' } }],
    });
    const image = await fetch(`${under.console.address}api/derivative?view=${seen.id}`);
    expect(image.headers.get('content-type')).toBe('image/jpeg');
    expect((await image.arrayBuffer()).byteLength).toBe(seen.derivative?.bytes);
  });

  test('of a key full of traps finds exactly that key', async () => {
    expect(await view({ image: 'ann & bob+1.jpg', as: 'cold' })).toMatchObject({
      kind: 'cold',
      derivative: { width: 200 },
    });
  });

  test.each([
    ['an unlisted size', { preset: '999x999' }, [404], 'S3 says NoSuchKey', /not|No routing rule/],
    ['no original', { image: 'nobody.jpg' }, [307, 404], 'There is no original "nobody.jpg".', /Upload/],
    ['a broken original', { image: 'broken.jpg' }, [307, 422], 'The original is broken', /damaged/],
  ])('of %s is refused with its message and what to do', async (_, fields, expected, message, todo) => {
    const seen = await view(fields);
    expect(seen.kind).toBe('refused');
    expect(statuses(seen)).toEqual(expected);
    expect(seen.advice?.message).toContain(message);
    expect(seen.advice?.todo).toMatch(todo);
  });
});

describe('a recipe', () => {
  test.each(recipeCards.map(({ name, mechanism }) => [name, mechanism]))('%s shows %s', async (name, mechanism) => {
    const seen = await under.seen('recipe', { name });
    if (mechanism === 'E1') {
      expect(seen).toMatchObject({ kind: 'refused', hops: [{ status: 403 }] });
      expect(seen.advice?.todo).toContain('secret');
      return;
    }
    expect(seen.mechanism?.id).toBe(mechanism);
    expect(seen.kind).toBe(name === 'the-same-with-this-lambda' ? 'shortcut' : 'loop');
    if (seen.kind === 'loop') expect(seen.hops).toHaveLength(21);
    expect(await changes()).not.toEqual([]);
  });

  test('leaves the chain healthy once it is undone', async () => {
    for (const { name } of recipeCards) await under.seen('recipe', { name });
    await under.done('undo');
    expect(await changes()).toEqual([]);
    expect((await cold()).kind).toBe('cold');
    expect((await view()).kind).toBe('warm');
  });

  test('with this project’s Lambda ends where the article’s Lambda goes round', async () => {
    await under.seen('recipe', { name: 'redirect-cached-for-a-day' });
    await set({ lambda: 'own' });
    expect(await view()).toMatchObject({ kind: 'shortcut', mechanism: { id: 'L1' } });
  });
});

describe('a action', () => {
  test('forgetting the edge cache makes the next view ask S3, and its undo brings the cache back', async () => {
    await view({ as: 'warm' });
    const { state } = await under.done('forget-edge');
    expect((await view()).kind).toBe('refetched');
    const [change] = state.changes;
    await under.done('forget-edge');
    await under.done('undo', { id: change?.id });
    expect((await view()).kind).toBe('warm');
  });

  test('deleting the derivative makes it be made again, and its undo puts it back with its headers', async () => {
    const { derivative, hops } = await cold();
    await under.done('delete-derivative', it);
    under.chain.edge.clear();
    await under.done('undo');
    const seen = await view();
    expect(seen).toMatchObject({ kind: 'refetched', derivative });
    expect(seen.hops[0]?.headers['cache-control']).toBe(hops.at(-1)?.headers['cache-control']);

    await under.done('delete-derivative', it);
    under.chain.edge.clear();
    expect((await view()).kind).toBe('cold');
  });

  test('replacing the original leaves the old derivative to be seen, and says so', async () => {
    await cold();
    await under.done('replace-original', it);
    expect(await view()).toMatchObject({ kind: 'warm', mechanism: { id: 'W3' } });
    const fresh = await cold();
    expect(fresh.kind).toBe('cold');
    expect(fresh.mechanism).toBeUndefined();
    await under.done('undo');
    // The file in the folder shows again.
    expect((await under.originals()).map(({ key }) => key)).toEqual(expect.arrayContaining([...images]));
    expect((await cold()).derivative).not.toEqual(fresh.derivative);
  });

  test('letting days pass makes the edge ask again and derivatives expire, and its undo goes back to today', async () => {
    await view({ as: 'warm' });
    await set({ daysAhead: 15 });
    const [hop] = (await view()).hops;
    expect(hop?.headers['x-cache']).toBe('RefreshHit from cloudfront');
    await set({ daysAhead: 120 });
    expect((await view()).kind).toBe('cold');
    await under.done('undo', { id: 'daysAhead' });
    expect(Math.abs(under.chain.clock.now() - Date.now())).toBeLessThan(60_000);
    expect((await view()).kind).toBe('warm');
  });

  test('letting so many days pass that S3 removes objects says that no undo brings them back', async () => {
    await cold();
    await set({ daysAhead: 14 });
    expect(await changes()).toEqual(['14 days have passed']);
    await set({ daysAhead: 120 });
    expect(await changes()).toEqual([
      expect.stringMatching(/^120 days have passed, \d+ objects? of S3 expired for good$/),
    ]);
    await set({ daysAhead: 60 });
    expect(await changes()).toEqual([expect.stringMatching(/^60 days have passed, \d+ objects? of S3 expired/)]);
    await under.done('undo');
    under.chain.edge.clear();
    expect((await view()).kind).toBe('cold');
    await set({ daysAhead: 14 });
    expect(await changes()).toEqual(['14 days have passed']);
  });

  test.each<[Partial<Setup>, string, number[], RegExp]>([
    [{ s3: 'cut' }, '48x48', [307, 503], /did not succeed/],
    [{ s3: 'slow-down' }, '100x100', [307, 503], /did not succeed/],
    [{ s3: 'no-put' }, '400x400', [307, 500], /may not do its work/],
    [{ lambda: 'exits' }, '48x48.webp', [307, 500], /Internal Server Error/],
    [{ lambda: 'throttled' }, '100x100.webp', [307, 503], /Service Unavailable/],
    [{ template: 'wrong-secret' }, '400x400.webp', [403], /AccessDenied/],
  ])('setting %j breaks a first view (%s), and its undo mends it', async (setup, preset, expected, message) => {
    await set(setup);
    const seen = await view({ preset });
    expect(statuses(seen)).toEqual(expected);
    expect(seen.advice?.message).toMatch(message);
    await under.done('undo', { id: Object.keys(setup)[0] });
    under.chain.edge.clear();
    expect((await view({ preset })).kind).toBe('cold');
  });

  test('a switch changes the chain, and the change says what was chosen', async () => {
    await set({ switches: { locationEncoding: 'twice' } });
    expect(await changes()).toEqual(['How S3 writes the key into Location: encoded twice (a%2520b)']);
    const seen = await view({ preset: '48x48', image: 'ann & bob+1.jpg' });
    expect(seen.hops[0]?.headers.location).toContain('ann%2520%2526%2520bob%252B1.jpg');
    expect(seen.advice?.todo).toContain('LOCATION_ENCODING');
  });

  test.each([
    ['delete-derivative', { preset: '48x48', image: 'nobody.jpg' }, /no derivative 48x48\/nobody.jpg/],
    ['replace-original', { image: 'nobody.jpg' }, /no original nobody.jpg/],
    ['replace-original', { image: 'broken.jpg' }, /broken.jpg cannot be changed/],
    ['undo', { id: 'action-999' }, /no change "action-999"/],
    ['undo', { id: 'constructor' }, /no change "constructor"/],
    ['recipe', { ...it, name: 'toString' }, /no recipe "toString"/],
    ['view', { preset: '200x200' }, /image is undefined: expected text/],
    ['view', { ...it, as: 'hot' }, /expected it-is, cold or warm/],
    ['setup', { s3: 'gone' }, /s3 is "gone"/],
    ['dance', {}, /no POST dance/],
  ])('that cannot be done (%s %j) is answered with why', async (name, fields, message) => {
    const { status, body } = await under.ask('POST', name, fields);
    expect(status).toBe(409);
    expect(body).toMatchObject({ message: expect.stringMatching(message) });
  });
});

describe('an upload', () => {
  const put = async (key: string, body: Buffer | string) =>
    fetch(`${under.console.address}api/originals?key=${encodeURIComponent(key)}`, {
      method: 'PUT',
      body: new Uint8Array(Buffer.from(body)),
    });

  test('is an original that can be viewed, and its undo takes it away', async () => {
    await put('uploads/new & fine.jpg', await photo(500, 500).jpeg().toBuffer());
    expect((await under.originals()).map(({ key }) => key)).toContain('uploads/new & fine.jpg');
    expect((await view({ image: 'uploads/new & fine.jpg' })).kind).toBe('cold');
    await under.done('undo');
    expect((await under.originals()).map(({ key }) => key)).not.toContain('uploads/new & fine.jpg');
  });

  test('of text is refused by the chain, not by the console', async () => {
    await put('uploads/note.jpg', 'not an image');
    expect(await view({ image: 'uploads/note.jpg' })).toMatchObject({
      kind: 'refused',
      advice: { todo: expect.stringContaining('JPEG') },
    });
  });

  test('over the limit is refused before it is read', async () => {
    const response = await fetch(`${under.console.address}api/originals?key=big.jpg`, {
      method: 'PUT',
      body: new Uint8Array(64_000_001),
    }).catch(() => undefined);
    // A client may learn of it by a closed connection.
    expect([413, undefined]).toContain(response?.status);
    expect((await under.originals()).map(({ key }) => key)).not.toContain('big.jpg');
  });
});

describe('what the page hears', () => {
  test('are the state, the numbers and the log lines, as they come', async () => {
    const ending = new AbortController();
    const response = await fetch(`${under.console.address}api/events`, { signal: ending.signal });
    const heard: Message[] = [];
    const listening = (async () => {
      let text = '';
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString();
        const messages = text.split('\n\n');
        text = messages.pop() ?? '';
        heard.push(
          ...messages.filter((one) => one.startsWith('data: ')).map((one) => JSON.parse(one.slice(6)) as Message),
        );
      }
    })().catch(() => {});
    await cold();
    await expect
      .poll(() => heard.flatMap((one) => (one.kind === 'log' ? one.lines : [])).map(({ kind }) => kind), {
        timeout: 20_000,
      })
      .toEqual(expect.arrayContaining(['metrics', 'service', 'report', 'access', 'edge']));
    expect(heard[0]?.kind).toBe('state');
    const numbers = heard.findLast((one) => one.kind === 'numbers')?.numbers;
    expect(numbers?.resizes).toBeGreaterThan(0);
    expect(numbers?.views).toBeGreaterThan(1);
    ending.abort();
    await listening;
  });
});

describe('the edge', () => {
  test('leads from /_console to the page and keeps everything else as it is', async () => {
    const response = await fetch(`${under.chain.edge.address}/_console?image=a`, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(`${under.console.address}?image=a`);
    expect((await fetch(`${under.chain.edge.address}/_console/api/state`)).status).toBe(404);
  });
});
