import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { ViewKind } from '../../local/console/contract.ts';
import { type ConsoleUnderTest, startConsoleUnderTest } from '../local/console/real-chain.ts';
import { describeInChromium, desk, type OpenPage, openPage, ready, settled, startChromium } from './chromium.ts';

export interface ConsoleInChromium {
  readonly under: ConsoleUnderTest;
  readonly browser: Browser;
  readonly page: Page;
  /** The kind of the view that is shown; `undefined`: none is. */
  kind(): Promise<ViewKind | undefined>;
  /** The status of each hop that is shown. */
  hops(): Promise<readonly string[]>;
  /** What the page says is changed now. */
  changed(): Promise<readonly string[]>;
  /** Chooses in the select of this name. */
  choose(select: string, value: string): Promise<void>;
  readonly diagram: Locator;
  readonly cause: Locator;
  readonly error: Locator;
}

/**
 * One chain, one console and one window for the tests of a file. Each test begins with the page as it is at first, the
 * chain as at the start, and `profile/ann.jpg` chosen; after each the page has had nothing to complain of.
 */
export function describeConsole(name: string, tests: (at: ConsoleInChromium) => void): void {
  describeInChromium(name, () => {
    let under: ConsoleUnderTest;
    let browser: Browser;
    let open: OpenPage;

    beforeAll(async () => {
      [under, browser] = await Promise.all([startConsoleUnderTest(), startChromium()]);
      open = await openPage(browser, under.console.address);
    });
    afterAll(async () => {
      await browser?.close();
      await under?.stop();
    });
    beforeEach(async () => {
      await open.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      await open.page.setViewportSize(desk);
      await open.page.goto('about:blank');
      await open.page.goto(under.console.address);
      await ready(open.page);
    });
    afterEach(async () => {
      await under.done('reset');
      expect(open.complaints.splice(0)).toEqual([]);
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
      get diagram() {
        return open.page.locator('svg.chain');
      },
      get cause() {
        return open.page.getByRole('region', { name: 'Cause' });
      },
      get error() {
        return open.page.getByRole('region', { name: 'Error' });
      },
      kind: () => kindOn(open.page),
      hops: () => open.page.locator('.hop-status').allInnerTexts(),
      changed: () => open.page.locator('.change-bar .tag').allInnerTexts(),
      async choose(select, value) {
        await open.page.getByRole('combobox', { name: select, exact: true }).selectOption(value);
        await settled(open.page);
      },
    });
  });
}

export async function kindOn(page: Page): Promise<ViewKind | undefined> {
  const verdict = page.locator('.verdict');
  if ((await verdict.count()) === 0) return undefined;
  return (await verdict.getAttribute('data-kind')) as ViewKind;
}
