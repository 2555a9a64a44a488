/** The report of `make bench` in a browser: from a file, with no network, at any width, dark, and on paper. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conclude } from '../../bench/memory/conclude.ts';
import { reportPage } from '../../bench/memory/page.ts';
import { violationsOn } from '../browser/accessibility.ts';
import { describeInChromium, startChromium } from '../browser/chromium.ts';
import { resultOf } from '../unit/bench/bench-result.ts';

describeInChromium('the page of make bench', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-page-'));
  const file = join(folder, 'memory.html');
  let browser: Browser;

  beforeAll(async () => {
    const result = resultOf();
    writeFileSync(file, reportPage(result, conclude(result)));
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  async function onPage<T>(options: BrowserContextOptions, use: (page: Page) => Promise<T>): Promise<T> {
    const context = await browser.newContext({ offline: true, ...options });
    try {
      const page = await context.newPage();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(pathToFileURL(file).href);
      const used = await use(page);
      expect(asked).toEqual([pathToFileURL(file).href]);
      return used;
    } finally {
      await context.close();
    }
  }

  test.each([
    ['a wide window', { width: 1360, height: 900 }],
    ['a phone', { width: 390, height: 844 }],
  ])('in %s is no wider than it, and its image can be read', async (_, viewport) => {
    await onPage({ viewport }, async (page) => {
      expect(await page.title()).toBe('Take 768 MB on x64.');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
      // 12.5 units are the size of its letters.
      const { width = 0 } = (await page.locator('svg').boundingBox()) ?? {};
      expect((width / 920) * 12.5).toBeGreaterThan(9);
    });
  });

  test.each(['light', 'dark'] as const)('in %s colours has nothing that axe-core finds', async (colorScheme) => {
    expect(await onPage({ colorScheme }, violationsOn)).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('in %s colours has an image whose letters stand out', async (colorScheme) => {
    // axe-core does not look into images.
    const [card = '', ...inks] = await onPage({ colorScheme }, async (page) => {
      const found = `[document.querySelector('svg .card'), ...document.querySelectorAll('svg text:not(.lost)')]`;
      return page.evaluate<string[]>(`${found}.map((one) => getComputedStyle(one).fill)`);
    });
    // What WCAG asks of small letters.
    for (const ink of new Set(inks)) expect(contrast(ink, card), ink).toBeGreaterThan(4.5);
  });

  test('on paper has every column within the sheet', async () => {
    // A4 across, less its margins, in CSS pixels.
    await onPage({ viewport: { width: 1032, height: 703 } }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      const boxes = `[...document.querySelectorAll('.wide')]`;
      expect(await page.evaluate(`${boxes}.length`)).toBe(3);
      expect(await page.evaluate(`${boxes}.filter((box) => box.scrollWidth > box.clientWidth).length`)).toBe(0);
    });
  });
});

/** Of two colours such as `rgb(15, 23, 42)`: WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [one, other].map(luminance).sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
