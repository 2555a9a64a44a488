import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { violationsOn } from './accessibility.ts';
import { press } from './chromium.ts';
import { describeConsole } from './console-in-chromium.ts';

/** The states in which the page looks most different. */
const states: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  ['nothing viewed', async () => {}],
  ['a cold view', (page) => press(page, /See a cold view/)],
  ['a warm view', (page) => press(page, /See a warm view/)],
  ['a loop', (page) => press(page, /See a loop/)],
  [
    'a loop in the browser, all hops open',
    async (page) => {
      await press(page, /Cache-Control on every answer/);
      for (const summary of await page.locator('#hops summary').all())
        if (await summary.isVisible()) await summary.click();
    },
  ],
  ['a shortcut', (page) => press(page, /The same, with this Lambda/)],
  ['a refusal', (page) => press(page, /The secret has drifted/)],
  [
    'a fault and a problem',
    async (page) => {
      await press(page, 'Break the Lambda');
      await page.getByLabel('Size', { exact: true }).selectOption('1920x');
      await press(page, 'View it');
      await press(page, 'Delete the derivative');
    },
  ],
];

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

/** Pixels by which the page is wider than the window. */
async function overflow(page: Page): Promise<number> {
  return Number(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'));
}

describe.each([
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['on a phone', { colorScheme: 'light', ...phone }],
] as const)('%s', (name, window) => {
  describeConsole(
    `The console, ${name},`,
    (at) => {
      test.each(states)('fits its window and has nothing that axe finds: %s', async (_, go) => {
        await go(at.page);
        expect(await overflow(at.page)).toBe(0);
        expect(await violationsOn(at.page)).toEqual([]);
      });
    },
    window,
  );
});

describeConsole('The console by its looks', (at) => {
  test('would be found out by axe if a control had no name or a text no contrast', async () => {
    await at.page.evaluate("document.getElementById('view').textContent = ''");
    await at.page.evaluate("document.getElementById('tour-title').style.color = '#ddd'");
    expect((await violationsOn(at.page)).map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining(['critical button-name', 'serious color-contrast']),
    );
  });

  test('is light or dark as the system is', async () => {
    const ground = () => at.page.evaluate('getComputedStyle(document.body).backgroundColor');
    await at.page.emulateMedia({ colorScheme: 'light' });
    const light = await ground();
    await at.page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).not.toBe(light);
  });

  test('moves nothing for who wants nothing to move', async () => {
    await press(at.page, /See a loop/);
    const animation = () => at.page.evaluate("getComputedStyle(document.querySelector('.ticket')).animationName");
    expect(await animation()).toBe('none');
    await at.page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await animation()).toBe('appear');
  });

  test('still fits when its text is twice as large', async () => {
    await press(at.page, /See a loop/);
    await at.page.evaluate("document.documentElement.style.fontSize = '200%'");
    await at.page.setViewportSize({ width: 1280, height: 800 });
    expect(await overflow(at.page)).toBe(0);
  });
});

describeConsole(
  'The console on a phone',
  (at) => {
    test('lets the chain stand, with text that can be read', async () => {
      await press(at.page, /See a loop/);
      const box = await at.chain.boundingBox();
      expect(box?.height).toBeGreaterThan(box?.width ?? 0);
      const smallest = await at.page.evaluate(
        "Math.min(...[...document.querySelectorAll('svg.chain text')].map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))",
      );
      expect(smallest).toBeGreaterThan(9.5);
    });

    test('brings the result into sight', async () => {
      await press(at.page, /See a cold view/);
      const box = await at.page.locator('.verdict').boundingBox();
      expect(box?.y).toBeGreaterThanOrEqual(0);
      expect(box?.y).toBeLessThan(phone.viewport.height);
    });

    test('has buttons that a thumb can hit', async () => {
      await press(at.page, /See a loop/);
      for (const button of await at.page.locator('button:visible, select:visible').all()) {
        const box = await button.boundingBox();
        expect(Math.min(box?.width ?? 0, box?.height ?? 0), (await button.textContent()) ?? '').toBeGreaterThanOrEqual(
          24,
        );
      }
    });
  },
  phone,
);
