import { describe, expect, test } from 'vitest';
import { press, settled, textOf } from './chromium.ts';
import { describeConsole } from './console-in-chromium.ts';

const dayMilliseconds = 24 * 60 * 60 * 1000;

describeConsole('The console changes the chain', (at) => {
  describe('a button', () => {
    const undo = async (title: string) => press(at.page, `Undo: ${title}`);

    test('lets the edge forget, and undoes it', async () => {
      await press(at.page, /See a warm view/);
      await press(at.page, 'The edge forgets');
      await press(at.page, 'View it');
      expect(await at.verdict()).toMatch(/^Refetched/);
      await press(at.page, 'The edge forgets');
      await undo('The edge has forgotten everything');
      await press(at.page, 'View it');
      expect(await at.verdict()).toMatch(/^Warm/);
    });

    test('deletes the derivative, and puts it back', async () => {
      await press(at.page, /See a cold view/);
      await press(at.page, 'Delete the derivative');
      expect(await at.changed()).toEqual(['200x200/profile/ann.jpg is deleted']);
      await undo('200x200/profile/ann.jpg is deleted');
      await press(at.page, 'The edge forgets');
      await press(at.page, 'View it');
      expect(await at.verdict()).toMatch(/^Refetched/);
    });

    test('replaces the original, which shows that the old derivative stays, and puts it back', async () => {
      await press(at.page, /See a warm view/);
      await press(at.page, 'Replace the original');
      await press(at.page, 'View it');
      expect(await textOf(at.mechanism)).toMatch(/^W3 The image is older/);
      await undo('profile/ann.jpg is replaced');
      await press(at.page, 'View it');
      expect(await at.mechanism.count()).toBe(0);
    });

    test('lets 14 days pass and again, and goes back to today', async () => {
      await press(at.page, /See a warm view/);
      await press(at.page, '14 days pass');
      await press(at.page, '14 days pass');
      expect(await at.changed()).toEqual(['28 days have passed']);
      await press(at.page, 'View it');
      expect(await textOf(at.page.locator('.tag.hit'))).toBe('RefreshHit from cloudfront');
      await undo('28 days have passed');
      expect(await at.changed()).toEqual([]);
    });

    test('that is pressed twice in a hurry shows the days by which the clock is ahead', async () => {
      await at.page.getByRole('button', { name: '14 days pass' }).dblclick();
      await settled(at.page);
      const days = Math.round((at.under.chain.clock.now() - Date.now()) / dayMilliseconds);
      expect(await at.changed()).toEqual([`${days} days have passed`]);
    });

    test.each([
      ['Cut S3', 'S3 is cut', 'The store did not succeed'],
      ['Break the Lambda', 'Lambda is broken', 'Internal Server Error'],
    ])('that says "%s" does, stays pressed, and is undone by itself or by the list', async (name, title, message) => {
      const toggle = at.page.getByRole('button', { name, exact: true });
      await press(at.page, /See a cold view/);
      await press(at.page, 'Delete the derivative');
      await press(at.page, 'The edge forgets');
      await press(at.page, name);
      expect(await toggle.getAttribute('aria-pressed')).toBe('true');
      await press(at.page, 'View it');
      expect(await at.verdict()).toBe('Fault');
      expect(await textOf(at.advice)).toContain(message);
      await press(at.page, name);
      expect(await toggle.getAttribute('aria-pressed')).toBe('false');
      await press(at.page, name);
      await undo(title);
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

    test('undoes everything', async () => {
      await press(at.page, 'Cut S3');
      await press(at.page, 'The edge forgets');
      await at.page.getByLabel('The edge keeps a bare 307').selectOption('legacy');
      await settled(at.page);
      expect(await at.changed()).toHaveLength(3);
      await press(at.page, 'Undo all');
      expect(await at.page.locator('.changes').count()).toBe(0);
    });
  });

  describe('settings', () => {
    test('of the parts and of the unknown facts show what is set and change the chain', async () => {
      await at.page.getByLabel('The template', { exact: true }).selectOption('wrong-secret');
      await settled(at.page);
      await press(at.page, 'View it');
      expect(await at.hops()).toEqual(['403']);
      await at.page.getByLabel('The template', { exact: true }).selectOption('own');
      await settled(at.page);
      await at.page.getByLabel('How S3 writes the key into Location').selectOption('none');
      await settled(at.page);
      expect(await at.changed()).toEqual(['How S3 writes the key into Location: as it is (a b)']);
    });

    test('of the browser make a loop that never reaches the Lambda', async () => {
      await press(at.page, /The browser keeps the 301/);
      expect(await at.page.getByLabel('A browser that keeps redirects').isChecked()).toBe(true);
      expect(await textOf(at.mechanism)).toMatch(/^L4/);
      expect(await at.chain.locator('.ticket.kept').count()).toBe(2);
      expect(await at.chain.getByText('the browser kept it').count()).toBe(1);
      expect(await at.chain.getByText('not called').count()).toBe(1);
    });
  });
});
