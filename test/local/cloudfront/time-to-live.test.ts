import { describe, expect, it } from 'vitest';
import { anEdge } from './an-edge.ts';

const day = 86_400;
const year = 31_536_000;
const minZero = { MinTTL: 0, DefaultTTL: day, MaxTTL: 10 * day };
const minHundred = { ...minZero, MinTTL: 100 };
const inSeconds = (seconds: number) => new Date(Date.UTC(2026, 10, 25) + seconds * 1000).toUTCString();

/** Asks once a second too early and once in time, so the number is exact. */
async function freshFor(setting: Parameters<typeof anEdge>[0]): Promise<number> {
  for (const seconds of [0, 10, 50, 60, 100, 300, 1000, day, 10 * day, year]) {
    const edge = anEdge(setting);
    await edge.ask();
    if (seconds > 0) edge.seconds(seconds - 1);
    const early = (await edge.ask()).headers.age !== undefined && edge.asked.length === 1;
    edge.seconds(seconds === 0 ? 0 : 1);
    await edge.ask();
    if ((early || seconds === 0) && edge.asked.length > 1) return seconds;
  }
  return Number.POSITIVE_INFINITY;
}

describe('how long 2xx and 3xx are kept', () => {
  it.each([
    ['max-age', { 'cache-control': 'max-age=60' }, 60, 100],
    ['max-age over MaxTTL', { 'cache-control': `max-age=${year}` }, 10 * day, 10 * day],
    ['max-age=0', { 'cache-control': 'max-age=0' }, 0, 100],
    ['s-maxage before max-age', { 'cache-control': 'max-age=60, s-maxage=300' }, 300, 300],
    ['s-maxage below max-age', { 'cache-control': 'public, s-maxage=50,max-age=1000' }, 50, 100],
    ['Expires', { expires: inSeconds(300) }, 300, 300],
    ['Expires loses to max-age', { expires: inSeconds(300), 'cache-control': 'max-age=60' }, 60, 100],
    ['Expires in the past', { expires: inSeconds(-1) }, 0, 100],
    ['Expires that is no date', { expires: '0' }, 0, 100],
    ['nothing', {}, day, day],
    ['a directive without a time', { 'cache-control': 'public' }, day, day],
    ['no-cache', { 'cache-control': 'no-cache' }, 0, 100],
    ['no-store', { 'cache-control': 'no-store' }, 0, 100],
    ['private', { 'cache-control': 'private, max-age=1000' }, 0, 100],
  ])('%s', async (_, headers, whenMinIsZero, whenMinIsHundred) => {
    const origin = () => ({ headers });
    expect(await freshFor({ origin, cachePolicy: minZero })).toBe(whenMinIsZero);
    expect(await freshFor({ origin, cachePolicy: minHundred })).toBe(whenMinIsHundred);
  });

  it.each([301, 302])('a bare %i is kept for DefaultTTL', async (status) => {
    expect(await freshFor({ origin: () => ({ status }), cachePolicy: minZero })).toBe(day);
  });

  it.each([
    [307, 'documented', 0],
    [308, 'documented', 0],
    [307, 'legacy', day],
    [308, 'legacy', day],
  ] as const)(
    'a %i without Cache-Control, redirectCaching %s: kept for %i seconds',
    async (status, redirectCaching, seconds) => {
      const origin = () => ({ status, headers: { location: 'https://elsewhere.example/' } });
      expect(await freshFor({ origin, redirectCaching, cachePolicy: minZero })).toBe(seconds);
    },
  );

  it('a 307 with Cache-Control is kept like everything else', async () => {
    const origin = () => ({ status: 307, headers: { 'cache-control': 'max-age=60' } });
    expect(await freshFor({ origin, cachePolicy: minZero })).toBe(60);
  });

  it('with DefaultTTL 0 a bare 307 is never kept', async () => {
    const origin = () => ({ status: 307 });
    for (const redirectCaching of ['documented', 'legacy'] as const) {
      expect(await freshFor({ origin, redirectCaching })).toBe(0);
    }
  });

  it('a MinTTL of a second keeps even a bare redirect and a no-store for that long', async () => {
    const origin = () => ({ status: 307 });
    const edge = anEdge({ origin, redirectCaching: 'legacy', cachePolicy: { ...minZero, MinTTL: 1, DefaultTTL: 1 } });
    expect([(await edge.ask()).xCache, (await edge.ask()).xCache]).toEqual(['Miss', 'Hit']);
  });

  it('DefaultTTL that is left out is a day, MaxTTL a year', async () => {
    expect(await freshFor({ cachePolicy: {} })).toBe(day);
    const long = () => ({ headers: { 'cache-control': `max-age=${9 * year}` } });
    expect(await freshFor({ origin: long, cachePolicy: {} })).toBe(year);
  });

  it('MaxTTL 0 keeps nothing, and MinTTL keeps a no-store', async () => {
    const disabled = { MinTTL: 0, DefaultTTL: 0, MaxTTL: 0 };
    const long = () => ({ headers: { 'cache-control': 'max-age=1000' } });
    expect(await freshFor({ origin: long, cachePolicy: disabled })).toBe(0);
    expect(await freshFor({ origin: () => ({ status: 404 }), cachePolicy: disabled })).toBe(0);
    const noStore = () => ({ headers: { 'cache-control': 'no-store' } });
    expect(await freshFor({ origin: noStore, cachePolicy: { ...minZero, MinTTL: 10 } })).toBe(10);
  });

  it.each(['stale-while-revalidate=30', 'stale-if-error=30'])('%s is refused', async (directive) => {
    const headers = { 'cache-control': `max-age=60, ${directive}` };
    await expect(anEdge({ origin: () => ({ headers }) }).ask()).rejects.toThrow('is not emulated');
  });

  it("the viewer's Cache-Control and Pragma are ignored", async () => {
    const edge = anEdge({ cachePolicy: minZero });
    await edge.ask();
    const headers = { 'cache-control': 'no-cache', pragma: 'no-cache' };
    expect((await edge.ask('/a.jpg', { headers })).xCache).toBe('Hit');
  });
});

describe('what becomes of an expired copy', () => {
  const tagged = { etag: '"1"', 'last-modified': inSeconds(-1000), 'cache-control': 'max-age=60' };

  it('it is asked about with If-None-Match and If-Modified-Since, and a 304 renews it', async () => {
    const edge = anEdge({
      origin: ({ headers }) =>
        headers['if-none-match'] === '"1"'
          ? { status: 304, headers: { etag: '"1"' } }
          : { headers: tagged, body: 'one' },
    });
    await edge.ask();
    edge.seconds(61);
    const again = await edge.ask();
    expect([again.status, again.text, again.xCache]).toEqual([200, 'one', 'RefreshHit']);
    expect(edge.asked[1]?.headers).toMatchObject({
      'if-none-match': '"1"',
      'if-modified-since': tagged['last-modified'],
    });
    edge.seconds(59);
    expect((await edge.ask()).xCache).toBe('Hit');
    expect(edge.asked).toHaveLength(2);
  });

  it('another version takes its place', async () => {
    const edge = anEdge({
      origin: (_, count) => ({ headers: { ...tagged, etag: `"${count}"` }, body: `version ${count}` }),
    });
    await edge.ask();
    edge.seconds(61);
    const again = await edge.ask();
    expect([again.text, again.xCache]).toEqual(['version 2', 'Miss']);
  });

  it('a copy with TTL 0 is asked about at every request', async () => {
    const edge = anEdge({
      origin: ({ headers }) => (headers['if-none-match'] ? { status: 304 } : { headers: { etag: '"1"' }, body: 'one' }),
    });
    expect([(await edge.ask()).xCache, (await edge.ask()).xCache, (await edge.ask()).xCache]).toEqual([
      'Miss',
      'RefreshHit',
      'RefreshHit',
    ]);
  });

  it("the edge asks about its copy, not about the viewer's", async () => {
    const edge = anEdge({
      origin: ({ headers }) => (headers['if-none-match'] ? { status: 304 } : { headers: tagged, body: 'one' }),
    });
    await edge.ask();
    edge.seconds(61);
    const headers = { 'if-none-match': '"9"', 'if-unmodified-since': inSeconds(-9) };
    expect((await edge.ask('/a.jpg', { headers })).text).toBe('one');
    expect(edge.asked[1]?.headers['if-none-match']).toBe('"1"');
    expect(edge.asked[1]?.headers).not.toHaveProperty('if-unmodified-since');
  });

  it('a redirect with TTL 0 leaves no copy that could stand in for an error', async () => {
    const edge = anEdge({ origin: (_, count) => ({ status: count === 1 ? 307 : 503 }), redirectCaching: 'legacy' });
    await edge.ask();
    expect((await edge.ask()).status).toBe(503);
  });

  it('an old copy that a redirect has replaced does not stand in for a later error', async () => {
    const answers = [{ headers: { 'cache-control': 'max-age=60' }, body: 'old' }, { status: 307 }, { status: 503 }];
    const edge = anEdge({ origin: (_, count) => answers[count - 1] ?? {} });
    await edge.ask();
    edge.seconds(61);
    expect([(await edge.ask()).status, (await edge.ask()).status]).toEqual([307, 503]);
  });

  it('a 5xx lets the old copy stand in, and the origin rests for ErrorCachingMinTTL', async () => {
    const edge = anEdge({
      origin: (_, count) =>
        count === 1 ? { headers: { 'cache-control': 'max-age=60' }, body: 'old' } : { status: 503 },
    });
    await edge.ask();
    edge.seconds(61);
    const stale = await edge.ask();
    expect([stale.status, stale.text]).toEqual([200, 'old']);
    edge.seconds(9);
    await edge.ask();
    expect(edge.asked).toHaveLength(2);
    edge.seconds(1);
    await edge.ask();
    expect(edge.asked).toHaveLength(3);
  });

  it('an origin that cannot be reached does the same', async () => {
    const origin = (_: unknown, count: number) =>
      count === 1 ? { headers: { 'cache-control': 'max-age=60' }, body: 'old' } : new Error('gone');
    const edge = anEdge({ origin });
    await edge.ask();
    edge.seconds(61);
    expect((await edge.ask()).text).toBe('old');
  });

  it('a 4xx is passed on over the old copy', async () => {
    const edge = anEdge({
      origin: (_, count) =>
        count === 1 ? { headers: { 'cache-control': 'max-age=60' }, body: 'old' } : { status: 404 },
    });
    await edge.ask();
    edge.seconds(61);
    expect((await edge.ask()).status).toBe(404);
  });
});

describe('how long errors are kept', () => {
  const always = [404, 410, 414, 500, 501, 502, 503, 504];
  const onRequest = [400, 403, 405, 412, 415];

  it.each(always)('a %i is kept for ten seconds, or longer when it says so', async (status) => {
    expect(await freshFor({ origin: () => ({ status }) })).toBe(10);
    expect(await freshFor({ origin: () => ({ status, headers: { 'cache-control': 'max-age=5' } }) })).toBe(10);
    expect(await freshFor({ origin: () => ({ status, headers: { 'cache-control': 'max-age=60' } }) })).toBe(60);
    expect(await freshFor({ origin: () => ({ status, headers: { expires: inSeconds(60) } }) })).toBe(60);
  });

  it.each(onRequest)('a %i is kept only when it comes with max-age or s-maxage', async (status) => {
    expect(await freshFor({ origin: () => ({ status }) })).toBe(0);
    expect(await freshFor({ origin: () => ({ status, headers: { expires: inSeconds(60) } }) })).toBe(0);
    expect(await freshFor({ origin: () => ({ status, headers: { 'cache-control': 's-maxage=60' } }) })).toBe(60);
  });

  it.each([
    ['no-store', 0, 10],
    ['no-cache', 0, 10],
    ['private', 0, 10],
    ['no-store, max-age=60', 0, 60],
  ])('%s keeps 404, 410, 414 and 501 out of the cache, and no other error', async (control, of404, of500) => {
    const keptFor = (status: number) => freshFor({ origin: () => ({ status, headers: { 'cache-control': control } }) });
    for (const status of [404, 410, 414, 501]) expect(await keptFor(status), `${status}`).toBe(of404);
    for (const status of [500, 502, 503, 504]) expect(await keptFor(status), `${status}`).toBe(of500);
  });

  it.each([401, 416, 429])('a %i is never kept', async (status) => {
    expect(await freshFor({ origin: () => ({ status, headers: { 'cache-control': 'max-age=60' } }) })).toBe(0);
  });

  it('ErrorCachingMinTTL of the code counts, and MaxTTL is the end of it', async () => {
    const config = {
      CustomErrorResponses: [
        { ErrorCode: 404, ErrorCachingMinTTL: 300 },
        { ErrorCode: 503, ErrorCachingMinTTL: 0 },
      ],
    };
    expect(await freshFor({ origin: () => ({ status: 404 }), config })).toBe(300);
    expect(await freshFor({ origin: () => ({ status: 503 }), config })).toBe(0);
    const cachePolicy = { MinTTL: 0, DefaultTTL: 0, MaxTTL: 50 };
    expect(await freshFor({ origin: () => ({ status: 404 }), config, cachePolicy })).toBe(50);
  });

  it('a kept error is still an Error, with its age', async () => {
    const edge = anEdge({ origin: () => ({ status: 404, body: 'nothing' }) });
    expect((await edge.ask()).xCache).toBe('Error');
    edge.seconds(4);
    const again = await edge.ask();
    expect([again.status, again.text, again.xCache, again.headers.age]).toEqual([404, 'nothing', 'Error', '4']);
  });
});

describe('custom error responses', () => {
  const page = { ErrorCode: 404, ErrorCachingMinTTL: 300, ResponseCode: 200, ResponsePagePath: '/sorry.html' };
  const config = { CustomErrorResponses: [page] };

  it('the page is fetched by its path, takes the configured status, and stays an Error', async () => {
    const edge = anEdge({
      config,
      origin: ({ target }) =>
        target === '/sorry.html' ? { body: 'sorry', headers: { 'content-type': 'text/html' } } : { status: 404 },
    });
    const answer = await edge.ask();
    expect([answer.status, answer.text, answer.xCache]).toEqual([200, 'sorry', 'Error']);
    expect(edge.asked.map(({ target }) => target)).toEqual(['/a.jpg', '/sorry.html']);
    edge.seconds(299);
    await edge.ask();
    expect(edge.asked).toHaveLength(2);
  });

  it('the page comes by the behaviour that its path matches', async () => {
    const edge = anEdge({
      config,
      behaviours: [{ PathPattern: '/sorry*', TargetOriginId: 'api' }],
      origin: () => ({ status: 404 }),
      second: () => ({ body: 'from elsewhere' }),
    });
    expect((await edge.ask()).text).toBe('from elsewhere');
    expect(edge.secondAsked).toHaveLength(1);
  });

  it('without its page the viewer gets the status that the page had', async () => {
    const failing = { CustomErrorResponses: [{ ...page, ErrorCode: 500 }] };
    const edge = anEdge({
      config: failing,
      origin: ({ target }) => ({ status: target === '/sorry.html' ? 404 : 500 }),
    });
    expect((await edge.ask()).status).toBe(404);
  });

  it('a page that is missing itself has no page of its own', async () => {
    const edge = anEdge({ config, origin: () => ({ status: 404, body: 'nothing' }) });
    const answer = await edge.ask();
    expect([answer.status, answer.text]).toEqual([404, 'nothing']);
    expect(edge.asked).toHaveLength(2);
  });

  it('other codes are left alone, and 412, 415 and redirects cannot have a page', async () => {
    expect((await anEdge({ config, origin: () => ({ status: 403 }) }).ask()).status).toBe(403);
    for (const ErrorCode of [412, 415, 307]) {
      expect(() => anEdge({ config: { CustomErrorResponses: [{ ...page, ErrorCode }] } })).toThrow(
        /ErrorCode is \d+: expected one of/,
      );
    }
  });
});
