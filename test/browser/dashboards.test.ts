import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { withOddWidgets } from '../local/console/real-chain.ts';
import {
  describeInChromium,
  desk,
  type OpenPage,
  openPage,
  overflow,
  patience,
  phone,
  startChromium,
  textOf,
  violationsOn,
} from './chromium.ts';
import { loopingKey, startWatchedChain, usualPreset, type WatchedChain } from './watched-chain.ts';

/** Many views in one process, beside a browser. */
const patient = 240_000;
const keys = [loopingKey, 'landing/night.png', 'ann & bob+1.jpg'];
/** The alarm ignores minutes with fewer than twenty redirects. */
const enoughViews = 25;

let watched: WatchedChain;
let browser: Browser;
let open: OpenPage;

/** Opens the page at a route, anew, and waits until it has data. */
async function at(route: string): Promise<Page> {
  await open.page.goto('about:blank');
  await open.page.goto(`${watched.under.console.address}#${route}`);
  await shown(open.page);
  return open.page;
}

async function shown(page: Page): Promise<void> {
  await page.locator('.widgets, .beside, .prose, .problem').first().waitFor();
  await page.getByText('Reading the log …').first().waitFor({ state: 'detached' });
}

function useChain(choice: Parameters<typeof startWatchedChain>[0]): void {
  beforeAll(async () => {
    [watched, browser] = await Promise.all([startWatchedChain(choice), startChromium()]);
    open = await openPage(browser, watched.under.console.address);
  }, patient);
  afterAll(async () => {
    await browser?.close();
    await watched?.under.stop();
  });
  afterEach(() => expect(open.complaints.splice(0)).toEqual([]));
}

describeInChromium('The dashboards', () => {
  useChain({});

  /** Minutes in which so many viewers view each of the images. */
  const play = (minutes: number, viewers = enoughViews) =>
    watched.play(minutes, async () => {
      for (let count = 0; count < viewers; count += 1) await Promise.all(keys.map((key) => watched.view(key)));
    });
  const tile = (page: Page, name: string) => page.locator('.tile', { hasText: new RegExp(`^${name}`) });
  const focusedText = (page: Page) => page.evaluate('document.activeElement.textContent').then(String);

  test('say before anything has happened what to do, and that alarms have no data', async () => {
    const page = await at('dashboards');
    await page.locator('.note').waitFor();
    expect(await page.locator('.tile').count()).toBeGreaterThan(15);
    expect(await page.locator('.tile.active').count()).toBe(0);
    expect(await page.locator('.graph .none').count()).toBeGreaterThan(5);
    expect(await violationsOn(page)).toEqual([]);
    await page.locator('.note a').click();
    await page.getByRole('button', { name: 'View image' }).waitFor();
    expect(await page.locator('.watch-page').count()).toBe(0);
  });

  describe('on a calm day', () => {
    beforeAll(() => play(12), patient);

    test('draw what was measured, with the latest values beside their lines', async () => {
      const page = await at('dashboards/health');
      expect(await page.locator('.note').count()).toBe(0);
      const graph = page.getByRole('article', { name: 'Images' });
      // Three images, each viewed 25 times a minute.
      expect(await textOf(graph.locator('.legend'))).toMatch(/images\s+75\s+requests\s+75/);
      expect(await graph.getByRole('img').getAttribute('aria-label')).toBe('Images, images 75, requests 75');
      const painted = await page.evaluate(
        "((canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean))(document.querySelector('[aria-label^=\"Images,\"] canvas'))",
      );
      expect(painted).toBe(true);
      expect(await textOf(page.getByRole('article', { name: /^Image hit rate % / }).locator('b'))).toMatch(
        /^9\d.* %$|^100 %$/,
      );
      expect(await page.locator('.tile.active').count()).toBe(0);
    });

    test('go on by themselves, without being asked again', async () => {
      const page = await at('dashboards/health');
      const requests = page.getByRole('article', { name: 'Images' }).locator('.legend li', { hasText: 'requests' });
      const before = await textOf(requests);
      await play(6, 10);
      await expect.poll(() => textOf(requests), patience).not.toBe(before);
    });

    test('lead from one to another, and to their runbooks, and to nowhere else', async () => {
      const page = await at('dashboards/health');
      const title = await page.locator('h2').first().textContent();
      await page.locator('.words a[href="#dashboards/who-and-where"]').first().click();
      expect(page.url()).toMatch(/#dashboards\/who-and-where$/);
      await shown(page);
      await page.locator('.legend li', { hasText: new RegExp(`^${usualPreset}3$`) }).waitFor();
      await page.locator('.words a[href="#runbooks/redirect-loop"]').click();
      await page.locator('.prose').waitFor();
      const everywhere = await page.evaluate("[...document.querySelectorAll('a')].map((a) => a.getAttribute('href'))");
      expect((everywhere as string[]).filter((href) => !href.startsWith('#'))).toEqual([]);
      await page.goBack();
      await page.goBack();
      await expect.poll(() => page.locator('h2').first().textContent(), patience).toBe(title);
    });
  });

  describe('when a redirect is cached', () => {
    beforeAll(async () => {
      await watched.cacheARedirect();
      await play(8);
    }, patient);

    test('lead on-call from page 1 to the key and the cause in two clicks', async () => {
      const page = await at('dashboards/health');
      expect(await textOf(page.locator('header nav .active'))).toMatch(/^\d+ /);
      // Alarms that name a cause come before composites.
      const names = await page.locator('.tile.active b').allInnerTexts();
      const composite = names.indexOf('service-unhealthy');
      expect(names.indexOf('redirect-loop')).toBeLessThan(composite < 0 ? names.length : composite);
      const active = tile(page, 'redirect-loop');
      expect(await textOf(active)).toMatch(/page[\s\S]* for \d+ (s|min)/);

      await active.click();
      const runbook = page.locator('.prose');
      const found = runbook.getByRole('region', { name: 'Rows of the resize log' });
      await expect
        .poll(() => textOf(found.first()), patience)
        .toMatch(new RegExp(`${loopingKey}\\s+${usualPreset}\\s+\\d+`));

      await runbook.locator('a[href^="#dashboards/who-and-where/"]').first().click();
      const asked = page.locator('.widget:focus');
      await asked.waitFor();
      expect(await textOf(asked.locator('tbody'))).toMatch(new RegExp(`^${loopingKey}\\s+${usualPreset}\\s+\\d+`));
    });

    test('show the state of an alarm, since when, and why', async () => {
      const page = await at('alarms/redirect-loop');
      const card = page.getByRole('region', { name: 'redirect-loop' });
      expect(await textOf(card)).toMatch(/over 1 in 2 of 5 × 1 min[\s\S]*[2-5] of 5 breach/);
      expect(await card.locator('.periods .breaching').count()).toBeGreaterThanOrEqual(2);
      expect(await card.locator('ol li').count()).toBeGreaterThanOrEqual(2);
      await page.goto(`${watched.under.console.address}#alarms/service-unhealthy`);
      const parts = page.getByRole('region', { name: 'service-unhealthy' }).locator('ul');
      await parts.getByRole('link', { name: 'redirect-loop' }).click();
      await card.waitFor();
    });

    test('can be gone through by keyboard, and keep the focus while they go on', async () => {
      const page = await at('dashboards/health');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('dashboards');
      for (let step = 0; step < 40 && !(await focusedText(page)).startsWith('redirect-loop'); step += 1) {
        await page.keyboard.press('Tab');
      }
      expect(await focusedText(page)).toMatch(/^redirect-loop/);
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
      await play(1, 5);
      await page.waitForTimeout(2500);
      expect(await focusedText(page)).toMatch(/^redirect-loop/);
      await page.keyboard.press('Enter');
      await page.locator('.prose').waitFor();
    });

    test.each(['dashboards/health', 'dashboards/who-and-where', 'alarms/redirect-loop', 'runbooks/README'])(
      'fit every window and have nothing that axe finds: %s',
      async (route) => {
        const page = await at(route);
        for (const [colorScheme, size] of [
          ['light', desk],
          ['dark', desk],
          ['light', phone],
          ['light', { width: 900, height: 1200 }],
        ] as const) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize(size);
          const look = `${colorScheme}, ${size.width}`;
          expect([look, await overflow(page)]).toEqual([look, 0]);
          // Names and colours do not depend on the size.
          if (size === desk) expect(await violationsOn(page), look).toEqual([]);
        }
        await page.setViewportSize(desk);
      },
      120_000,
    );
  });
});

describeInChromium('A dashboard that holds what CloudWatch, or the page, does not know', () => {
  useChain({ change: withOddWidgets });
  const hostileKey = '<img src=x onerror=alert(1)>.jpg';

  test('names what it does not show, and takes no text for markup', async () => {
    const page = await at('dashboards/capacity-and-cost');
    expect(await textOf(page.locator('.note').last())).toMatch(/^1 widget/);
    expect(await textOf(page.locator('.widget.unread'))).toMatch(/body\.widgets\.0\.type is "explorer"/);
    expect(await textOf(page.locator('.widget', { hasText: 'Searched' }))).toMatch(/SEARCH/);
    expect(await page.locator('.widget', { hasText: 'Searched' }).locator('canvas').count()).toBe(0);
    const words = page.locator('.words');
    expect(await textOf(words)).toBe('<img src=x onerror=alert(1)> away run <b>bold</b>');
    expect(await words.locator('a, img, b').count()).toBe(0);
    expect(await violationsOn(page)).toEqual([]);
  });

  test('shows keys from the log as text', async () => {
    await watched.play(1, () => watched.view(hostileKey));
    const page = await at('dashboards/who-and-where');
    const missing = page.getByRole('article', { name: 'Originals that do not exist' });
    expect(await textOf(missing.locator('tbody'))).toContain(hostileKey);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
  });

  test.each(['dashboards/nobody'])('says that there is no %s', async (route) => {
    const page = await at(route);
    expect(await textOf(page.getByRole('alert').filter({ hasText: 'nobody' }))).toMatch(/"nobody"|nobody/);
    await page.locator('.watch-page nav a').first().click();
    await page.locator('.widgets').waitFor();
    expect(await page.locator('.problem').count()).toBe(0);
  });
});
