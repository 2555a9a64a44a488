import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';

const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's, or what CHROMIUM names. `undefined`: there is none, and what needs one is skipped. */
export const chromiumPath = places.find((path) => path !== undefined && path !== '' && existsSync(path));

export const howToGetChromium = 'No Chromium: apt-get install chromium fonts-dejavu, or CHROMIUM=/path';

/** Nothing of its own may go over the network: what the page asks for is all that is asked for. */
const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** One browser with a profile of its own, that Playwright makes and takes away. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath ?? '', args: quiet });
}

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the page, and whatever it asked of another origin than its own. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** A window that shares nothing with others; without animations, so that what is seen stands still. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    reducedMotion: 'reduce',
    viewport: { width: 1360, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const { origin } = new URL(address);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // A refusal of the API, or an image that is none, is noted by Chromium itself; the page shows both.
    const isNote = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isNote) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) complaints.push(request.url());
  });
  await page.goto(address);
  await ready(page);
  return { page, complaints, close: () => context.close() };
}

/** Until the page has heard how the chain stands. */
export async function ready(page: Page): Promise<void> {
  await page.locator('body.ready .numbers dl').waitFor({ state: 'attached' });
}

/** Until everything that was pressed has been answered. */
export async function settled(page: Page): Promise<void> {
  await page.locator('body:not([aria-busy])').waitFor();
}

/** Presses a button by its words and waits for what comes of it. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  const exact = typeof name === 'string';
  await page.getByRole('button', { name, exact }).first().click();
  await settled(page);
}

/** As a person reads it, once it is there. */
export async function textOf(locator: Locator): Promise<string> {
  await locator.first().waitFor({ state: 'attached' });
  return (await locator.allInnerTexts()).join('\n');
}
