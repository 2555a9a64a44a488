import { describe, expect, it } from 'vitest';
import { allViewer, anEdge, type Scripted } from './an-edge.ts';

/** An origin that answers nobody until it is told to. */
function slowOrigin(answer: (count: number) => Scripted) {
  let release = () => {};
  const open = new Promise<void>((resolve) => {
    release = resolve;
  });
  const origin = async (_: unknown, count: number) => {
    await open;
    return answer(count);
  };
  return { origin, release };
}

async function askAtOnce(
  setting: Parameters<typeof anEdge>[0],
  answer: (count: number) => Scripted,
  methods = ['GET', 'GET', 'GET'],
) {
  const { origin, release } = slowOrigin(answer);
  const edge = anEdge({ ...setting, origin });
  const waiting = methods.map((method) => edge.ask('/a', { method }));
  await new Promise(setImmediate);
  release();
  return { edge, answers: await Promise.all(waiting) };
}

const all = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];
const day = { MinTTL: 0, DefaultTTL: 86_400, MaxTTL: 86_400 };

describe('requests for the same object at the same time', () => {
  it('one fetch serves all: the first is a Miss, those who waited have a Hit', async () => {
    const { edge, answers } = await askAtOnce({ cachePolicy: day }, () => ({ body: 'once' }));
    expect(edge.asked).toHaveLength(1);
    expect(answers.map(({ text }) => text)).toEqual(['once', 'once', 'once']);
    expect(answers.map(({ xCache }) => xCache)).toEqual(['Miss', 'Hit', 'Hit']);
    expect(new Set(answers.map(({ headers }) => headers['x-amz-cf-id'])).size).toBe(3);
  });

  it('a bare 307 with DefaultTTL 0 is not kept, but shared by those who wait', async () => {
    const { edge, answers } = await askAtOnce({}, () => ({
      status: 307,
      headers: { location: 'https://api.example/' },
    }));
    expect(edge.asked).toHaveLength(1);
    expect(answers.every(({ status }) => status === 307)).toBe(true);
    expect((await edge.ask('/a')).xCache).toBe('Miss');
  });

  it.each(['private', 'no-store', 'no-cache', 'max-age=0', 'max-age=60, s-maxage=0'])(
    'with MinTTL 0, %s makes everyone go for himself',
    async (control) => {
      const { edge, answers } = await askAtOnce({ cachePolicy: day }, (count) => ({
        headers: { 'cache-control': control },
        body: `${count}`,
      }));
      expect(edge.asked).toHaveLength(3);
      expect(answers.map(({ text }) => text).sort()).toEqual(['1', '2', '3']);
    },
  );

  it('with a MinTTL even a no-store is shared', async () => {
    const { edge } = await askAtOnce({ cachePolicy: { ...day, MinTTL: 1 } }, () => ({
      headers: { 'cache-control': 'no-store' },
    }));
    expect(edge.asked).toHaveLength(1);
  });

  it.each([
    ['MaxTTL 0', { cachePolicy: { MinTTL: 0, DefaultTTL: 0, MaxTTL: 0 } }],
    ['forwarded cookies', { cachePolicy: day, originRequestPolicyId: allViewer }],
  ])('%s means one fetch each', async (_, setting) => {
    expect((await askAtOnce(setting, () => ({}))).edge.asked).toHaveLength(3);
  });

  it('other keys do not wait', async () => {
    const { origin, release } = slowOrigin(() => ({}));
    const edge = anEdge({ cachePolicy: day, origin });
    const waiting = [edge.ask('/a'), edge.ask('/b')];
    await new Promise(setImmediate);
    expect(edge.asked).toHaveLength(2);
    release();
    await Promise.all(waiting);
  });

  it('a HEAD waits for a GET, a GET does not wait for a HEAD', async () => {
    const object = () => ({ headers: { 'content-length': '3' }, body: 'abc' });
    expect((await askAtOnce({ cachePolicy: day }, object, ['GET', 'HEAD'])).edge.asked).toHaveLength(1);
    const { edge, answers } = await askAtOnce({ cachePolicy: day }, object, ['HEAD', 'GET']);
    expect(edge.asked).toHaveLength(2);
    expect(answers[1]?.text).toBe('abc');
  });

  it('a viewer with conditions of his own goes for himself while there is no copy: nobody else is told "not modified"', async () => {
    const { origin, release } = slowOrigin((count) => (count === 1 ? { status: 304 } : { body: 'whole' }));
    const edge = anEdge({ cachePolicy: day, origin });
    const waiting = [edge.ask('/a', { headers: { 'if-none-match': '"1"' } }), edge.ask('/a')];
    await new Promise(setImmediate);
    release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([304, 200]);
  });

  it('an error is shared as an Error, and the next request after it asks anew once it has expired', async () => {
    const { edge, answers } = await askAtOnce({}, () => ({ status: 503 }));
    expect(answers.map(({ xCache }) => xCache)).toEqual(['Error', 'Error', 'Error']);
    expect(edge.asked).toHaveLength(1);
    edge.seconds(10);
    await edge.ask('/a');
    expect(edge.asked).toHaveLength(2);
  });

  it('an origin that fails leaves no request hanging', async () => {
    const { answers } = await askAtOnce({ originConfig: { ConnectionAttempts: 1 } }, () => new Error('refused'));
    expect(answers.map(({ status }) => status)).toEqual([502, 502, 502]);
  });
});

describe('invalidation', () => {
  const filled = async (...targets: string[]) => {
    const edge = anEdge({
      cachePolicy: {
        ...day,
        ParametersInCacheKeyAndForwardedToOrigin: {
          QueryStringsConfig: { QueryStringBehavior: 'all' },
          HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept'] },
        },
      },
    });
    for (const target of targets) for (const accept of ['a', 'b']) await edge.ask(target, { headers: { accept } });
    return edge;
  };
  const held = async (edge: ReturnType<typeof anEdge>, target: string) =>
    (await edge.ask(target, { headers: { accept: 'a' } })).xCache === 'Hit';

  it.each([
    ['/a.jpg', ['/a.jpg'], ['/A.jpg', '/a.jpg?v=1', '/b.jpg']],
    ['a.jpg', ['/a.jpg'], ['/b.jpg']],
    ['/a.jpg*', ['/a.jpg', '/a.jpg?v=1'], ['/A.jpg', '/b.jpg']],
    ['/a.jpg?v=1', ['/a.jpg?v=1'], ['/a.jpg']],
    ['/*', ['/a.jpg', '/A.jpg', '/a.jpg?v=1', '/b.jpg'], []],
    ['/*.jpg', [], ['/a.jpg', '/b.jpg']],
    ['/%C3%A4', ['/%C3%A4'], ['/a.jpg']],
  ])('%s drops %j and keeps %j', async (path, dropped, kept) => {
    const targets = ['/a.jpg', '/A.jpg', '/a.jpg?v=1', '/b.jpg', '/%C3%A4'];
    const edge = await filled(...targets);
    // Each in both its variants.
    expect(edge.cloudFront.invalidate([path])).toBe(
      targets.filter((target) => dropped.includes(target)).length * 2 + (path === '/*' ? 2 : 0),
    );
    for (const target of dropped) expect(await held(edge, target)).toBe(false);
    for (const target of kept) expect(await held(edge, target)).toBe(true);
  });

  it('a path that is not URL-encoded is refused', async () => {
    expect(() => anEdge().cloudFront.invalidate(['/ä'])).toThrow('URL-encoded');
  });

  it('clear() removes everything', async () => {
    const edge = await filled('/a.jpg');
    edge.cloudFront.clear();
    expect(await held(edge, '/a.jpg')).toBe(false);
  });

  it('an answer that was under way during an invalidation is not kept, and nobody new waits for it', async () => {
    const old = slowOrigin(() => ({ body: 'old' }));
    const edge = anEdge({
      cachePolicy: day,
      origin: (request, count) => (count === 1 ? old.origin(request, count) : { body: 'new' }),
    });
    const before = edge.ask('/a');
    await new Promise(setImmediate);
    edge.cloudFront.invalidate(['/a']);
    expect((await edge.ask('/a')).text).toBe('new');
    old.release();
    expect((await before).text).toBe('old');
    const after = await edge.ask('/a');
    expect([after.text, after.xCache]).toEqual(['new', 'Hit']);
  });
});

describe('the memory of the edge', () => {
  const body = 'x'.repeat(10_000);
  it('is bounded in bytes, and what was asked for longest ago goes first', async () => {
    const edge = anEdge({ cachePolicy: day, origin: () => ({ body }), capacityBytes: 3 * 12_500 });
    for (const path of ['/a', '/b', '/c']) await edge.ask(path);
    expect((await edge.ask('/a')).xCache).toBe('Hit');
    await edge.ask('/d');
    expect((await edge.ask('/b')).xCache).toBe('Miss');
    expect((await edge.ask('/a')).xCache).toBe('Hit');
    expect((await edge.ask('/c')).xCache).toBe('Miss');
  });

  it('does not take what is larger than itself', async () => {
    const edge = anEdge({ cachePolicy: day, origin: () => ({ body }), capacityBytes: 1_000 });
    await edge.ask('/a');
    expect((await edge.ask('/a')).xCache).toBe('Miss');
  });
});

describe('the record of a request', () => {
  it('has the result, the origin and the size of the request', async () => {
    const edge = anEdge({ cachePolicy: day, behaviour: { AllowedMethods: all } });
    await edge.ask('/a?v=1');
    await edge.ask('/a', { method: 'HEAD' });
    await edge.ask('/a', { method: 'POST', body: 'abc' });
    expect(edge.records).toMatchObject([
      { resultType: 'Miss', fromOrigin: true, receivedBytes: 0 },
      { resultType: 'Hit', fromOrigin: false, receivedBytes: 0 },
      { resultType: 'Miss', fromOrigin: true, receivedBytes: 3 },
    ]);
  });
});
