import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { describe } from 'vitest';

const paths = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's, or what CHROMIUM names. */
const chromiumPath = paths.find((path) => path !== undefined && path !== '' && existsSync(path));

const howToGetChromium = 'No Chromium: apt-get install chromium fonts-dejavu, or set CHROMIUM=/path';

/** Tests that need a browser. Without one they are skipped, and one line says so; in CI they fail. */
export function describeInChromium(name: string, tests: () => void): void {
  if (!chromiumPath && process.env.CI === 'true') throw new Error(howToGetChromium);
  if (!chromiumPath) process.stderr.write(`SKIPPED in the browser: ${name}. ${howToGetChromium}\n`);
  describe.skipIf(!chromiumPath)(name, tests);
}

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

/** One browser with a profile of its own, which Playwright makes and removes. */
export function startChromium(): Promise<Browser> {
  if (!chromiumPath) throw new Error(howToGetChromium);
  return chromium.launch({ executablePath: chromiumPath, args: quiet });
}

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the page, and whatever it asked of another origin than its own. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Of what is waited for: it ends a hang, and judges no speed. */
export const patience = { timeout: 30_000 };

export const desk = { width: 1360, height: 900 };
export const phone = { width: 360, height: 740 };

/** A window that shares nothing with others; without animations, so that what is seen stands still. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ reducedMotion: 'reduce', viewport: desk, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const { origin } = new URL(address);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // Chromium itself notes a refusal of the API, or an image that cannot be drawn; the page shows both.
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

/** Waits until the page shows the chain, or the dashboards. */
export async function ready(page: Page): Promise<void> {
  await page.locator('.numbers, .watch-page nav a').first().waitFor();
  await settled(page);
}

/** Waits until everything that was pressed has been answered. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main:not([aria-busy=true])').waitFor();
}

/** Presses a button and waits for the answer. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  await page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();
  await settled(page);
}

/** As a person reads it, once it is there. */
export async function textOf(locator: Locator): Promise<string> {
  await locator.first().waitFor({ state: 'attached' });
  return (await locator.allInnerTexts()).join('\n');
}

/** Pixels by which the page is wider than the window. */
export async function overflow(page: Page): Promise<number> {
  return Number(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'));
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe-core finds, of any severity, as lines that can be read in a failed test. */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  // As text over the debugger: the page's own policy lets no foreign script in.
  await page.evaluate(axe);
  const found = (await page.evaluate('axe.run(document).then(({ violations }) => violations)')) as readonly Violation[];
  return found.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${impact} ${id}: ${html.slice(0, 150)} ${failureSummary}`),
  );
}
