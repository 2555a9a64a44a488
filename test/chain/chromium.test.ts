/** In a real browser: it keeps a bare 301 for ever, on which the model of a browser rests; and an <img> gets AVIF. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { config } from '../../src/config.ts';
import { describeInChromium, startChromium } from '../browser/chromium.ts';
import { builtWith, type Mistake } from './built-with.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured } from './coloured-images.ts';
import { traced } from './trace.ts';

/** A browser's own copy of an image must age in real time here, so that it asks again after a second. */
const shortLived: Mistake = { file: 'config.ts', from: 'browserSeconds: 60 * 60', to: 'browserSeconds: 1' };
const bare301: Mistake = {
  file: 'core/reply.ts',
  from: "location, 'Cache-Control': 'no-store' }",
  to: 'location }',
};

describeInChromium('Chromium, which comes back when the derivative has expired', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  }, startMilliseconds);
  afterAll(() => browser?.close());

  /** A view, another one after the expiry, and a third one: what each ended in, and what the second asked of whom. */
  async function comeBack(...mistakes: readonly Mistake[]) {
    const under = await startChainUnderTest({ codeDirectory: await builtWith(...mistakes) });
    // With a cache of its own.
    const context = await browser.newContext();
    const page = await context.newPage();
    try {
      await under.putOriginal('ann.jpg', await coloured('red'));
      const url = under.url('200x200', 'ann.jpg');
      const first = await endOf(page, url);
      await wait(1_500);
      under.pass((config.cache.derivativeLifetimeDays + 2) * 24 * 60 * 60);
      const expired = await under.chain.expire();
      const second = await traced(under.chain, () => endOf(page, url));
      const asked = second.passed
        .filter(({ endpoint }) => endpoint !== 'website')
        .map(({ endpoint, status }) => `${endpoint} ${status}`);
      return { first, expired, second: second.result, asked };
    } finally {
      await context.close();
      await under.stop();
    }
  }

  it('loops by the bare 301 in its cache, and never asks the API again', {
    timeout: startMilliseconds,
  }, async () => {
    const { first, expired, second, asked } = await comeBack(shortLived, bare301);
    expect({ first, expired, second }).toEqual({ first: 200, expired: 1, second: 'net::ERR_TOO_MANY_REDIRECTS' });
    // Twenty redirects, every second one from its own cache.
    expect(asked).toEqual(Array.from({ length: 10 }, () => 'edge 307'));
  });

  it('gets the image in one pass by the 301 with no-store', { timeout: startMilliseconds }, async () => {
    const { first, expired, second, asked } = await comeBack(shortLived);
    expect({ first, expired, second }).toEqual({ first: 200, expired: 1, second: 200 });
    // Under the URL of the 301 it has the image of its first view, made of the same original.
    expect(asked).toEqual(['edge 307', 'api 301', 'edge 301', 'edge 304']);
  });
});

describeInChromium('Chromium, which names AVIF for an <img>', () => {
  let browser: Browser;
  let under: ChainUnderTest;
  beforeAll(async () => {
    browser = await startChromium();
    under = await startChainUnderTest();
  }, startMilliseconds);
  afterAll(() => Promise.all([browser?.close(), under?.stop()]));

  it('gets one from the URL of the preset, first by 307 and 301, and then from the edge', async () => {
    await under.putOriginal('ann.jpg', await coloured('red'));
    for (const expected of [['307', '301', '200 image/avif'], ['200 image/avif']]) {
      const context = await browser.newContext();
      const page = await context.newPage();
      // On the host of the images: a page of no host may not ask this machine.
      await page.goto(under.url('999x999', 'page'));
      const seen: string[] = [];
      page.on('response', (answer) => {
        const { 'content-type': type } = answer.headers();
        seen.push(type?.startsWith('image/') ? `${answer.status()} ${type}` : String(answer.status()));
      });
      await page.setContent(`<img src="${under.url('200x200', 'ann.jpg')}">`);
      await page.waitForFunction('document.images[0].complete && document.images[0].naturalWidth > 0');
      expect(seen).toEqual(expected);
      await context.close();
    }
  });
});

/** The status that a page ends with, or Chromium's name for why there is none. */
async function endOf(page: Page, url: string): Promise<number | string> {
  try {
    return (await page.goto(url))?.status() ?? 0;
  } catch (error) {
    return /net::\w+/.exec(String(error))?.[0] ?? String(error);
  }
}
