import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ConsoleUnderTest, photo, startConsoleUnderTest } from '../local/console/real-chain.ts';
import {
  chromiumPath,
  howToGetChromium,
  type OpenPage,
  openPage,
  press,
  ready,
  settled,
  startChromium,
  textOf,
} from './chromium.ts';

if (!chromiumPath) console.warn(`\n  The console is not tested in a browser. ${howToGetChromium}\n`);

describe.skipIf(!chromiumPath)('the console in Chromium', () => {
  let under: ConsoleUnderTest;
  let browser: Browser;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    [under, browser] = await Promise.all([startConsoleUnderTest(), startChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await under.stop();
  });
  beforeEach(async () => {
    open = await openPage(browser, under.console.address);
    page = open.page;
    await page.getByRole('radio', { name: 'profile/ann.jpg' }).check();
  });
  afterEach(async () => {
    await open.close();
    await under.done('undo');
    expect(open.complaints).toEqual([]);
  });

  const verdict = () => textOf(page.locator('.verdict-title'));
  const hops = () => page.locator('.hop-status').allInnerTexts();
  const changed = () => page.locator('.changes li > span').allInnerTexts();
  const picture = () => page.locator('svg.chain');

  describe('at first', () => {
    test('is there without asking anything of the network but its own server', async () => {
      expect(await page.title()).toBe('Console of the chain');
      expect(await textOf(page.locator('h2#tour-title'))).toContain('The first viewer sets off the resize.');
      expect(await page.getByRole('radio').count()).toBe(4);
      expect(await picture().getAttribute('aria-label')).toMatch(/^The chain: a viewer asks CloudFront/);
      expect(await page.locator('.verdict').count()).toBe(0);
    });

    test('offers the presets of the template, and one size that is not on its list', async () => {
      const sizes = await page.getByLabel('Size', { exact: true }).locator('option').allInnerTexts();
      expect(sizes).toEqual(expect.arrayContaining(['48x48', '200x200', '320x', '999x999 (not on the list)']));
      expect(await page.getByLabel('Format').locator('option').allInnerTexts()).toEqual([
        'as the original',
        'webp',
        'avif',
      ]);
    });
  });

  describe('a view', () => {
    test('that is cold shows three hops with what went on behind them, and the picture beside its original', async () => {
      await press(page, /See a cold view/);
      expect(await verdict()).toBe('Cold: made for this view');
      expect(await hops()).toEqual(['307', '301', '200']);
      expect(await picture().getAttribute('aria-label')).toBe(
        'Cold: made for this view. 1: CloudFront 307; 2: API Gateway 301; 3: CloudFront 200.',
      );
      expect(await picture().locator('.part.touched .name').allTextContents()).toHaveLength(6);
      expect(await textOf(page.locator('.hop').nth(1))).toMatch(/no-store[\s\S]*S3 originals GetObject 200/);
      expect(await page.locator('figcaption').allInnerTexts()).toEqual([
        expect.stringMatching(/Original\s+600 × 450 JPEG, [\d.]+ kB/),
        expect.stringMatching(/Derivative 200x200\s+200 × 200 JPEG, [\d.]+ k?B \([\d.]+ % of the bytes\), [\d.]+ m?s/),
      ]);
      const widths = await page.evaluate(
        'Promise.all([...document.querySelectorAll("figure img")].map((img) => img.decode().then(() => img.naturalWidth)))',
      );
      expect(widths).toEqual([600, 200]);
    });

    test('that is warm touches CloudFront alone', async () => {
      await press(page, /See a warm view/);
      expect(await verdict()).toBe('Warm: straight from CloudFront');
      expect(await hops()).toEqual(['200']);
      expect(await textOf(page.locator('.tag.hit'))).toBe('Hit from cloudfront');
      expect(await picture().locator('.part.touched .name').allTextContents()).toEqual(['Viewer', 'CloudFront']);
    });

    test('that goes round is stopped, named, and told with the setting that causes it', async () => {
      await press(page, /See a loop/);
      expect(await verdict()).toBe('Loop: sent round until the browser gave up');
      expect(await page.locator('h3', { hasText: '21 hops' }).count()).toBe(1);
      expect(await page.getByText('15 more hops, the same two in turn').isVisible()).toBe(true);
      expect(await picture().locator('.round').allTextContents()).toEqual(['× 10']);
      const why = await textOf(page.getByRole('region', { name: 'The mechanism' }));
      expect(why).toMatch(/^L1 The edge kept the redirect/);
      expect(why).toContain('DefaultTTL is 86400 seconds');
      expect(await page.getByText('No picture: the browser gave up.').isVisible()).toBe(true);
    });

    test('looks different for each kind, in shape, words and colour', async () => {
      const looks: string[][] = [];
      for (const name of [/See a cold view/, /See a warm view/, /See a loop/]) {
        await press(page, name);
        looks.push([
          await verdict(),
          await page.locator('.verdict svg').innerHTML(),
          String(await page.evaluate("getComputedStyle(document.querySelector('.verdict')).borderLeftColor")),
          (await picture().locator('.part.touched').count()).toString() + (await picture().locator('.round').count()),
        ]);
      }
      for (const aspect of looks[0]?.keys() ?? []) expect(new Set(looks.map((look) => look[aspect])).size).toBe(3);
    });

    test('of a chosen size and format has them', async () => {
      await page.getByLabel('Size', { exact: true }).selectOption('400x400');
      await page.getByLabel('Format').selectOption('webp');
      expect(await textOf(page.locator('#address'))).toBe('/400x400.webp/profile/ann.jpg');
      await press(page, 'View it');
      expect(await textOf(page.locator('figcaption').last())).toContain('400 × 400 WEBP');
    });

    test('of a size that is not on the list says what S3 said and what to do', async () => {
      await page.getByLabel('Size', { exact: true }).selectOption('999x999');
      await press(page, 'View it');
      expect(await verdict()).toBe('Refused');
      const said = await textOf(page.getByRole('region', { name: 'What the error says' }));
      expect(said).toContain('S3 says NoSuchKey');
      expect(said).toContain('No routing rule begins with this size');
    });

    test('of a broken original shows the message of the chain and what to do', async () => {
      await page.getByRole('radio', { name: 'broken.jpg' }).check();
      await press(page, 'View it');
      const said = await textOf(page.getByRole('region', { name: 'What the error says' }));
      expect(said).toMatch(/The original is broken or cut short[\s\S]*upload the original again/);
    });

    test('is announced to who cannot see it', async () => {
      await press(page, /See a warm view/);
      expect(await textOf(page.getByRole('status'))).toMatch(/^Warm: straight from CloudFront\. One request/);
    });
  });

  describe('an upload', () => {
    test('that is chosen becomes an original, is chosen, and can be viewed', async () => {
      const file = join(mkdtempSync(join(tmpdir(), 'upload-')), 'my cat & me.png');
      writeFileSync(file, await photo(320, 240).png().toBuffer());
      await page.locator('#file').setInputFiles(file);
      await settled(page);
      expect(await page.getByRole('radio', { name: 'uploads/my cat & me.png' }).isChecked()).toBe(true);
      expect(await changed()).toEqual(['uploads/my cat & me.png is uploaded']);
      await press(page, 'View it');
      expect(await verdict()).toBe('Cold: made for this view');
      expect(await textOf(page.locator('figcaption').first())).toContain('320 × 240 PNG');
    });

    test('that is dropped becomes one, too', async () => {
      const bytes = [...(await photo(100, 100).jpeg().toBuffer())];
      const transfer = await page.evaluateHandle(
        `(() => { const data = new DataTransfer(); data.items.add(new File([new Uint8Array(${JSON.stringify(bytes)})], 'dropped.jpg')); return data; })()`,
      );
      await page.locator('#drop').dispatchEvent('drop', { dataTransfer: transfer });
      await page.getByRole('radio', { name: 'uploads/dropped.jpg' }).waitFor({ state: 'attached' });
      await settled(page);
      expect(await page.getByRole('radio', { name: 'uploads/dropped.jpg' }).isChecked()).toBe(true);
    });
  });

  describe('a button', () => {
    const undo = async (title: string) => press(page, `Undo: ${title}`);

    test('lets the edge forget, and undoes it', async () => {
      await press(page, /See a warm view/);
      await press(page, 'The edge forgets');
      await press(page, 'View it');
      expect(await verdict()).toMatch(/^Refetched/);
      await press(page, 'The edge forgets');
      await undo('The edge has forgotten everything');
      await press(page, 'View it');
      expect(await verdict()).toMatch(/^Warm/);
    });

    test('deletes the derivative, and puts it back', async () => {
      await press(page, /See a cold view/);
      await press(page, 'Delete the derivative');
      expect(await changed()).toEqual(['200x200/profile/ann.jpg is deleted']);
      await undo('200x200/profile/ann.jpg is deleted');
      await press(page, 'The edge forgets');
      await press(page, 'View it');
      expect(await verdict()).toMatch(/^Refetched/);
    });

    test('replaces the original, which shows that the old derivative stays, and puts it back', async () => {
      await press(page, /See a warm view/);
      await press(page, 'Replace the original');
      await press(page, 'View it');
      expect(await textOf(page.getByRole('region', { name: 'The mechanism' }))).toMatch(/^W3 The picture is older/);
      await undo('profile/ann.jpg is replaced');
      await press(page, 'View it');
      expect(await page.getByRole('region', { name: 'The mechanism' }).count()).toBe(0);
    });

    test('lets 14 days pass and again, and goes back to today', async () => {
      await press(page, /See a warm view/);
      await press(page, '14 days pass');
      await press(page, '14 days pass');
      expect(await changed()).toEqual(['28 days have passed']);
      await press(page, 'View it');
      expect(await textOf(page.locator('.tag.hit'))).toBe('RefreshHit from cloudfront');
      await undo('28 days have passed');
      expect(await changed()).toEqual([]);
    });

    test.each([
      ['Cut S3', 'S3 is cut', 'The store did not succeed'],
      ['Break the Lambda', 'Lambda is broken', 'Internal Server Error'],
    ])('that says "%s" does, stays pressed, and is undone by itself or by the list', async (name, title, message) => {
      const toggle = page.getByRole('button', { name, exact: true });
      await press(page, /See a cold view/);
      await press(page, 'Delete the derivative');
      await press(page, 'The edge forgets');
      await press(page, name);
      expect(await toggle.getAttribute('aria-pressed')).toBe('true');
      await press(page, 'View it');
      expect(await verdict()).toBe('Fault');
      expect(await textOf(page.getByRole('region', { name: 'What the error says' }))).toContain(message);
      await press(page, name);
      expect(await toggle.getAttribute('aria-pressed')).toBe('false');
      await press(page, name);
      await undo(title);
      expect(await toggle.getAttribute('aria-pressed')).toBe('false');
      await press(page, 'View it');
      expect(await verdict()).toMatch(/^Cold/);
    });

    test('that cannot do its work says why and what to do', async () => {
      await page.getByLabel('Size', { exact: true }).selectOption('1280x');
      await press(page, 'Delete the derivative');
      expect(await textOf(page.getByRole('alert'))).toMatch(
        /There is no derivative 1280x\/profile\/ann.jpg[\s\S]*View the picture first/,
      );
      await press(page, 'View it');
      expect(await textOf(page.getByRole('alert'))).toBe('');
    });

    test('undoes everything', async () => {
      await press(page, 'Cut S3');
      await press(page, 'The edge forgets');
      await page.getByLabel('The edge keeps a 307 without Cache-Control').selectOption('legacy');
      await settled(page);
      expect(await changed()).toHaveLength(3);
      await press(page, 'Undo all');
      expect(await page.locator('.changes').count()).toBe(0);
    });
  });

  describe('settings', () => {
    test('of the parts and of the unknown facts show what is set and change the chain', async () => {
      await page.getByLabel('The template', { exact: true }).selectOption('wrong-secret');
      await settled(page);
      await press(page, 'View it');
      expect(await hops()).toEqual(['403']);
      await page.getByLabel('The template', { exact: true }).selectOption('own');
      await settled(page);
      await page.getByLabel('How S3 writes the key into Location').selectOption('none');
      await settled(page);
      expect(await changed()).toEqual(['How S3 writes the key into Location: as it is']);
    });

    test('of the browser make a loop that never reaches the Lambda', async () => {
      await press(page, /The browser keeps the 301/);
      expect(await page.getByLabel('A browser that keeps redirects').isChecked()).toBe(true);
      expect(await textOf(page.getByRole('region', { name: 'The mechanism' }))).toMatch(/^L4/);
      expect(await picture().locator('.ticket.kept').count()).toBe(2);
      expect(await picture().getByText('the browser kept it').count()).toBe(1);
      expect(await picture().getByText('not called').count()).toBe(1);
    });
  });

  describe('an address', () => {
    test('brings back the same view after a reload, without asking the chain again', async () => {
      await press(page, /See a loop/);
      const before = await textOf(page.locator('#hops'));
      const seen = await textOf(page.locator('.numbers'));
      await page.reload();
      await ready(page);
      expect(await verdict()).toMatch(/^Loop/);
      expect(await textOf(page.locator('#hops'))).toBe(before);
      expect(await textOf(page.locator('.numbers'))).toBe(seen);
      expect(await page.locator('.offer').count()).toBe(0);
    });

    test('shows a colleague the same hops, and sets their chain up only when they say so', async () => {
      await press(page, /See a loop/);
      const link = page.url();
      expect(link.length).toBeLessThan(6000);
      await press(page, 'Undo all');
      const theirs = await openPage(browser, link);
      try {
        expect(await textOf(theirs.page.locator('.verdict-title'))).toMatch(/^Loop/);
        expect(await theirs.page.locator('.changes').count()).toBe(0);
        const offer = theirs.page.getByRole('group', { name: 'The setup of this link' });
        expect(await textOf(offer)).toContain('Lambda redirects always, template: DefaultTTL of a day');
        expect((await under.done('undo')).state.changes).toEqual([]);

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
      await press(page, /See a cold view/);
      await press(page, /See a warm view/);
      await page.goBack();
      await page.getByText('Cold: made for this view').first().waitFor();
      await page.goForward();
      await page.getByText('Warm: straight from CloudFront').first().waitFor();
    });

    test.each(['#view=broken', '#view=', '?preset=1x1&picture=../../etc&colour=red', '?lambda=%3Cscript%3E'])(
      'that is broken (%s) opens the page all the same',
      async (rest) => {
        await page.goto(under.console.address + rest);
        await page.reload();
        await ready(page);
        expect(await textOf(page.locator('h1'))).toContain('resize-on-miss');
      },
    );

    test('with a view of somebody’s making shows text where they put markup', async () => {
      await press(page, /See a cold view/);
      await page.evaluate(`(async () => {
        const view = { kind: 'cold', title: '<img src=x onerror=alert(1)>', sentence: '<b>bold</b>', hops: [{ place: 'edge', from: 'network', method: 'GET', url: 'http://a/', status: 200, headers: { 'content-type': '<i>' }, bytes: 0, milliseconds: 1, steps: [], says: '<script>' }], milliseconds: 1, at: '', id: 'none', picture: 'a', preset: '1x1' };
        const stream = new Blob([JSON.stringify(view)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
        const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
        location.hash = 'view=' + btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
      })()`);
      await page.reload();
      await ready(page);
      expect(await verdict()).toBe('<img src=x onerror=alert(1)>');
      expect(await page.locator('.verdict b, .verdict img, #hops i').count()).toBe(0);
    });
  });

  describe('the log and the live strip', () => {
    test('show lines as they come, the metrics so that a person can read them', async () => {
      await press(page, /See a cold view/);
      const metrics = page.locator('.line[data-kind="metrics"]', { hasText: 'Resized 1' }).last();
      await metrics.waitFor();
      expect(await textOf(metrics)).toMatch(/ResizeMs [\d.]+ ms[\s\S]*OutBytes [\d.]+ k?B/);
      await metrics.locator('summary').click();
      expect(await textOf(metrics.locator('pre'))).toContain('"CloudWatchMetrics"');
      await page.getByLabel('Show').selectOption('access');
      expect(await page.locator('.line:visible').allInnerTexts()).toEqual(
        expect.arrayContaining([expect.stringMatching(/API GET ANY \/resize: 301/)]),
      );
      expect(await metrics.isVisible()).toBe(false);
    });

    test('wait while they are held', async () => {
      await press(page, 'Clear');
      await page.getByRole('button', { name: 'Hold' }).click();
      await press(page, /See a cold view/);
      await page.waitForTimeout(600);
      expect(await page.locator('.line').count()).toBe(0);
      await page.getByRole('button', { name: 'Hold' }).click();
      expect(await page.locator('.line').count()).toBeGreaterThan(0);
    });

    test('count hits, resizes, loop suspects and errors', async () => {
      await press(page, /See a cold view/);
      const tile = (name: string) => textOf(page.locator('.numbers dl > div', { hasText: name }).locator('b'));
      const before = Number(await tile('Resizes'));
      await press(page, /See a cold view/);
      await expect.poll(() => tile('Resizes').then(Number), { timeout: 20_000 }).toBe(before + 1);
      expect(await tile('Edge hit rate')).toMatch(/^\d+ %$/);
      expect(await tile('Loop suspects')).toMatch(/^\d+$/);
      expect(await tile('Errors')).toMatch(/^\d+$/);
    });
  });
});
