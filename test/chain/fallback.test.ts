/** What a viewer gets of an original that does not exist, where the preset has a fallback. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowserCache } from '../../local/faults/browser-cache.ts';
import { cacheTagOf } from '../../src/adapters/s3-image-store.ts';
import type { ApiOn } from '../../src/config.ts';
import { fallbackSeconds } from '../../src/core/reply.ts';
import { isHit, viewKind } from '../../src/core/view.ts';
import { type BrowseOptions, browse } from './browser.ts';
import { builtWith } from './built-with.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured, colourOf } from './coloured-images.ts';
import { traced } from './trace.ts';

const fallback = '_fallback/person.png';
const withFallback = {
  file: 'config.ts',
  from: "'200x200': { width: 200, height: 200, ",
  to: `'200x200': { fallback: '${fallback}', width: 200, height: 200, `,
};

describe.each<ApiOn>(['image-host', 'own-host'])('with the API on its %s', (apiOn) => {
  let under: ChainUnderTest;
  beforeAll(async () => {
    under = await startChainUnderTest({ apiOn, codeDirectory: await builtWith(withFallback) });
    await under.putOriginal(fallback, await coloured('green'));
  }, startMilliseconds);
  afterAll(() => under?.stop());

  async function view(key: string, options?: BrowseOptions, preset = '200x200') {
    const { hops, body } = await browse(under.url(preset, key), options);
    const read = hops.map(({ headers, ...hop }) => ({ ...hop, headers: Object.fromEntries(headers), milliseconds: 0 }));
    const statuses = hops.map(({ status }) => status);
    return { statuses, hops: read, kind: viewKind(read), colour: await colourOf(body) };
  }

  it('shows the fallback, which the edge and no browser keeps, and stores nothing for the missing key', async () => {
    const cache = createBrowserCache(under.clock);
    const first = await traced(under.chain, () => view('one.jpg', { cache }));
    expect(first.result).toMatchObject({ statuses: [307, 302, 307, 301, 200], kind: 'fallback', colour: 'green' });
    expect(first.counted).toMatchObject({ Fallbacks: 1, Resized: 1, OriginalMissing: 0, Refused: 0, Faults: 0 });
    const [, sent] = first.result.hops;
    expect(sent?.headers).toMatchObject({
      location: `${apiOn === 'image-host' ? '' : under.chain.edge.address}/200x200/${fallback}`,
      'cache-control': 'max-age=0, s-maxage=60',
    });
    expect(Object.keys(sent?.headers ?? {}).some((name) => name.startsWith('x-amz-meta-'))).toBe(apiOn === 'own-host');

    const second = await traced(under.chain, () => view('one.jpg', { cache }));
    expect(second.result).toMatchObject({ statuses: [307, 302, 200], kind: 'fallback', colour: 'green' });
    expect(second.result.hops.slice(0, 2).some(({ fromBrowserCache }) => fromBrowserCache)).toBe(false);
    expect(isHit({ headers: second.result.hops[1]?.headers ?? {} })).toBe(apiOn === 'image-host');
    expect(second.counted.ResizeRequests).toBe(apiOn === 'image-host' ? 0 : 1);
    expect((await under.derivativeKeys()).filter((key) => key.includes('one.jpg'))).toEqual([]);
  });

  it('has a redirect of its own for each missing original, and for HEAD the same', async () => {
    const statuses = [307, 302, 200];
    await view('two.jpg');
    const other = await view('three.jpg');
    expect(other).toMatchObject({ statuses, colour: 'green' });
    expect(isHit({ headers: other.hops[1]?.headers ?? {} })).toBe(false);
    expect((await view('four.jpg', { method: 'HEAD' })).statuses).toEqual(statuses);
  });

  it('shows an upload a minute later at most', async () => {
    const cache = createBrowserCache(under.clock);
    await view('late.jpg', { cache });
    await under.putOriginal('late.jpg', await coloured('red'));
    const atOnce = await view('late.jpg', { cache });
    expect(atOnce.colour).toBe(apiOn === 'image-host' ? 'green' : 'red');
    under.pass(fallbackSeconds + 1);
    expect(await view('late.jpg', { cache })).toMatchObject({ colour: 'red' });
    expect((await view('late.jpg', { cache })).statuses).toEqual([200]);
  });

  it('shows an upload at once after a purge of its key', async () => {
    await view('purged.jpg');
    await under.putOriginal('purged.jpg', await coloured('red'));
    under.chain.edge.invalidate([`#${cacheTagOf('purged.jpg')}`]);
    expect(await view('purged.jpg')).toMatchObject({ statuses: [307, 301, 200], colour: 'red' });
  });

  it('answers 404 at presets without a fallback', async () => {
    expect(await view('one.jpg', {}, '48x48')).toMatchObject({ statuses: [307, 404], kind: 'refused' });
  });

  it('ends in a 404 when the fallback does not exist either', async () => {
    await under.deleteOriginal(fallback);
    await under.deleteDerivative(`200x200/${fallback}`);
    under.chain.edge.clear();
    expect((await view('one.jpg')).statuses).toEqual([307, 302, 307, 404]);
    expect((await view('one.jpg', { method: 'HEAD' })).statuses).toEqual([307, 302, 307, 404]);
    expect((await view(fallback)).statuses).toEqual([307, 404]);
  });
});
