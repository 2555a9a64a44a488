/** The purge of an original on the chain page, in Chromium. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PurgingConsole, startPurgingConsole } from '../local/console/purging-console.ts';
import {
  describeInChromium,
  type OpenPage,
  openPage,
  overflow,
  patience,
  phone,
  press,
  startChromium,
  violationsOn,
} from './chromium.ts';

describeInChromium('the purge of an original', () => {
  let at: PurgingConsole;
  let browser: Browser;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    [at, browser] = await Promise.all([startPurgingConsole(), startChromium()]);
    open = await openPage(browser, at.console.address);
    page = open.page;
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await at?.stop();
  });

  const panel = () => page.locator('#purge');
  /** What each cache holds now: old, new, none. */
  const held = () => page.evaluate('[...document.querySelectorAll(".cache")].map((cache) => cache.dataset.is)');
  const isHeld = (...expected: string[]) => expect.poll(held, patience).toEqual(expected);
  const steps = () => page.locator('.purge-steps .done').count();

  test.each(['Replace the original', 'Delete the original'])('goes on before the reader: %s', async (name) => {
    await press(page, name);
    await panel().waitFor();
    await isHeld('old', 'old', 'old');
    // Before and now, of three caches.
    const widths =
      'Promise.all([...document.querySelectorAll(".held img")].map((img) => img.decode().then(() => img.width)))';
    expect(await page.evaluate(widths)).toHaveLength(6);

    await at.settle(60);
    await isHeld('none', 'none', 'old');
    await expect.poll(steps, patience).toBe(await page.locator('.purge-steps li').count());
    expect(await violationsOn(page)).toEqual([]);

    await press(page, 'Reset');
    await at.settle(60);
    expect(open.complaints).toEqual([]);
  });

  test('fits a phone', async () => {
    await page.setViewportSize(phone);
    await press(page, 'Replace the original');
    await panel().waitFor();
    expect(await overflow(page)).toBe(0);
  });
});
