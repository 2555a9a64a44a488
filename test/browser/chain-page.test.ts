import { describe, expect, test } from 'vitest';
import { photo } from '../local/console/real-chain.ts';
import { openPage, patience, press, ready, settled, textOf } from './chromium.ts';
import { describeConsole, kindOn } from './console-in-chromium.ts';

describeConsole('The page of the chain', (at) => {
  const captions = () => at.page.locator('figcaption').allInnerTexts();
  const touched = () => at.diagram.locator('.part.touched .name').allTextContents();
  const outdated = () => at.page.locator('.outdated').count();
  const chosen = () => at.page.locator('input[name=image]:checked').getAttribute('aria-label');
  const makeCold = async () => {
    await press(at.page, 'Clear the edge cache');
    await press(at.page, 'Delete the derivative');
  };

  describe('a view', () => {
    test('is of an original that can be drawn, if nobody chooses', async () => {
      expect(await at.page.getByRole('radio').count()).toBe(4);
      // `broken.jpg` comes before it.
      expect(await chosen()).toBe('profile/ann.jpg');
    });

    test('that is cold shows what happened behind each hop, and the facts of both images', async () => {
      await press(at.page, /cold miss/);
      expect(await textOf(at.page.locator('.hop').nth(1))).toMatch(
        /no-store[\s\S]*S3 originals GetObject 200[\s\S]*S3 derivatives PutObject 200/,
      );
      expect(await textOf(at.page.locator('.hop').nth(0))).toContain('asks for /200x200.auto/profile/ann.jpg');
      expect(await captions()).toEqual([
        expect.stringMatching(/600 × 450 JPEG, [\d.]+ kB/),
        expect.stringMatching(/200x200\s+200 × 200 AVIF, [\d.]+ k?B \([\d.]+ % of the bytes\), [\d.]+ m?s/),
      ]);
      expect(await at.diagram.getAttribute('aria-label')).toMatch(
        /1: CloudFront 307; 2: API Gateway 301; 3: CloudFront 200/,
      );
    });

    test('that is warm touches CloudFront alone, and is announced', async () => {
      await press(at.page, /warm hit/);
      expect(await at.kind()).toBe('warm');
      expect(await at.hops()).toEqual(['200']);
      expect(await textOf(at.page.locator('.tag.hit'))).toBe('Hit from cloudfront');
      expect(await touched()).toEqual(['Viewer', 'CloudFront']);
      const announced = await at.page.locator('.result [role=status]').textContent();
      expect(announced).toContain(await textOf(at.page.locator('.verdict-title')));
    });

    test('that is a loop is stopped, with its cause, its code and the setting', async () => {
      await press(at.page, /redirect loop/);
      expect(await at.kind()).toBe('loop');
      expect(await at.page.locator('.hop').count()).toBe(21);
      expect(await at.page.locator('.hop:visible').count()).toBe(6);
      expect(await at.diagram.locator('.stop-sign').allTextContents()).toEqual(['× 10']);
      expect(await textOf(at.cause)).toMatch(/\(L1\)[\s\S]*DefaultTTL is 86,?400/);
      expect(await at.page.locator('.frame img').count()).toBe(1);
    });

    test('has the chosen size and format', async () => {
      await at.choose('Size', '400x400');
      await at.choose('Format', 'webp');
      await press(at.page, 'View image');
      expect((await captions())[1]).toContain('400 × 400 WEBP');
      expect(new URL(at.page.url()).searchParams.get('preset')).toBe('400x400.webp');
    });

    test('of a size that is not on the list, and of a broken original, says what to do', async () => {
      await at.choose('Size', '999x999');
      await press(at.page, 'View image');
      expect(await at.kind()).toBe('refused');
      expect(await textOf(at.error)).toMatch(/NoSuchKey[\s\S]*What to do/);
      await at.choose('Size', '200x200');
      await at.page.getByRole('radio', { name: 'broken.jpg' }).check();
      await press(at.page, 'View image');
      expect(await textOf(at.error)).toMatch(/What to do/);
      expect(await at.page.locator('.no-image').count()).toBe(1);
    });

    test('of a HEIC image shows that there is one, which no browser draws', async () => {
      const buffer = Buffer.from('0000001c6674797068656963000000006d696631686569634d69507200', 'hex');
      await at.page.locator('input[type=file]').setInputFiles({ name: 'a.heic', mimeType: 'image/heic', buffer });
      await settled(at.page);
      await press(at.page, 'View image');
      expect(await at.hops()).toEqual(['307', '415']);
      const undrawable = await textOf(at.page.locator('.frame').first());
      await press(at.page, /\(L13\)/);
      const missing = await textOf(at.page.locator('.frame').first());
      expect([undrawable, missing].every((text) => text.length > 10)).toBe(true);
      expect(undrawable).not.toBe(missing);
    });

    test('is marked when it is not that of the present choice', async () => {
      await press(at.page, /warm hit/);
      expect(await outdated()).toBe(0);
      await at.page.getByRole('radio', { name: 'landing/night.png' }).check();
      expect(await outdated()).toBe(1);
      await press(at.page, 'View again');
      expect(await outdated()).toBe(0);
      expect((await captions())[0]).toContain('PNG');
    });
  });

  describe('a button', () => {
    test.each([
      'Clear the edge cache',
      'Delete the derivative',
      'Replace the original',
      'Advance 14 days',
      'Cut off S3',
      'Break the Lambda',
    ])('says what it changed, in view: %s', async (name) => {
      await press(at.page, /cold miss/);
      await press(at.page, name);
      const bar = at.page.locator('.change-bar');
      expect((await textOf(bar.getByRole('status'))).length).toBeGreaterThan(10);
      const box = await bar.boundingBox();
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(900);
      expect(await outdated()).toBe(1);
    });

    test('replaces the original, which shows that the old derivative stays, until a reset', async () => {
      await press(at.page, /warm hit/);
      await press(at.page, 'Replace the original');
      expect(await at.changed()).toEqual([expect.stringContaining('profile/ann.jpg')]);
      await press(at.page, 'View image');
      expect(await textOf(at.cause)).toContain('(W3)');
      await press(at.page, 'Reset');
      expect(await at.changed()).toEqual([]);
      await press(at.page, 'View image');
      expect(await at.cause.count()).toBe(0);
    });

    test.each(['Cut off S3', 'Break the Lambda'])('stays pressed, and shows in a cold miss only: %s', async (name) => {
      const toggle = at.page.getByRole('button', { name, exact: true });
      await press(at.page, /warm hit/);
      const sentences = await at.page.locator('.verdict p').count();
      await press(at.page, name);
      expect(await toggle.getAttribute('aria-pressed')).toBe('true');
      await press(at.page, 'View image');
      expect(await at.kind()).toBe('warm');
      // One more: why the fault does not show.
      expect(await at.page.locator('.verdict p').count()).toBe(sentences + 1);
      await makeCold();
      await press(at.page, 'View image');
      expect(await at.kind()).toBe('fault');
      expect((await textOf(at.error)).length).toBeGreaterThan(20);
      await press(at.page, name);
      expect(await toggle.getAttribute('aria-pressed')).toBe('false');
      // CloudFront keeps an error for a second.
      const viewed = async () => {
        await press(at.page, 'View image');
        return at.kind();
      };
      await expect.poll(viewed, { timeout: 20_000, interval: 500 }).toBe('cold');
    });
  });

  describe('settings', () => {
    test('of the parts and of undocumented AWS behaviour change the chain', async () => {
      await at.choose('Template', 'wrong-secret');
      await press(at.page, 'View image');
      expect(await at.hops()).toEqual(['403']);
      await at.page.getByRole('region', { name: /AWS/ }).getByRole('combobox').first().selectOption('none');
      await settled(at.page);
      expect(await at.changed()).toHaveLength(2);
      await press(at.page, 'Reset');
      expect(await at.page.getByRole('combobox', { name: 'Template' }).inputValue()).toBe('none');
    });
  });

  describe('an upload', () => {
    const name = 'my cat & me.png';
    const key = `uploads/${name}`;

    test('that is chosen becomes an original, is chosen, and can be viewed', async () => {
      const buffer = await photo(320, 240).png().toBuffer();
      await at.page.locator('input[type=file]').setInputFiles({ name, mimeType: 'image/png', buffer });
      await settled(at.page);
      expect(await chosen()).toBe(key);
      expect(await at.changed()).toEqual([expect.stringContaining(key)]);
      await press(at.page, 'View image');
      expect(await at.kind()).toBe('cold');
      expect((await captions())[0]).toContain('320 × 240 PNG');
    });

    test('that is dropped becomes one, too', async () => {
      const bytes = [...(await photo(100, 100).jpeg().toBuffer())];
      const dataTransfer = await at.page.evaluateHandle(
        `(() => { const data = new DataTransfer(); data.items.add(new File([new Uint8Array(${JSON.stringify(bytes)})], 'dropped.jpg')); return data; })()`,
      );
      await at.page.locator('.drop').dispatchEvent('drop', { dataTransfer });
      await at.page.getByRole('radio', { name: 'uploads/dropped.jpg', checked: true }).waitFor({ state: 'attached' });
    });
  });

  describe('an address', () => {
    test('brings back the same view after a reload, without a request to the chain', async () => {
      await press(at.page, /redirect loop/);
      const hops = await textOf(at.page.locator('.hop'));
      const numbers = await textOf(at.page.locator('.numbers'));
      await at.page.reload();
      await ready(at.page);
      await at.page.locator('.verdict').waitFor();
      expect(await at.kind()).toBe('loop');
      expect(await textOf(at.page.locator('.hop'))).toBe(hops);
      expect(await textOf(at.page.locator('.numbers'))).toBe(numbers);
      expect([await at.page.locator('.offer').count(), await outdated()]).toEqual([0, 0]);
    });

    test('shows a colleague the same hops, and sets up their chain only when they say so', async () => {
      await press(at.page, /redirect loop/);
      const link = at.page.url();
      expect(link.length).toBeLessThan(6000);
      await press(at.page, 'Reset');
      const theirs = await openPage(at.browser, link);
      try {
        expect(await kindOn(theirs.page)).toBe('loop');
        const offer = theirs.page.locator('.offer');
        expect((await textOf(offer)).split(',')).toHaveLength(3);
        expect((await at.under.done('reset')).state.changes).toEqual([]);
        await offer.getByRole('button').first().click();
        await settled(theirs.page);
        expect(await theirs.page.locator('.change-bar .tag').count()).toBe(3);
        expect(await offer.count()).toBe(0);
        expect(await kindOn(theirs.page)).toBe('loop');
        expect(theirs.complaints).toEqual([]);
      } finally {
        await theirs.close();
      }
    });

    test('goes back and forth between views', async () => {
      await press(at.page, /cold miss/);
      await press(at.page, /warm hit/);
      await at.page.goBack();
      await expect.poll(at.kind, patience).toBe('cold');
      await at.page.goForward();
      await expect.poll(at.kind, patience).toBe('warm');
    });

    test('that is broken opens the page all the same', async () => {
      for (const rest of ['#view=broken', '#view=', '?preset=1x1&image=../../etc&colour=red', '?lambda=%3Cscript%3E']) {
        await at.page.goto(at.under.console.address + rest);
        await at.page.reload();
        await ready(at.page);
        expect(await at.page.getByRole('radio').count(), rest).toBe(4);
      }
    });

    test.each([['cold', '<img src=x onerror=alert(1)>']])(
      'with a forged view of the kind %s shows it as text, if at all',
      async (kind, title) => {
        const hop = `{ endpoint: 'edge', from: 'network', url: 'http://a/', status: 200, headers: { 'content-type': '<i>' }, bytes: 0, milliseconds: 1, steps: [], description: '<script>' }`;
        await at.page.evaluate(`(async () => {
        const view = { kind: '${kind}', title: '<img src=x onerror=alert(1)>', description: '<b>bold</b>', hops: [${hop}], milliseconds: 1, at: '', id: 'none', image: 'a', preset: '1x1', setup: {}, original: 'missing' };
        const stream = new Blob([JSON.stringify(view)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
        const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
        location.hash = 'view=' + btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
      })()`);
        await at.page.reload();
        await ready(at.page);
        if (title !== undefined) expect(await textOf(at.page.locator('.verdict-title'))).toBe(title);
        expect(await at.kind()).toBe(title === undefined ? undefined : 'cold');
        expect(await at.page.locator('.verdict b, .verdict img, .hop i').count()).toBe(0);
      },
    );
  });

  describe('the log and the numbers', () => {
    test('show lines as they come, the metrics so that a person can read them', async () => {
      await press(at.page, /cold miss/);
      const metrics = at.page.locator('.line[data-kind="metrics"]', { hasText: 'Resized 1' }).last();
      expect(await textOf(metrics)).toMatch(/ResizeMs\D*[\d.]+[\s\S]*OutBytes\D*[\d,.]+/);
      await metrics.locator('summary').click();
      expect(await textOf(metrics.locator('pre'))).toContain('"CloudWatchMetrics"');
      await at.choose('Show', 'API access log');
      await expect
        .poll(() => at.page.locator('.line').allInnerTexts(), patience)
        .toContainEqual(expect.stringContaining('301'));
      expect(await metrics.count()).toBe(0);
    });
  });
});
