import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { desk, overflow, phone, press, settled, textOf, violationsOn } from './chromium.ts';
import { describeConsole } from './console-in-chromium.ts';

/** The states in which the page looks most different. */
const states: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  ['nothing viewed', async () => {}],
  ['a cold miss', (page) => press(page, /cold miss/)],
  ['an outdated warm hit', (page) => press(page, /warm hit/).then(() => press(page, 'Clear the edge cache'))],
  [
    'a loop in the browser, all hops open',
    async (page) => {
      await press(page, /\(L3\)/);
      for (const summary of await page.locator('.result summary').all())
        if (await summary.isVisible()) await summary.click();
    },
  ],
  ['a shortcut', (page) => press(page, /with this Lambda/)],
  ['a refusal', (page) => press(page, /\(E1\)/)],
  [
    'a fault and a problem',
    async (page) => {
      await press(page, 'Break the Lambda');
      await page.getByRole('combobox', { name: 'Size' }).selectOption('1920x');
      await press(page, 'View image');
      await press(page, 'Delete the derivative');
    },
  ],
];

describeConsole('The page of the chain', (at) => {
  /** What has the focus, in words. */
  const focused = () =>
    at.page.evaluate(
      "(({ activeElement: a }) => a.getAttribute('aria-label') ?? a.labels?.[0]?.firstElementChild?.textContent ?? a.textContent.trim())(document)",
    );

  async function tabTo(name: RegExp): Promise<void> {
    for (let step = 0; step < 80; step += 1) {
      await at.page.keyboard.press('Tab');
      if (name.test(String(await focused()))) return;
    }
    throw new Error(`No ${name} within 80 steps of Tab`);
  }

  describe('by its appearance', () => {
    test.each(states)(
      'fits a desk and a phone, and has nothing that axe finds, light and dark: %s',
      async (_, go) => {
        await go(at.page);
        await at.page.setViewportSize(phone);
        expect(await overflow(at.page)).toBe(0);
        await at.page.setViewportSize(desk);
        expect(await overflow(at.page)).toBe(0);
        for (const colorScheme of ['light', 'dark'] as const) {
          await at.page.emulateMedia({ colorScheme });
          expect(await violationsOn(at.page), colorScheme).toEqual([]);
        }
      },
      120_000,
    );

    test('on a phone has the result in view, a diagram that can be read, and buttons that a thumb can hit', async () => {
      await at.page.setViewportSize(phone);
      await press(at.page, /redirect loop/);
      const verdict = await at.page.locator('.verdict').boundingBox();
      expect(verdict?.y).toBeGreaterThanOrEqual(0);
      expect(verdict?.y).toBeLessThan(phone.height);
      const box = await at.diagram.boundingBox();
      expect(box?.height).toBeGreaterThan(box?.width ?? 0);
      const smallest = await at.page.evaluate(
        "Math.min(...[...document.querySelectorAll('svg.chain text')].map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))",
      );
      expect(smallest).toBeGreaterThan(9.5);
      const sides = await at.page.evaluate(
        "[...document.querySelectorAll('button, select')].map((one) => one.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height))",
      );
      expect(Math.min(...(sides as number[]))).toBeGreaterThanOrEqual(24);
    });
  });

  describe('by keyboard', () => {
    test('chooses, views, breaks and mends', async () => {
      await tabTo(/^profile\/ann.jpg$/);
      await at.page.keyboard.press('ArrowUp');
      expect(await focused()).toBe('landing/night.png');
      await tabTo(/^Size$/);
      await at.page.keyboard.press('ArrowDown');
      await tabTo(/^View image$/);
      await at.page.keyboard.press('Enter');
      await at.page.locator('.verdict').waitFor();
      await settled(at.page);
      expect(await at.kind()).toBe('cold');
      expect(await textOf(at.page.locator('figcaption').first())).toContain('300 × 300 PNG');
      await tabTo(/^Cut off S3$/);
      for (const count of [1, 0]) {
        await at.page.keyboard.press('Space');
        await settled(at.page);
        expect(await focused()).toBe('Cut off S3');
        expect(await at.changed()).toHaveLength(count);
      }
    });

    test('begins with a way past the controls', async () => {
      await at.page.keyboard.press('Tab');
      expect(await at.page.evaluate('document.activeElement.className')).toBe('skip');
      await at.page.keyboard.press('Enter');
      expect(await at.page.evaluate('document.activeElement.id')).toBe('result');
    });

    test('shows where it is at every stop, not covered by the bar of changes', async () => {
      await press(at.page, /redirect loop/);
      const seen = new Set<string>();
      for (let step = 0; step < 60; step += 1) {
        await at.page.keyboard.press('Tab');
        seen.add(String(await focused()));
        const isShown = await at.page.evaluate(`(() => {
          const marks = (element) => { const style = getComputedStyle(element); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; };
          const active = document.activeElement;
          const { bottom } = active.getBoundingClientRect();
          const bar = document.querySelector('.change-bar');
          const isCovered = !bar.contains(active) && bottom > bar.getBoundingClientRect().top + 2 && active.offsetHeight < 100;
          return !isCovered && (active === document.body || marks(active) || [...active.parentElement.children].some(marks) || marks(active.parentElement));
        })()`);
        expect(isShown, [...seen].at(-1)).toBe(true);
      }
      expect(seen.size).toBeGreaterThan(40);
    });
  });
});
