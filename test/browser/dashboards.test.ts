import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { violationsOn } from './accessibility.ts';
import { chromiumPath, howToGetChromium, type OpenPage, openPage, startChromium, textOf } from './chromium.ts';
import { loopingKey, startWatchedChain, usualPreset, type WatchedChain } from './watched-chain.ts';

if (!chromiumPath) console.warn(`\n  The dashboards: not tested in a browser. ${howToGetChromium}\n`);

/** Many views in one process, beside a browser. */
const patient = 240_000;
const keys = [loopingKey, 'landing/night.png', 'ann & bob+1.jpg'];
/** The alarm says nothing of fewer than twenty redirects a minute. */
const enoughViews = 25;

describe.skipIf(!chromiumPath)('The dashboards', () => {
  let watched: WatchedChain;
  let browser: Browser;
  let open: OpenPage | undefined;

  beforeAll(async () => {
    [watched, browser] = await Promise.all([startWatchedChain(), startChromium()]);
  }, patient);
  afterAll(async () => {
    await browser?.close();
    await watched?.under.stop();
  });
  afterEach(async () => {
    await open?.close();
    expect(open?.complaints ?? []).toEqual([]);
    open = undefined;
  });

  /** A window of its own at a place, once that has data. */
  async function at(place: string, window: BrowserContextOptions = {}): Promise<Page> {
    open = await openPage(browser, `${watched.under.console.address}#${place}`, window);
    await shown(open.page);
    return open.page;
  }

  /** Minutes in which so many viewers look at each of the images. */
  const play = (minutes: number, viewers = enoughViews) =>
    watched.play(minutes, async () => {
      for (let count = 0; count < viewers; count += 1) await Promise.all(keys.map((key) => watched.view(key)));
    });

  async function shown(page: Page): Promise<void> {
    await page.locator('#watch-body > *').waitFor();
    await page.getByText('Reading the log …').first().waitFor({ state: 'detached' });
  }

  const tile = (page: Page, name: string) => page.locator(`#tile-${name}`);

  describe('before anything has happened', () => {
    test('say what to do, and that alarms have no data', async () => {
      const page = await at('dashboards');
      expect(await textOf(page.locator('.note'))).toMatch(
        /No data yet\. View an image, or run make load-smoke\. .*lag/,
      );
      expect(await page.locator('.tile.is-unsure').count()).toBeGreaterThan(15);
      expect(await textOf(page.locator('.graph .none').first())).toBe('No data in this time.');
      await page.getByRole('link', { name: 'View an image' }).click();
      await page.getByRole('button', { name: 'View it' }).waitFor();
      expect(await page.locator('#watch-page').isVisible()).toBe(false);
    });

    test.each(['light', 'dark'] as const)('have nothing that axe finds: %s', async (colorScheme) => {
      const page = await at('dashboards/health', { colorScheme });
      expect(await violationsOn(page)).toEqual([]);
    });
  });

  describe('on a calm day', () => {
    beforeAll(() => play(12), patient);

    test('draw what was measured, with the latest values beside their lines', async () => {
      const page = await at('dashboards/health');
      expect(await page.locator('.note').count()).toBe(0);
      const graph = page.getByRole('article', { name: 'Images' });
      // Three images, each seen 25 times a minute.
      expect(await textOf(graph.locator('.legend'))).toMatch(/images\s+75\s+requests\s+75/);
      expect(await graph.locator('canvas').getAttribute('aria-label')).toBe('Images, images 75, requests 75');
      const painted = await page.evaluate(
        `((canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean))(document.querySelector('[aria-label^="Images,"]'))`,
      );
      expect(painted).toBe(true);
      expect(await textOf(page.getByRole('article', { name: /^Redirect loops %/ }).locator('b'))).toBe('0 %');
      expect(await textOf(page.getByRole('article', { name: /^Image hit rate % / }).locator('b'))).toMatch(
        /^9\d.* %$|^100 %$/,
      );
      expect(await page.locator('.tile.is-red').count()).toBe(0);
    });

    test('go on by themselves, without being asked for again', async () => {
      const page = await at('dashboards/health');
      const requests = page.getByRole('article', { name: 'Images' }).locator('.legend li', { hasText: 'requests' });
      const before = await textOf(requests);
      await play(6, 10);
      await expect.poll(() => textOf(requests), { timeout: 60_000 }).not.toBe(before);
    });

    test('look back as far as they are told', async () => {
      const page = await at('dashboards/health');
      const time = page.locator('#watch-time');
      expect(await textOf(time)).toMatch(/^\d+ min up to 08:\d\d:\d\d UTC$/);
      await page.getByLabel('Time').selectOption({ label: 'last 8 h' });
      await expect.poll(() => textOf(time)).toMatch(/^8 h up to 08:/);
    });

    test('lead from one to another, and to their runbooks, and to nowhere else', async () => {
      const page = await at('dashboards/health');
      await page.locator('.words').getByRole('link', { name: 'Who and where?' }).first().click();
      await page.getByRole('heading', { name: 'Who and where? staging' }).waitFor();
      expect(page.url()).toMatch(/#dashboards\/who-and-where$/);
      expect(await page.title()).toBe('Who and where? · Console of the chain');
      await shown(page);
      expect(await textOf(page.getByRole('article', { name: 'Derivatives by preset' }))).toMatch(/200x200\s+3/);
      await page.locator('.words').getByRole('link', { name: 'redirect-loop' }).click();
      await page.getByRole('heading', { name: 'Is it real' }).waitFor();
      const everywhere = await page.evaluate(
        "[...document.querySelectorAll('a')].map((link) => link.getAttribute('href'))",
      );
      expect((everywhere as string[]).filter((href) => !href.startsWith('#'))).toEqual([]);
      await page.goBack();
      await page.goBack();
      await page.getByRole('heading', { name: 'Is it healthy? staging' }).waitFor();
    });

    test('leave the view on the chain’s page as it was', async () => {
      open = await openPage(browser, watched.under.console.address);
      const { page } = open;
      await page.getByRole('radio', { name: 'landing/night.png' }).check();
      await page.getByRole('button', { name: 'View it' }).click();
      const verdict = await textOf(page.locator('.verdict-title'));
      await page.getByRole('link', { name: /^Dashboards/ }).click();
      await page.getByRole('heading', { name: 'Is it healthy? staging' }).waitFor();
      await page.getByRole('link', { name: 'Chain' }).click();
      expect(await textOf(page.locator('.verdict-title'))).toBe(verdict);
      expect(await page.title()).toBe('Console of the chain');
    });
  });

  describe('when a redirect is kept', () => {
    beforeAll(async () => {
      await watched.keepARedirect();
      await play(8);
    }, patient);

    test('lead whoever is on call for the first time from page 1 to the key and the cause in two clicks', async () => {
      const page = await at('dashboards/health');
      expect(await textOf(page.getByRole('link', { name: /^Dashboards/ }))).toMatch(/Dashboards\s+\d+ red/);
      const red = tile(page, 'redirect-loop');
      expect(await textOf(red)).toMatch(
        /redirect-loop\s+Viewers are sent round again for images that exist\s+in alarm for \d+ (s|min), page/,
      );

      await red.click();
      const runbook = page.getByRole('article', { name: 'Runbook redirect-loop' });
      const found = runbook.getByRole('group', { name: 'Rows of the resize log' });
      expect(await textOf(found)).toMatch(new RegExp(`${loopingKey}\\s+${usualPreset}\\s+\\d+`));
      expect(await textOf(runbook)).toMatch(/Find it[\s\S]*x-cache: Hit\s+kept redirect/);

      await runbook.getByRole('link', { name: 'Keys that existed when the API was called' }).click();
      const asked = page.getByRole('article', { name: 'Keys that existed when the API was called' });
      expect(await textOf(asked.locator('tbody'))).toMatch(new RegExp(`^${loopingKey}\\s+${usualPreset}\\s+\\d+`));
      expect(await page.evaluate("document.activeElement.querySelector('h3')?.textContent")).toBe(
        'Keys that existed when the API was called',
      );
    });

    test('say of an alarm how it stands, since when, and why', async () => {
      const page = await at('alarms/redirect-loop');
      const card = page.getByRole('region', { name: 'redirect-loop' });
      expect(await textOf(card)).toMatch(
        /in alarm for[\s\S]*Red when\s+over 1 in 2 of 5 × 1 min[\s\S]*[2-5] of 5 breach/,
      );
      expect(await card.locator('.periods .breaching').count()).toBeGreaterThanOrEqual(2);
      expect(await textOf(card.locator('.history'))).toMatch(/in alarm, before: OK[\s\S]*OK, before: no data/);
      await page.goto(`${watched.under.console.address}#alarms/service-unhealthy`);
      const parts = page.getByRole('region', { name: 'service-unhealthy' }).locator('.parts');
      expect(await textOf(parts)).toMatch(/redirect-loop\s+in alarm/);
      await parts.getByRole('link', { name: 'redirect-loop' }).click();
      await card.waitFor();
    });

    test('can be gone through by keyboard', async () => {
      const page = await at('dashboards/health');
      const focused = () => page.evaluate('document.activeElement.id');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the dashboard');
      await page.keyboard.press('Enter');
      expect(await focused()).toBe('watch-page');
      for (let step = 0; step < 40 && (await focused()) !== 'tile-redirect-loop'; step += 1) {
        await page.keyboard.press('Tab');
      }
      expect(await focused()).toBe('tile-redirect-loop');
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
      await play(1, 5);
      // The tiles are drawn anew with each minute; the focus stays.
      await page.waitForTimeout(2500);
      expect(await focused()).toBe('tile-redirect-loop');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Is it real' }).waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toContain('Back to the dashboard');
    });

    test('are told to who cannot see them when alarms turn', async () => {
      const page = await at('dashboards/health');
      expect(await textOf(page.locator('#watch-status'))).toMatch(/^\d+ alarms are red\.$/);
    });

    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
    const places = [
      'dashboards/health',
      'dashboards/who-and-where',
      'dashboards/capacity-and-cost',
      'alarms/redirect-loop',
      'alarms/error-budget-burn-fast',
      'runbooks/README',
    ];
    test.each(
      places.flatMap((place) => [
        [place, 'light', { colorScheme: 'light' } as const],
        [place, 'dark', { colorScheme: 'dark' } as const],
        [place, 'on a phone', { colorScheme: 'light', ...phone } as const],
        [place, 'on a tablet', { colorScheme: 'light', viewport: { width: 900, height: 1200 } } as const],
      ]),
    )('fit their window and have nothing that axe finds: %s, %s', async (place, _, window) => {
      const page = await at(place, window);
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow).toBe(0);
      expect(await violationsOn(page)).toEqual([]);
    });

    test('stand one below the other on a phone, in the order of reading', async () => {
      const page = await at('dashboards/health', phone);
      const tops = await page.evaluate(
        "[...document.querySelectorAll('.widget')].map((widget) => widget.getBoundingClientRect().top)",
      );
      expect(tops).toEqual((tops as number[]).toSorted((a, b) => a - b));
      expect(new Set(tops as number[]).size).toBe((tops as number[]).length);
    });
  });
});
