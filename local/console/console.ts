import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { build } from 'esbuild';
import { close, listen } from '../aws/http/server.ts';
import type { Chain } from '../chain/start-chain.ts';
import { UserError } from '../faults/setup.ts';
import { createApi, TooLarge } from './api.ts';
import type { Failure } from './contract.ts';

export interface Console {
  /** URL of the page. */
  readonly address: string;
  close(): Promise<void>;
}

const path = '/_console';

/** The page loads nothing from other origins and cannot be framed. No response has a CORS header: other sites cannot read it. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/**
 * Serves the page at /_console and its API on a loopback port of its own (0: a free one), so that its origin is not that
 * of the images. Files of `imagesDirectory` are originals that S3 does not list.
 */
export async function startConsole(chain: Chain, wantedPort: number, imagesDirectory?: string): Promise<Console> {
  const api = createApi(chain, imagesDirectory);
  let files: ReadonlyMap<string, PageFile> = new Map();

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(message.url ?? '/', 'http://console');
    const isPage = message.method === 'GET' && ['/', path, `${path}/`].includes(url.pathname);
    const refusal = refusalOf(message.headers, isPage);
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    if (refusal) return fail(response, refusal.status, refusal.message);
    if (url.pathname.startsWith(`${path}/api/`)) {
      return api.answer(url.pathname.slice(`${path}/api/`.length), url.searchParams, message, response);
    }
    if (message.method !== 'GET' && message.method !== 'HEAD') return fail(response, 405, 'Expected GET or HEAD');
    if (url.pathname === '/' || url.pathname === path) {
      response.writeHead(302, { location: `${path}/${url.search}` }).end();
      return;
    }
    const name = url.pathname === `${path}/` ? 'index.html' : url.pathname.replace(`${path}/`, '');
    // Bundled with each page load, so that a change of its sources is there after a reload.
    if (name === 'index.html') files = await bundlePage();
    const file = files.get(name);
    if (!file) return fail(response, 404, `There is no ${url.pathname}: the page is at ${path}/`);
    response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length }).end(file.bytes);
  }

  const server = createServer((message, response) => {
    // A page may be closed at any moment; an error without a listener would end the process.
    for (const stream of [message, response]) stream.on('error', () => {});
    answer(message, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else failBy(response, error);
    });
  });
  const port = await listen(server, wantedPort).catch((error: unknown) => {
    api.close();
    throw error;
  });
  const address = `http://127.0.0.1:${port}${path}/`;
  // The edge redirects its own /_console here, since that is where a developer looks first.
  chain.interceptors.viewer = async (request, edge) =>
    /^\/_console\/?(\?.*)?$/.test(request.target) ? elsewhere(`${address}${search(request.target)}`) : edge(request);

  return {
    address,
    async close() {
      delete chain.interceptors.viewer;
      api.close();
      await close(server);
    },
  };
}

function elsewhere(location: string) {
  return { status: 302, headers: { location, 'cache-control': 'no-store' }, body: new Uint8Array() };
}

function search(target: string): string {
  return target.includes('?') ? target.slice(target.indexOf('?')) : '';
}

function fail(response: ServerResponse, status: number, message: string, hint?: string): void {
  const failure: Failure = { message, ...(hint !== undefined && { hint }) };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(failure));
}

function failBy(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UserError) fail(response, 409, message, error.hint);
  else if (error instanceof TooLarge) {
    // The rest of the body is not read.
    response.setHeader('connection', 'close');
    fail(response, 413, message, 'Choose a smaller file.');
  } else {
    fail(response, 500, message, 'This is a defect of the console: look at the terminal of make dev.');
    console.error(error);
  }
}

interface Refusal {
  readonly status: 403 | 421;
  readonly message: string;
}

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Refuses every client but the console's own page, since the console can delete and break things. Another site in the
 * same browser can reach this port by a form or a fetch (`Origin` and `Sec-Fetch-Site` show it) or by a host name of its
 * own that resolves to 127.0.0.1 (DNS rebinding; `Host` shows it). The port may differ, as through a tunnel.
 */
function refusalOf(headers: IncomingHttpHeaders, isPage: boolean): Refusal | undefined {
  const { host = '', origin } = headers;
  const [, name = ''] = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(host.toLowerCase()) ?? [];
  if (!loopbackNames.has(name)) {
    return { status: 421, message: `The Host is "${host}": expected 127.0.0.1 or localhost` };
  }
  if (origin !== undefined && origin !== `http://${host.toLowerCase()}`) {
    return { status: 403, message: `The Origin is "${origin}": the console answers its own page only` };
  }
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
  // A link on another site may open the page: that changes nothing.
  if (isPage && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document') return undefined;
  return { status: 403, message: `Sec-Fetch-Site is "${String(site)}": the console answers its own page only` };
}

interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const folder = join(import.meta.dirname, 'page');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The files of the page by their names, bundled from its sources and from packages, without the network. */
async function bundlePage(): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'main.tsx'), join(folder, 'main.css')],
    bundle: true,
    write: false,
    minify: true,
    outdir: folder,
    format: 'esm',
    target: 'es2024',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  const bundled = outputFiles.map(({ path, contents }) => [path.slice(folder.length + 1), contents] as const);
  const kept = ['index.html', 'icon.svg'].map((name) => [name, readFileSync(join(folder, name))] as const);
  return new Map(
    [...bundled, ...kept].map(([name, bytes]) => [name, { type: types[extname(name)] ?? '', bytes }] as const),
  );
}
