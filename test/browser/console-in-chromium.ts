import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { type ConsoleUnderTest, startConsoleUnderTest } from '../local/console/real-chain.ts';
import { chromiumPath, howToGetChromium, type OpenPage, openPage, startChromium, textOf } from './chromium.ts';

export interface ConsoleInChromium {
  readonly under: ConsoleUnderTest;
  readonly browser: Browser;
  readonly page: Page;
  /** What a view was, in large letters. */
  verdict(): Promise<string>;
  /** The status of each hop that is shown. */
  hops(): Promise<readonly string[]>;
  /** What the page says is changed now. */
  changed(): Promise<readonly string[]>;
  /** The image of the chain. */
  readonly chain: Locator;
  /** Why it goes round, and what an error says. */
  readonly cause: Locator;
  readonly error: Locator;
}

/**
 * One chain, one console and one browser for the tests of a file, and a new window for each; afterwards the window has
 * had nothing to complain of. Without Chromium the tests are skipped, and that is said.
 */
export function describeConsole(
  name: string,
  tests: (at: ConsoleInChromium) => void,
  window: BrowserContextOptions = {},
): void {
  if (!chromiumPath) console.warn(`\n  ${name}: not tested in a browser. ${howToGetChromium}\n`);

  describe.skipIf(!chromiumPath)(name, () => {
    let under: ConsoleUnderTest;
    let browser: Browser;
    let open: OpenPage;

    beforeAll(async () => {
      [under, browser] = await Promise.all([startConsoleUnderTest(), startChromium()]);
    });
    afterAll(async () => {
      await browser?.close();
      await under?.stop();
    });
    beforeEach(async () => {
      open = await openPage(browser, under.console.address, window);
      await open.page.getByRole('radio', { name: 'profile/ann.jpg' }).check();
    });
    afterEach(async () => {
      await open.close();
      await under.done('reset');
      expect(open.complaints).toEqual([]);
    });

    tests({
      get under() {
        return under;
      },
      get browser() {
        return browser;
      },
      get page() {
        return open.page;
      },
      get chain() {
        return open.page.locator('svg.chain');
      },
      get cause() {
        return open.page.getByRole('region', { name: 'The cause' });
      },
      get error() {
        return open.page.getByRole('region', { name: 'What the error says' });
      },
      verdict: () => textOf(open.page.locator('.verdict-title')),
      hops: () => open.page.locator('.hop-status').allInnerTexts(),
      changed: () => open.page.locator('.changes li > span').allInnerTexts(),
    });
  });
}
