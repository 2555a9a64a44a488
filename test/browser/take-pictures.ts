/** `make console-pictures`: the console as the README shows it, into docs/pictures. */
import { resolve } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import sharp from 'sharp';
import { startConsoleUnderTest } from '../local/console/real-chain.ts';
import { chromiumPath, howToGetChromium, openPage, press, startChromium } from './chromium.ts';

const root = resolve(import.meta.dirname, '../..');

interface Shot {
  readonly name: string;
  readonly window: BrowserContextOptions;
  /** Buttons that are pressed before. */
  readonly pressed: readonly RegExp[];
  /** Taken from where the page has scrolled to. */
  readonly size: { readonly width: number; readonly height: number };
}

const desk = { width: 1360, height: 860 };
const phone = { width: 390, height: 844 };
const shots: readonly Shot[] = [
  { name: 'console-cold', window: { colorScheme: 'light' }, pressed: [/See a cold view/], size: desk },
  { name: 'console-loop', window: { colorScheme: 'dark' }, pressed: [/See a loop/], size: desk },
  { name: 'console-phone', window: { colorScheme: 'light' }, pressed: [/See a warm view/], size: phone },
];

/** Few colours are enough for a page, and a README should open at once. */
const palette = { palette: true, colours: 128, dither: 0.6, effort: 10, compressionLevel: 9 } as const;

if (!chromiumPath) throw new Error(howToGetChromium);
const under = await startConsoleUnderTest({ originals: resolve(root, '.cache/pictures') });
const browser = await startChromium();
try {
  for (const { name, window, pressed, size } of shots) {
    const { page, close } = await openPage(browser, under.console.address, { ...window, viewport: size });
    await page.getByRole('radio', { name: 'profile/ann.jpg' }).check();
    for (const button of pressed) await press(page, button);
    await page.evaluate(
      'Promise.all([...document.images].filter((img) => img.loading !== "lazy").map((img) => img.decode()))',
    );
    await page.waitForTimeout(500);
    const file = resolve(root, `docs/pictures/${name}.png`);
    const { size: bytes } = await sharp(await page.screenshot())
      .png(palette)
      .toFile(file);
    console.log(`docs/pictures/${name}.png ${size.width} x ${size.height}, ${bytes} bytes`);
    await close();
  }
} finally {
  await browser.close();
  await under.stop();
}
