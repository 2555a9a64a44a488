import { describe, expect, test } from 'vitest';
import { press, settled, textOf } from './chromium.ts';
import { describeConsole } from './console-in-chromium.ts';

const dayMilliseconds = 24 * 60 * 60 * 1000;

describeConsole('The console changes the chain', (at) => {
  describe('a button', () => {
    const reset = () => press(at.page, 'Reset');

    test('clears the edge cache', async () => {
      await press(at.page, /See a warm view/);
      await press(at.page, 'Clear the edge cache');
      await press(at.page, 'View it');
      expect(await at.verdict()).toMatch(/^Refetched/);
    });

    test('deletes the derivative', async () => {
      await press(at.page, /See a cold view/);
      await press(at.page, 'Delete the derivative');
      await press(at.page, 'Clear the edge cache');
      await press(at.page, 'View it');
      expect(await at.verdict()).toMatch(/^Cold/);
    });

    test('replaces the original, which shows that the old derivative stays, and puts it back', async () => {
      await press(at.page, /See a warm view/);
      await press(at.page, 'Replace the original');
      await press(at.page, 'View it');
      expect(await textOf(at.cause)).toMatch(/^W3 The image is older/);
      await reset();
      await press(at.page, /See a cold view/);
      expect(await at.cause.count()).toBe(0);
    });

    test('lets 14 days pass and again, and goes back to today', async () => {
      await press(at.page, /See a warm view/);
      await press(at.page, '14 days pass');
      await press(at.page, '14 days pass');
      expect(await at.changed()).toEqual([expect.stringContaining('28 days')]);
      await press(at.page, 'View it');
      expect(await textOf(at.page.locator('.tag.hit'))).toBe('RefreshHit from cloudfront');
      await reset();
      expect(await at.changed()).toEqual([]);
    });

    test('that is pressed twice in a hurry shows the days by which the clock is ahead', async () => {
      await at.page.getByRole('button', { name: '14 days pass' }).dblclick();
      await settled(at.page);
      const days = Math.round((at.under.chain.clock.now() - Date.now()) / dayMilliseconds);
      expect(await at.changed()).toEqual([expect.stringContaining(`${days} days`)]);
    });

    test.each([
      ['Cut S3', 'The store did not succeed'],
      ['Break the Lambda', 'Internal Server Error'],
    ])('that says "%s" does, stays pressed, and is undone by itself or by the list', async (name, message) => {
      const toggle = at.page.getByRole('button', { name, exact: true });
      await press(at.page, /See a cold view/);
      await press(at.page, 'Delete the derivative');
      await press(at.page, 'Clear the edge cache');
      await press(at.page, name);
      expect(await toggle.getAttribute('aria-pressed')).toBe('true');
      await press(at.page, 'View it');
      expect(await at.verdict()).toBe('Fault');
      expect(await textOf(at.error)).toContain(message);
      await press(at.page, name);
      expect(await toggle.getAttribute('aria-pressed')).toBe('false');
      await press(at.page, name);
      await reset();
      expect(await toggle.getAttribute('aria-pressed')).toBe('false');
      await press(at.page, 'View it');
      expect(await at.verdict()).toMatch(/^Cold/);
    });

    test('that cannot do its work says why and what to do', async () => {
      await at.page.getByLabel('Size', { exact: true }).selectOption('1280x');
      await press(at.page, 'Delete the derivative');
      expect(await textOf(at.page.getByRole('alert'))).toMatch(
        /There is no derivative 1280x\/profile\/ann.jpg[\s\S]*View the image first/,
      );
      await press(at.page, 'View it');
      expect(await textOf(at.page.getByRole('alert'))).toBe('');
    });

    test('resets everything', async () => {
      await press(at.page, 'Cut S3');
      await press(at.page, 'Clear the edge cache');
      await at.page.getByLabel('A 307 without Cache-Control at the edge').selectOption('legacy');
      await settled(at.page);
      expect(await at.changed()).toHaveLength(2);
      await reset();
      expect(await at.page.locator('.changes').count()).toBe(0);
    });
  });

  describe('settings', () => {
    test('of the parts and of the unknown facts show what is set and change the chain', async () => {
      await at.page.getByLabel('The template', { exact: true }).selectOption('wrong-secret');
      await settled(at.page);
      await press(at.page, 'View it');
      expect(await at.hops()).toEqual(['403']);
      await at.page.getByLabel('The template', { exact: true }).selectOption('none');
      await settled(at.page);
      await at.page.getByLabel('Key in the Location of a routing rule').selectOption('none');
      await settled(at.page);
      expect(await at.changed()).toHaveLength(1);
    });

    test('of the browser make a loop that never reaches the Lambda', async () => {
      await press(at.page, /The browser caches the 301/);
      expect(await at.page.getByLabel('A browser that keeps redirects').isChecked()).toBe(true);
      expect(await textOf(at.cause)).toMatch(/^L4/);
      expect(await at.chain.locator('.ticket.kept').count()).toBe(2);
      expect(await at.chain.getByText('the browser kept it').count()).toBe(1);
      expect(await at.chain.getByText('not called').count()).toBe(1);
    });
  });
});
