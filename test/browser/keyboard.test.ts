import { expect, test } from 'vitest';
import { press, settled, textOf } from './chromium.ts';
import { describeConsole } from './console-in-chromium.ts';

describeConsole('The console by keyboard', (at) => {
  /** What has the focus, in words. */
  const focused = () =>
    at.page.evaluate(
      "(({ activeElement: a }) => a.getAttribute('aria-label') ?? a.labels?.[0]?.textContent.trim() ?? a.textContent.trim())(document)",
    );

  async function tabTo(name: RegExp): Promise<void> {
    for (let step = 0; step < 80; step += 1) {
      await at.page.keyboard.press('Tab');
      if (name.test(String(await focused()))) return;
    }
    throw new Error(`No ${name} within 80 steps of Tab`);
  }

  test('chooses, views, breaks and mends', async () => {
    await tabTo(/^profile\/ann.jpg$/);
    await at.page.keyboard.press('ArrowUp');
    expect(await focused()).toBe('landing/night.png');
    await tabTo(/^Size$/);
    await at.page.keyboard.press('ArrowDown');
    await tabTo(/^View it$/);
    await at.page.keyboard.press('Enter');
    await at.page.locator('.verdict').waitFor();
    await settled(at.page);
    expect(await at.verdict()).toMatch(/^Cold/);
    expect(await textOf(at.page.locator('figcaption').first())).toContain('300 × 300 PNG');

    await tabTo(/^Cut S3$/);
    await at.page.keyboard.press('Space');
    await settled(at.page);
    // The button that was pressed still has the focus, though it was drawn anew.
    expect(await focused()).toBe('Cut S3');
    expect(await at.changed()).toEqual(['S3 is cut']);
    await at.page.keyboard.press('Space');
    await settled(at.page);
    expect(await at.changed()).toEqual([]);
  });

  test('begins with a way past the controls', async () => {
    await at.page.reload();
    await at.page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the result');
    await at.page.keyboard.press('Enter');
    expect(await at.page.evaluate('document.activeElement.id')).toBe('result');
  });

  test('shows where it is, at every stop', async () => {
    await press(at.page, /See a loop/);
    const seen = new Set<string>();
    for (let step = 0; step < 60; step += 1) {
      await at.page.keyboard.press('Tab');
      seen.add(String(await focused()));
      const isShown = await at.page.evaluate(`(() => {
        const marks = (element) => { const style = getComputedStyle(element); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; };
        const active = document.activeElement;
        return active === document.body || marks(active) || [...active.parentElement.children].some(marks) || marks(active.parentElement);
      })()`);
      expect(isShown, [...seen].at(-1)).toBe(true);
    }
    expect(seen.size).toBeGreaterThan(40);
  });

  test('has landmarks and headings to move by', async () => {
    await press(at.page, /See a loop/);
    for (const name of ['Choose', 'Result', 'What if …', 'Mistakes by name', 'Logs, as they come']) {
      expect(await at.page.getByRole('region', { name, exact: true }).count(), name).toBe(1);
    }
    expect(await at.page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await at.page.getByRole('main').count()).toBe(1);
  });
});
