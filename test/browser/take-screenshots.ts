/** `make console-images`: the console as the README shows it, into docs/images. */
import { resolve } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { startConsoleUnderTest } from '../local/console/real-chain.ts';
import { openPage, press, startChromium } from './chromium.ts';
import { createDay, loopingKey, startWatchedChain } from './watched-chain.ts';

const root = resolve(import.meta.dirname, '../..');

interface Shot {
  readonly name: string;
  readonly window: BrowserContextOptions;
  /** The fragment of the address, and what is done there. */
  readonly route?: string;
  readonly go?: (page: Page) => Promise<void>;
  /** Taken from where the page has scrolled to. */
  readonly size: { readonly width: number; readonly height: number };
}

const desk = { width: 1360, height: 860 };
const phone = { width: 390, height: 844 };
const view = (button: RegExp) => async (page: Page) => {
  await page.getByRole('radio', { name: loopingKey }).check();
  await press(page, button);
};

const chainShots: readonly Shot[] = [
  { name: 'console-cold', window: { colorScheme: 'light' }, go: view(/cold miss/), size: desk },
  { name: 'console-loop', window: { colorScheme: 'dark' }, go: view(/redirect loop/), size: desk },
  { name: 'console-phone', window: { colorScheme: 'light' }, go: view(/warm hit/), size: phone },
];
const calmShots: readonly Shot[] = [
  {
    name: 'dashboards-health',
    window: { colorScheme: 'light' },
    route: 'dashboards/health',
    size: { width: 1360, height: 1200 },
  },
];
const loopShots: readonly Shot[] = [
  {
    name: 'dashboards-loop',
    window: { colorScheme: 'dark' },
    route: 'dashboards/health',
    size: { width: 1360, height: 860 },
  },
  {
    name: 'dashboards-alarm',
    window: { colorScheme: 'light' },
    route: 'alarms/redirect-loop',
    size: { width: 1360, height: 860 },
  },
];

/** Few colours are enough for a page, and a README should open at once. */
const palette = { palette: true, colours: 128, dither: 0.6, effort: 10, compressionLevel: 9 } as const;

const browser = await startChromium();

async function take(address: string, { name, window, route = '', go, size }: Shot): Promise<void> {
  const { page, close } = await openPage(browser, `${address}#${route}`, { ...window, viewport: size });
  await go?.(page);
  await page.evaluate(
    'Promise.all([...document.images].filter((img) => img.loading !== "lazy").map((img) => img.decode()))',
  );
  await page.getByText('Reading the log …').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(500);
  const file = resolve(root, `docs/images/${name}.png`);
  const { size: bytes } = await sharp(await page.screenshot())
    .png(palette)
    .toFile(file);
  console.log(`docs/images/${name}.png ${size.width} x ${size.height}, ${bytes} bytes`);
  await close();
}

const originals = resolve(root, '.cache/images');
try {
  const under = await startConsoleUnderTest({ originals });
  for (const shot of chainShots) await take(under.console.address, shot);
  await under.stop();

  const watched = await startWatchedChain({ originals });
  const day = createDay(watched);
  await day.begin();
  await day.goOn(75);
  for (const shot of calmShots) await take(watched.under.console.address, shot);
  await watched.cacheARedirect();
  await day.crowd(12, 30);
  for (const shot of loopShots) await take(watched.under.console.address, shot);
  await watched.under.stop();
} finally {
  await browser.close();
}
