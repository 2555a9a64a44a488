/** Two hundred first viewers of one image at the same moment, on the template of prod. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../src/config.ts';
import { browse, type View } from './browser.ts';
import { builtWith, type Mistake } from './built-with.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured, colourOf } from './coloured-images.ts';
import { type Trace, traced } from './trace.ts';

const viewers = 200;
/** Lambda environments that serve them. */
const environments = 20;

/** All of them and S3 share the few cores of this machine, so that their times say nothing. */
const patient: readonly Mistake[] = ['attempt', 'head', 'get', 'put'].map((name) => ({
  file: 'config.ts',
  from: `    ${name}Milliseconds: `,
  to: `    ${name}Milliseconds: 10 * `,
}));

/** Lets nobody through before so many are there: one machine would serve the first before the last asks. */
function gateFor(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived === count) resolve();
    return promise;
  };
}

describe(`${viewers} viewers at once on one cold key`, () => {
  let under: ChainUnderTest;
  let views: readonly View[];
  let trace: Trace;
  let url: string;
  beforeAll(async () => {
    under = await startChainUnderTest({
      stage: 'prod',
      maxProcesses: environments,
      codeDirectory: await builtWith(...patient),
    });
    await under.putOriginal('herd.jpg', await coloured('red'));
    url = under.url('400x400', 'herd.jpg');
    const gate = gateFor(viewers);
    const fetchAtOnce = async (address: string, init: RequestInit) => {
      if (address.startsWith(under.chain.api.url)) await gate();
      return fetch(address, init);
    };
    ({ result: views, ...trace } = await traced(under.chain, () =>
      Promise.all(Array.from({ length: viewers }, () => browse(url, { fetch: fetchAtOnce }))),
    ));
  }, startMilliseconds);
  afterAll(() => under?.stop());

  const statusesOf = ({ hops }: View) => hops.map(({ status }) => status).join(', ');

  it('all get the image, by one of two ways', async () => {
    const ways = new Set(views.map(statusesOf));
    expect([...ways].filter((way) => way !== '307, 301, 200' && way !== '307, 200')).toEqual([]);
    expect(ways).toContain('307, 301, 200');
    expect(await colourOf(views[0]?.body ?? Buffer.of())).toBe('red');
    expect(new Set(views.map(({ body }) => Buffer.from(body).toString('base64'))).size).toBe(1);
  });

  it('are throttled by nothing that the template sets', () => {
    expect(viewers).toBeLessThanOrEqual(config.capacity.prod.apiBurst);
    expect(viewers).toBeLessThanOrEqual(config.capacity.prod.reservedConcurrency);
    expect(trace.counted).toMatchObject({ ResizeRequests: viewers, Faults: 0, Refused: 0, LoopSuspects: 0 });
  });

  // A request that begins after the first put finds the derivative. Before it each environment can begin once, since it
  // serves one event at a time, and the put of one of them succeeds.
  it(`store it once, after at most ${environments} have tried`, () => {
    const puts = trace.calls.filter(({ operation }) => operation === 'PutObject');
    expect(puts.length).toBeGreaterThanOrEqual(1);
    expect(puts.length).toBeLessThanOrEqual(environments);
    expect(trace.counted).toMatchObject({ Resized: 1, RacedRequests: viewers - 1 });
  });

  it('leave one derivative, and the next viewer has a hit', async () => {
    expect(await under.derivativeKeys()).toEqual(['400x400/herd.jpg']);
    const { hops } = await browse(url);
    expect(hops.map(({ status, headers }) => `${status} ${headers.get('x-cache')}`)).toEqual([
      '200 Hit from cloudfront',
    ]);
  });
});

describe('ten viewers who each open a gallery of 60 new thumbnails at the same moment', () => {
  let under: ChainUnderTest;
  beforeAll(async () => {
    under = await startChainUnderTest({
      stage: 'prod',
      maxProcesses: environments,
      codeDirectory: await builtWith(...patient),
    });
  }, startMilliseconds);
  afterAll(() => under?.stop());

  // One after the other, since few processes serve them here, but at one moment of the chain's clock: the throttle sees all
  // of them at once.
  it('see every image, on the settings of prod', { timeout: 400_000 }, async () => {
    const image = await coloured('red');
    const galleries = Array.from({ length: 10 }, (_, viewer) =>
      Array.from({ length: 60 }, (_, n) => `gallery/${viewer}-${n}.jpg`),
    );
    const keys = galleries.flat();
    for (const key of [...keys, 'one-more.jpg']) await under.putOriginal(key, image);
    const wayOf = async (key: string) => {
      const { hops } = await browse(under.url('100x100', key));
      return hops.map(({ status }) => status).join(', ');
    };
    const { result: ways, counted } = await traced(under.chain, async () => {
      const all: string[] = [];
      for (const gallery of galleries) all.push(...(await Promise.all(gallery.map(wayOf))));
      return all;
    });
    expect(ways.filter((way) => way !== '307, 301, 200')).toEqual([]);
    expect(counted).toMatchObject({ ResizeRequests: keys.length, Resized: keys.length, Faults: 0 });
    expect(await under.derivativeKeys()).toHaveLength(keys.length);
    // The burst of prod is just enough.
    expect(config.capacity.prod.apiBurst).toBe(keys.length);
    expect(await wayOf('one-more.jpg')).toBe('307, 429');
  });
});
