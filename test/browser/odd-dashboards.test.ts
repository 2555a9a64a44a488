import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOddWidgets } from '../local/console/odd-widgets.ts';
import { violationsOn } from './accessibility.ts';
import { chromiumPath, openPage, startChromium, textOf } from './chromium.ts';
import { startWatchedChain, type WatchedChain } from './watched-chain.ts';

const hostileKey = '<img src=x onerror=alert(1)>.jpg';

describe.skipIf(!chromiumPath)('A dashboard that holds what nobody knows', () => {
  let watched: WatchedChain;
  let browser: Browser;

  beforeAll(async () => {
    [watched, browser] = await Promise.all([startWatchedChain({ change: withOddWidgets }), startChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await watched?.under.stop();
  });

  test('says by name what it does not show, and takes no text for markup', async () => {
    const { page, complaints, close } = await openPage(
      browser,
      `${watched.under.console.address}#dashboards/capacity-and-cost`,
    );
    expect(await textOf(page.locator('.note', { hasText: 'cannot be shown' }))).toMatch(/^1 widget/);
    expect(await textOf(page.locator('.widget.unread'))).toMatch(
      /body\.widgets\.0\.type is "explorer": expected one of text, alarm, log, metric/,
    );
    const broken = page.locator('.widget.broken');
    expect(await textOf(broken)).toMatch(/Searched[\s\S]*The function SEARCH is not known here/);
    expect(await broken.locator('canvas').isVisible()).toBe(false);
    const words = page.locator('.words');
    expect(await textOf(words)).toBe('<img src=x onerror=alert(1)> away run <b>bold</b>');
    expect(await words.locator('a, img, b').count()).toBe(0);
    expect(await violationsOn(page)).toEqual([]);
    await close();
    expect(complaints).toEqual([]);
  });

  test('shows keys from the log as text', async () => {
    await watched.play(1, () => watched.view(hostileKey));
    const { page, complaints, close } = await openPage(
      browser,
      `${watched.under.console.address}#dashboards/who-and-where`,
    );
    const missing = page.getByRole('article', { name: 'Originals that do not exist' });
    expect(await textOf(missing.locator('tbody'))).toContain(hostileKey);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    await close();
    expect(complaints).toEqual([]);
  });

  test('says which lines of metrics CloudWatch would not take, and why', async () => {
    const { lambda, events } = watched.under.chain;
    const line = JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics: [{ Namespace: 'N' }] }, bad: 1 });
    events.emit({ kind: 'log', group: lambda.function.logGroup, line });
    const { page, close } = await openPage(browser, `${watched.under.console.address}#dashboards/health`);
    const note = page.locator('.note.bad');
    expect(await textOf(note)).toContain('CloudWatch would reject lines of metrics.');
    await note.locator('summary').click();
    expect(await textOf(note.locator('li'))).toContain(line);
    // It stays open while the page goes on.
    await page.waitForTimeout(2500);
    expect(await note.locator('li').isVisible()).toBe(true);
    await close();
  });

  test.each([
    ['dashboards/nobody', 'There is no dashboard "nobody", only health, who-and-where, capacity-and-cost.'],
    ['alarms/nobody', 'There is no alarm "nobody".'],
    ['runbooks/nobody', 'There is no runbook "nobody".'],
  ])('a place that is not there says so: %s', async (place, message) => {
    const { page, close } = await openPage(browser, `${watched.under.console.address}#${place}`);
    expect(await textOf(page.locator('#watch-problem .problem'))).toContain(message);
    await page.locator('#watch-tabs').getByRole('link', { name: 'Is it healthy?' }).click();
    await page.getByRole('heading', { name: 'Is it healthy? staging' }).waitFor();
    expect(await page.locator('#watch-problem .problem').count()).toBe(0);
    await close();
  });
});
