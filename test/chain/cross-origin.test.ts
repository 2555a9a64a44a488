/** Pages of another site that use images as more than a plain `<img>`, in a real browser: cold and warm, in both modes. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeInChromium, startChromium } from '../browser/chromium.ts';
import { type ChainUnderTest, startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { coloured } from './coloured-images.ts';

/** A service worker that fetches every image itself, by CORS, and keeps it. */
const worker = `
  oninstall = () => skipWaiting();
  onactivate = (event) => event.waitUntil(clients.claim());
  onfetch = (event) => {
    if (!event.request.url.includes('/200x200/')) return;
    event.respondWith(caches.open('images').then(async (kept) => {
      const found = await kept.match(event.request.url);
      if (found) return found;
      const answer = await fetch(event.request.url, { mode: 'cors' });
      if (answer.ok) await kept.put(event.request.url, answer.clone());
      return answer;
    }));
  };`;

/** What a page does with an image. As text, since it runs in the browser. Each gives what came of it, or why nothing did. */
const inPage = `
  const because = (error) => String(error);
  async function show(url, crossOrigin) {
    const image = new Image();
    if (crossOrigin) image.crossOrigin = crossOrigin;
    image.src = url;
    document.body.append(image);
    return image.decode().then(() => image.naturalWidth, because);
  }
  function get(url, headers = {}) {
    return fetch(url, { headers }).then(
      async (answer) => ({ status: answer.status, bytes: (await answer.arrayBuffer()).byteLength }),
      because,
    );
  }
  function draw() {
    const drawing = document.createElement('canvas').getContext('2d');
    drawing.drawImage([...document.images].at(-1), 0, 0);
    return drawing.getImageData(0, 0, 1, 1).data.length;
  }
  async function startWorker() {
    await navigator.serviceWorker.register('/worker.js');
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
  }
  async function readError(url) {
    const answer = await fetch(url);
    return { status: answer.status, code: (await answer.json()).code };
  }
  async function timing(url) {
    await get(url);
    const [{ encodedBodySize, responseStart }] = performance.getEntriesByName(url);
    return { bytes: encodedBodySize, response: responseStart };
  }`;

/** Pages by path, each with the headers that it is about. `EDGE` is the host of the images. */
const pages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/plain': {},
  '/coep': { 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-opener-policy': 'same-origin' },
  '/csp': { 'content-security-policy': "default-src 'self'; img-src EDGE; connect-src EDGE" },
};

let browser: Browser;
let site: Server;
let edge = '';
beforeAll(async () => {
  site = createServer(({ url = '' }, response) => {
    const script = { '/worker.js': worker, '/page.js': inPage }[url];
    if (script) return response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    const headers = Object.entries(pages[url] ?? {}).map(([name, value]) => [name, value.replaceAll('EDGE', edge)]);
    response
      .writeHead(200, { 'content-type': 'text/html', ...Object.fromEntries(headers) })
      .end('<title>page</title><body><script src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  site.close();
  site.closeAllConnections();
});

/** The shorter side of the test's image: a cover never enlarges. */
const width = 180;
/** What Chromium sends for an `<img>`. */
const chromiumAccept = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const fetched = { status: 200, bytes: expect.any(Number) };
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describeInChromium('Chromium, on a page of another site', () => {
  beforeAll(async () => {
    browser = await startChromium();
  }, startMilliseconds);
  afterAll(() => browser?.close());

  describe.each(['image-host', 'own-host'] as const)('with the API on its %s', (apiOn) => {
    let under: ChainUnderTest;
    let context: BrowserContext;
    let keys = 0;
    beforeAll(async () => {
      under = await startChainUnderTest({ apiOn });
      edge = under.chain.edge.address;
    }, startMilliseconds);
    beforeEach(async () => {
      context = await browser.newContext();
    });
    afterEach(() => context?.close());
    afterAll(() => under?.stop());

    async function open(path: string): Promise<Page> {
      const page = await context.newPage();
      // Another origin than the edge, and a secure context for the service worker.
      await page.goto(`http://localhost:${(site.address() as AddressInfo).port}${path}`);
      return page;
    }
    const call = <T>(page: Page, name: string, ...values: readonly unknown[]) =>
      page.evaluate<T>(`${name}(${values.map((value) => JSON.stringify(value)).join(', ')})`);

    /** Of an image that nobody has asked for yet, or that another browser has. */
    async function urlOf(state: 'cold' | 'warm'): Promise<string> {
      const key = `page-${keys++}.jpg`;
      await under.putOriginal(key, await coloured('red'));
      const url = under.url('200x200', key);
      // For an <img> and for a fetch, which get different derivatives.
      if (state === 'warm') for (const accept of [chromiumAccept, '*/*']) await fetch(url, { headers: { accept } });
      return url;
    }

    describe.each(['cold', 'warm'] as const)('a %s image', (state) => {
      it('can be fetched, drawn on a canvas and loaded with crossorigin after a plain <img> of it', async () => {
        const page = await open('/plain');
        const url = await urlOf(state);
        expect(await call(page, 'show', url)).toBe(width);
        expect(await call(page, 'get', url)).toEqual(fetched);
        expect(await call(page, 'show', url, 'anonymous')).toBe(width);
        expect(await call(page, 'draw')).toBe(4);
      });

      it('can be fetched with headers that need a preflight', async () => {
        const page = await open('/plain');
        expect(await call(page, 'get', await urlOf(state), { traceparent })).toEqual(fetched);
      });

      it('shows on a page that requires CORP', async () => {
        const page = await open('/coep');
        expect(await page.evaluate('crossOriginIsolated')).toBe(true);
        expect(await call(page, 'show', await urlOf(state))).toBe(width);
      });

      it('is fetched and kept by a service worker, which serves it later without the network', async () => {
        const page = await open('/plain');
        await call(page, 'startWorker');
        const url = await urlOf(state);
        expect(await call(page, 'show', url)).toBe(width);
        await under.deleteDerivative(new URL(url).pathname.slice(1));
        await under.deleteOriginal(new URL(url).pathname.replace('/200x200/', ''));
        under.chain.edge.clear();
        expect(await call(page, 'get', url)).toEqual(fetched);
      });

      it('shows on a page whose CSP names the host of the images alone, where the API is on it', async () => {
        const page = await open('/csp');
        const seen = await call(page, 'show', await urlOf(state));
        // The middle hop to another host is what one host is for.
        if (apiOn === 'image-host' || state === 'warm') expect(seen).toBe(width);
        else expect(seen).toContain('EncodingError');
      });

      it('has timings that the page may read, redirects included', async () => {
        const page = await open('/plain');
        const { bytes, response } = await call<{ bytes: number; response: number }>(page, 'timing', await urlOf(state));
        expect(bytes).toBeGreaterThan(0);
        expect(response).toBeGreaterThan(0);
      });
    });

    it('an error can be read by the page', async () => {
      const page = await open('/plain');
      const read = await call(page, 'readError', under.url('200x200', 'nobody.jpg'));
      expect(read).toEqual({ status: 404, code: 'original-missing' });
    });
  });
});
