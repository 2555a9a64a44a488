import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { photo } from '../local/console/real-chain.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';
import { press, settled, textOf } from './chromium.ts';
import { describeConsole } from './console-in-chromium.ts';

describeConsole('The console shows views', (at) => {
  describe('at first', () => {
    test('is there without asking anything of the network but its own server', async () => {
      expect(await at.page.title()).toBe('Console of the chain');
      expect(await textOf(at.page.locator('h2#tour-title'))).toContain('The first viewer sets off the resize.');
      expect(await at.page.getByRole('radio').count()).toBe(4);
      expect(await at.chain.getAttribute('aria-label')).toMatch(/^The chain: a viewer asks CloudFront/);
      expect(await at.page.locator('.verdict').count()).toBe(0);
    });

    test('offers the presets of the template, and one size that is not on its list', async () => {
      const sizes = await at.page.getByLabel('Size', { exact: true }).locator('option').allInnerTexts();
      expect(sizes).toEqual(expect.arrayContaining(['48x48', '200x200', '320x', '999x999 (not on the list)']));
      expect(await at.page.getByLabel('Format').locator('option').allInnerTexts()).toEqual([
        'as original',
        'webp',
        'avif',
      ]);
    });
  });

  describe('a view', () => {
    test('that is cold shows three hops with what went on behind them, and the image beside its original', async () => {
      await press(at.page, /See a cold view/);
      expect(await at.verdict()).toBe('Cold: made for this view');
      expect(await at.hops()).toEqual(['307', '301', '200']);
      expect(await at.chain.getAttribute('aria-label')).toBe(
        'Cold: made for this view. 1: CloudFront 307; 2: API Gateway 301; 3: CloudFront 200.',
      );
      expect(await at.chain.locator('.part.touched .name').allTextContents()).toHaveLength(6);
      expect(await textOf(at.page.locator('.hop').nth(1))).toMatch(/no-store[\s\S]*S3 originals GetObject 200/);
      expect(await at.page.locator('figcaption').allInnerTexts()).toEqual([
        expect.stringMatching(/Original\s+600 × 450 JPEG, [\d.]+ kB/),
        expect.stringMatching(/Derivative 200x200\s+200 × 200 JPEG, [\d.]+ k?B \([\d.]+ % of the bytes\), [\d.]+ m?s/),
      ]);
      const widths = await at.page.evaluate(
        'Promise.all([...document.querySelectorAll("figure img")].map((img) => img.decode().then(() => img.naturalWidth)))',
      );
      expect(widths).toEqual([600, 200]);
    });

    test('that is warm touches CloudFront alone', async () => {
      await press(at.page, /See a warm view/);
      expect(await at.verdict()).toBe('Warm: straight from CloudFront');
      expect(await at.hops()).toEqual(['200']);
      expect(await textOf(at.page.locator('.tag.hit'))).toBe('Hit from cloudfront');
      expect(await at.chain.locator('.part.touched .name').allTextContents()).toEqual(['Viewer', 'CloudFront']);
    });

    test('that goes round is stopped, named, and told with the setting that causes it', async () => {
      await press(at.page, /See a loop/);
      expect(await at.verdict()).toBe('Loop: sent round until the browser gave up');
      expect(await at.page.locator('h3', { hasText: '21 hops' }).count()).toBe(1);
      expect(await at.page.getByText('15 more hops, the same two in turn').isVisible()).toBe(true);
      expect(await at.chain.locator('.round').allTextContents()).toEqual(['× 10']);
      const why = await textOf(at.cause);
      expect(why).toMatch(/^L1 The edge kept the redirect/);
      expect(why).toContain('DefaultTTL is 86400 seconds');
      expect(await at.page.getByText('No image: the browser gave up.').isVisible()).toBe(true);
    });

    test('looks different for each kind, in shape, words and colour', async () => {
      const looks: string[][] = [];
      for (const name of [/See a cold view/, /See a warm view/, /See a loop/]) {
        await press(at.page, name);
        looks.push([
          await at.verdict(),
          await at.page.locator('.verdict svg').innerHTML(),
          String(await at.page.evaluate("getComputedStyle(document.querySelector('.verdict')).borderLeftColor")),
          (await at.chain.locator('.part.touched').count()).toString() + (await at.chain.locator('.round').count()),
        ]);
      }
      for (const aspect of looks[0]?.keys() ?? []) expect(new Set(looks.map((look) => look[aspect])).size).toBe(3);
    });

    test('of a chosen size and format has them', async () => {
      await at.page.getByLabel('Size', { exact: true }).selectOption('400x400');
      await at.page.getByLabel('Format').selectOption('webp');
      expect(await textOf(at.page.locator('#address'))).toBe('/400x400.webp/profile/ann.jpg');
      await press(at.page, 'View it');
      expect(await textOf(at.page.locator('figcaption').last())).toContain('400 × 400 WEBP');
    });

    test('of a size that is not on the list says what S3 said and what to do', async () => {
      await at.page.getByLabel('Size', { exact: true }).selectOption('999x999');
      await press(at.page, 'View it');
      expect(await at.verdict()).toBe('Refused');
      const said = await textOf(at.error);
      expect(said).toContain('S3 says NoSuchKey');
      expect(said).toContain('No routing rule begins with this size');
    });

    test('of a broken original shows the message of the chain and what to do', async () => {
      await at.page.getByRole('radio', { name: 'broken.jpg' }).check();
      await press(at.page, 'View it');
      const said = await textOf(at.error);
      expect(said).toMatch(/The original is damaged or incomplete[\s\S]*upload the original again/);
    });

    test('is announced to who cannot see it', async () => {
      await press(at.page, /See a warm view/);
      expect(await textOf(at.page.getByRole('status'))).toMatch(/^Warm: straight from CloudFront\. One request/);
    });
  });

  describe('an upload', () => {
    test('that is chosen becomes an original, is chosen, and can be viewed', async () => {
      const file = join(temporaryFolder(), 'my cat & me.png');
      writeFileSync(file, await photo(320, 240).png().toBuffer());
      await at.page.locator('#file').setInputFiles(file);
      await settled(at.page);
      expect(await at.page.getByRole('radio', { name: 'uploads/my cat & me.png' }).isChecked()).toBe(true);
      expect(await at.changed()).toEqual(['uploads/my cat & me.png is uploaded']);
      await press(at.page, 'View it');
      expect(await at.verdict()).toBe('Cold: made for this view');
      expect(await textOf(at.page.locator('figcaption').first())).toContain('320 × 240 PNG');
    });

    test('that is dropped becomes one, too', async () => {
      const bytes = [...(await photo(100, 100).jpeg().toBuffer())];
      const transfer = await at.page.evaluateHandle(
        `(() => { const data = new DataTransfer(); data.items.add(new File([new Uint8Array(${JSON.stringify(bytes)})], 'dropped.jpg')); return data; })()`,
      );
      await at.page.locator('#drop').dispatchEvent('drop', { dataTransfer: transfer });
      await at.page.getByRole('radio', { name: 'uploads/dropped.jpg' }).waitFor({ state: 'attached' });
      await settled(at.page);
      expect(await at.page.getByRole('radio', { name: 'uploads/dropped.jpg' }).isChecked()).toBe(true);
    });
  });
});
