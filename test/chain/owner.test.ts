/** What the owner of the originals does, and what viewers then see. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowserCache } from '../../local/faults/browser-cache.ts';
import { config } from '../../src/config.ts';
import { browse } from './browser.ts';
import { builtWith } from './built-with.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured, colourOf } from './coloured-images.ts';

let under: ChainUnderTest;
beforeAll(async () => {
  under = await startChainUnderTest();
}, startMilliseconds);
afterAll(() => under?.stop());

const preset = '200x200';
async function view(key: string, options: Parameters<typeof browse>[1] = {}) {
  const { hops, body } = await browse(under.url(preset, key), options);
  return { statuses: hops.map(({ status }) => status), colour: await colourOf(body) };
}

describe('a replaced original', () => {
  it('is seen once its derivatives are deleted and the edge is cleared, and no sooner', async () => {
    await under.putOriginal('w3.jpg', await coloured('red'));
    await view('w3.jpg');
    await under.putOriginal('w3.jpg', await coloured('blue'));
    expect(await view('w3.jpg')).toEqual({ statuses: [200], colour: 'red' });
    under.chain.edge.invalidate([`/${preset}/w3.jpg`]);
    expect(await view('w3.jpg')).toEqual({ statuses: [200], colour: 'red' });
    await under.deleteDerivative(`${preset}/w3.jpg`);
    under.chain.edge.invalidate([`/${preset}/w3.jpg`]);
    expect(await view('w3.jpg')).toEqual({ statuses: [307, 301, 200], colour: 'blue' });
  });

  it('is generated anew by a call of the API, and the next view of the edge shows it', async () => {
    await under.putOriginal('anew.jpg', await coloured('red'));
    await view('anew.jpg');
    await under.putOriginal('anew.jpg', await coloured('green'));
    const { hops } = await browse(under.apiUrl(`key=${preset}/anew.jpg`));
    expect(hops.map(({ status }) => status)).toEqual([301, 200]);
    under.pass(config.cache.edgeSeconds + 1);
    expect(await view('anew.jpg')).toEqual({ statuses: [200], colour: 'green' });
  });
});

describe('a viewer who holds the image that was replaced', () => {
  const clear = async (key: string, { chain, deleteDerivative }: ChainUnderTest) => {
    await deleteDerivative(`${preset}/${key}`);
    chain.edge.invalidate([`/${preset}/${key}`]);
  };
  /** Views the bare URL, replaces the original, and views it with a version that is new to the browser. */
  async function viewVersioned(key: string, chain: ChainUnderTest) {
    const cache = createBrowserCache(chain.clock);
    const see = async (version: string) => {
      const { hops, body } = await browse(`${chain.url(preset, key)}${version}`, { cache });
      return { statuses: hops.map(({ status }) => status), colour: await colourOf(body) };
    };
    await chain.putOriginal(key, await coloured('red'));
    await see('');
    await see('');
    await chain.putOriginal(key, await coloured('blue'));
    await clear(key, chain);
    return { bare: await see(''), versioned: await see('?v=2') };
  }

  it('sees the new one at once by a URL with a new version, and the old one by the bare URL', async () => {
    expect(await viewVersioned('w3-held.jpg', under)).toEqual({
      bare: { statuses: [200], colour: 'red' },
      versioned: { statuses: [307, 301, 200], colour: 'blue' },
    });
  });

  it('would be redirected into his own cache by a 301 without a version', { timeout: startMilliseconds }, async () => {
    const mistake = {
      file: 'resize-image.ts',
      from: 'replyRedirect(returnUrl(plan.location, original.id))',
      to: 'replyRedirect(plan.location)',
    };
    const wrong = await startChainUnderTest({ codeDirectory: await builtWith(mistake) });
    const { versioned } = await viewVersioned('w3-held.jpg', wrong);
    await wrong.stop();
    expect(versioned.colour).toBe('red');
  });

  it('sees the new one when the lifetime of his copy is over', async () => {
    const cache = createBrowserCache(under.clock);
    await under.putOriginal('w3-late.jpg', await coloured('red'));
    await view('w3-late.jpg');
    await view('w3-late.jpg', { cache });
    await under.putOriginal('w3-late.jpg', await coloured('blue'));
    await clear('w3-late.jpg', under);
    under.pass(config.cache.browserSeconds + 1);
    expect(await view('w3-late.jpg', { cache })).toEqual({ statuses: [307, 301, 200], colour: 'blue' });
  });
});

describe('a deleted original', () => {
  it('stays where it is kept: at the edge and in browsers for their time, in S3 until it expires', async () => {
    const cache = createBrowserCache(under.clock);
    await under.putOriginal('w4.jpg', await coloured('red'));
    // The first view leaves the image under the versioned URL of the 301.
    await view('w4.jpg');
    await view('w4.jpg', { cache });
    await under.deleteOriginal('w4.jpg');
    expect(await view('w4.jpg')).toEqual({ statuses: [200], colour: 'red' });
    await under.deleteDerivative(`${preset}/w4.jpg`);
    under.chain.edge.invalidate([`/${preset}/w4.jpg`]);
    expect(await view('w4.jpg')).toEqual({ statuses: [307, 404], colour: undefined });
    // An invalidation does not reach browsers.
    expect(await view('w4.jpg', { cache })).toEqual({ statuses: [200], colour: 'red' });
    under.pass(config.cache.browserSeconds + 1);
    expect(await view('w4.jpg', { cache })).toEqual({ statuses: [307, 404], colour: undefined });
  });
});

describe('an image that is not made yet, asked for in part', () => {
  it.each([
    ['a Range', { range: 'bytes=0-9' }, [307, 301, 206]],
    ['an If-None-Match', { 'if-none-match': '"other"' }, [307, 301, 200]],
    ['an If-Match that fails', { 'if-match': '"other"' }, [307, 301, 412]],
  ])('by %s: the redirects come all the same', async (name, headers, statuses) => {
    const key = `${name.replaceAll(' ', '-')}.jpg`;
    await under.putOriginal(key, await coloured('blue'));
    expect((await view(key, { headers: headers as Record<string, string> })).statuses).toEqual(statuses);
  });
});
