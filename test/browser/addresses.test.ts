import { describe, expect, test } from 'vitest';
import { openPage, press, ready, textOf } from './chromium.ts';
import { describeConsole } from './console-in-chromium.ts';

describeConsole('The console keeps and tells', (at) => {
  describe('an address', () => {
    test('brings back the same view after a reload, without asking the chain again', async () => {
      await press(at.page, /See a loop/);
      const before = await textOf(at.page.locator('#hops'));
      const seen = await textOf(at.page.locator('.numbers'));
      await at.page.reload();
      await ready(at.page);
      expect(await at.verdict()).toMatch(/^Loop/);
      expect(await textOf(at.page.locator('#hops'))).toBe(before);
      expect(await textOf(at.page.locator('.numbers'))).toBe(seen);
      expect(await at.page.locator('.offer').count()).toBe(0);
    });

    test('shows a colleague the same hops, and sets their chain up only when they say so', async () => {
      await press(at.page, /See a loop/);
      const link = at.page.url();
      expect(link.length).toBeLessThan(6000);
      await press(at.page, 'Reset');
      const theirs = await openPage(at.browser, link);
      try {
        expect(await textOf(theirs.page.locator('.verdict-title'))).toMatch(/^Loop/);
        expect(await theirs.page.locator('.changes').count()).toBe(0);
        const offer = theirs.page.getByRole('group', { name: 'The setup of this link' });
        expect(await textOf(offer)).toContain('Lambda redirects always, template: DefaultTTL of a day');
        expect((await at.under.done('reset')).state.changes).toEqual([]);

        await press(theirs.page, 'Do the same here');
        expect(await theirs.page.locator('.changes li').count()).toBe(3);
        expect(await theirs.page.locator('.offer').count()).toBe(0);
        expect(await textOf(theirs.page.locator('.verdict-title'))).toMatch(/^Loop/);
        expect(theirs.complaints).toEqual([]);
      } finally {
        await theirs.close();
      }
    });

    test('goes back and forth between views', async () => {
      await press(at.page, /See a cold view/);
      await press(at.page, /See a warm view/);
      await at.page.goBack();
      await at.page.getByText('Cold: made for this view').first().waitFor();
      await at.page.goForward();
      await at.page.getByText('Warm: straight from CloudFront').first().waitFor();
    });

    test.each(['#view=broken', '#view=', '?preset=1x1&image=../../etc&colour=red', '?lambda=%3Cscript%3E'])(
      'that is broken (%s) opens the page all the same',
      async (rest) => {
        await at.page.goto(at.under.console.address + rest);
        await at.page.reload();
        await ready(at.page);
        expect(await textOf(at.page.locator('h1'))).toContain('resize-on-miss');
      },
    );

    /** Puts a view of somebody's making into the address, of this kind. */
    const forge = async (kind: string) => {
      await press(at.page, /See a cold view/);
      await at.page.evaluate(`(async () => {
        const view = { kind: '${kind}', title: '<img src=x onerror=alert(1)>', sentence: '<b>bold</b>', hops: [{ place: 'edge', from: 'network', method: 'GET', url: 'http://a/', status: 200, headers: { 'content-type': '<i>' }, bytes: 0, milliseconds: 1, steps: [], says: '<script>' }], milliseconds: 1, at: '', id: 'none', image: 'a', preset: '1x1' };
        const stream = new Blob([JSON.stringify(view)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
        const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
        location.hash = 'view=' + btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
      })()`);
      await at.page.reload();
      await ready(at.page);
    };

    test('with a view of a kind that this console does not know shows none', async () => {
      await forge('lukewarm');
      expect(await at.page.locator('.verdict').count()).toBe(0);
    });

    test('with a view of somebody’s making shows text where they put markup', async () => {
      await forge('cold');
      expect(await at.verdict()).toBe('<img src=x onerror=alert(1)>');
      expect(await at.page.locator('.verdict b, .verdict img, #hops i').count()).toBe(0);
    });
  });

  describe('the log and the live strip', () => {
    test('show lines as they come, the metrics so that a person can read them', async () => {
      await press(at.page, /See a cold view/);
      const metrics = at.page.locator('.line[data-kind="metrics"]', { hasText: 'Resized 1' }).last();
      await metrics.waitFor();
      expect(await textOf(metrics)).toMatch(/ResizeMs [\d.]+ ms[\s\S]*OutBytes [\d.]+ k?B/);
      await metrics.locator('summary').click();
      expect(await textOf(metrics.locator('pre'))).toContain('"CloudWatchMetrics"');
      await at.page.getByLabel('Show').selectOption('access');
      expect(await at.page.locator('.line:visible').allInnerTexts()).toEqual(
        expect.arrayContaining([expect.stringMatching(/API GET ANY \/resize: 301/)]),
      );
      expect(await metrics.isVisible()).toBe(false);
    });

    test('wait while they are held', async () => {
      await press(at.page, 'Clear');
      await at.page.getByRole('button', { name: 'Hold' }).click();
      await press(at.page, /See a cold view/);
      await at.page.waitForTimeout(600);
      expect(await at.page.locator('.line').count()).toBe(0);
      await at.page.getByRole('button', { name: 'Hold' }).click();
      expect(await at.page.locator('.line').count()).toBeGreaterThan(0);
    });

    test('count hits, resizes, loop suspects and errors', async () => {
      await press(at.page, /See a cold view/);
      const tile = (name: string) => textOf(at.page.locator('.numbers dl > div', { hasText: name }).locator('b'));
      const before = Number(await tile('Resizes'));
      await press(at.page, /See a cold view/);
      await expect.poll(() => tile('Resizes').then(Number), { timeout: 20_000 }).toBe(before + 1);
      expect(await tile('Edge hit rate')).toMatch(/^\d+ %$/);
      const suspects = Number(await tile('Loop suspects'));
      await press(at.page, /See a loop/);
      await expect.poll(() => tile('Loop suspects').then(Number), { timeout: 20_000 }).toBe(suspects + 10);
      expect(await tile('Errors')).toMatch(/^\d+$/);
    });
  });
});
