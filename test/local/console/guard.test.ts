import { globSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { State } from '../../../local/console/contract.ts';
import { type ConsoleUnderTest, startConsoleUnderTest } from './real-chain.ts';

let under: ConsoleUnderTest;
beforeAll(async () => {
  under = await startConsoleUnderTest();
});
afterAll(() => under.stop());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** By hand, since fetch writes Host, Origin and Sec-Fetch-Site itself. */
function send(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  { method = 'GET', body = '', host = '127.0.0.1' } = {},
): Promise<Answer> {
  const port = new URL(under.console.address).port;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host,
        port,
        path,
        method,
        headers: { ...(body ? { 'content-length': Buffer.byteLength(body) } : {}), ...headers },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const own = () => new URL(under.console.address).host;
const changes = async () => ((await under.ask('GET', 'state')).body as State).changes;
const json = { 'content-type': 'application/json' };
const action = { method: 'POST', body: '{}' };
const state = '/_console/api/state';

describe('the console, asked by others', () => {
  test.each(['evil.example', 'localhost.evil.example:8084', '192.168.0.7'])(
    'refuses the Host "%s", as DNS rebinding brings it',
    async (host) => {
      for (const path of ['/_console/', '/_console/main.js', state]) {
        expect((await send(path, { host })).status, path).toBe(421);
      }
      expect((await send('/_console/api/reset', { host, ...json }, action)).status).toBe(421);
    },
  );

  test.each(['127.0.0.1', 'localhost', 'LOCALHOST:9000', '[::1]:8084'])(
    'answers the Host "%s": it is this machine, through a tunnel or not',
    async (host) => {
      expect((await send(state, { host })).status).toBe(200);
    },
  );

  test.each(['https://evil.example', 'http://127.0.0.1:1', 'http://localhost', 'null'])(
    'refuses the Origin %s',
    async (origin) => {
      expect((await send(state, { origin })).status).toBe(403);
      expect((await send('/_console/api/clear-edge-cache', { origin, ...json }, action)).status).toBe(403);
      expect(await changes()).toEqual([]);
    },
  );

  test('answers its own Origin', async () => {
    expect((await send(state, { origin: `http://${own()}` })).status).toBe(200);
    expect((await send('/_console/api/reset', { origin: `http://${own()}`, ...json }, action)).status).toBe(200);
  });

  test.each(['cross-site', 'same-site'])('refuses a request that the browser calls %s', async (site) => {
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
    expect((await send(state, headers)).status).toBe(403);
    // An image, a script or a frame of another page.
    for (const [mode, dest] of [
      ['no-cors', 'image'],
      ['no-cors', 'script'],
      ['navigate', 'iframe'],
    ] as const) {
      const answer = await send('/_console/', {
        'sec-fetch-site': site,
        'sec-fetch-mode': mode,
        'sec-fetch-dest': dest,
      });
      expect(answer.status, dest).toBe(403);
    }
  });

  test('opens its page from a link elsewhere, which changes nothing, but not its API', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await send('/_console/?lambda=exits', link)).status).toBe(200);
    expect((await send('/_console/api/reset', { ...link, ...json }, action)).status).toBe(403);
    expect((await send(state, link)).status).toBe(403);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'does nothing for a body of the type "%s", which a form could send',
    async (type) => {
      const answer = await send('/_console/api/setup', type ? { 'content-type': type } : {}, {
        method: 'POST',
        body: '{"s3":"cut"}',
      });
      expect(answer.status).toBe(409);
      expect(await changes()).toEqual([]);
    },
  );

  test('grants no other site anything, whether it asks before or not', async () => {
    const preflight = await send(
      state,
      { origin: 'https://evil.example', 'access-control-request-method': 'PUT' },
      { method: 'OPTIONS' },
    );
    expect(preflight.status).toBe(403);
    for (const answer of [preflight, await send(state), await send('/_console/')]) {
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': expect.stringMatching(/^default-src 'none'.*frame-ancestors 'none'$/),
      });
    }
  });

  test.each(['/_console/../console.ts', '/_console/..%2fconsole.ts', '/_console/tsconfig.json', '/etc/passwd'])(
    'serves nothing but its page: not %s',
    async (path) => {
      expect((await send(path)).status).toBe(404);
    },
  );

  test('serves its page as three files of its own, which load nothing inline', async () => {
    const page = await send('/_console/');
    expect(page.body).not.toMatch(/<script(?! type="module" src="main.js")|<style|style=|https?:/);
    for (const [name, type] of [
      ['main.js', 'text/javascript'],
      ['main.css', 'text/css'],
    ] as const) {
      const file = await send(`/_console/${name}`);
      expect([file.status, file.headers['content-type']]).toEqual([200, `${type}; charset=utf-8`]);
    }
  });

  test('shows an upload as the image that its bytes are, and never as a page', async () => {
    const page = '<html><script>alert(1)</script></html>';
    const put = await fetch(`${under.console.address}api/originals?key=evil.jpg`, { method: 'PUT', body: page });
    expect(put.status).toBe(200);
    const shown = await send('/_console/api/original?key=evil.jpg');
    expect(shown.status).toBe(409);
    expect(shown.headers['content-type']).toBe('application/json');
    await under.done('reset');
  });

  const others = Object.values(networkInterfaces()).flatMap((list = []) =>
    list.filter((one) => !one.internal && one.family === 'IPv4'),
  );
  test.skipIf(others.length === 0)('listens on loopback alone', async () => {
    const [other] = others;
    await expect(send(state, {}, { host: other?.address ?? '' })).rejects.toThrow('ECONNREFUSED');
  });
});

describe('what is deployed', () => {
  test('has nothing of the console in it', () => {
    const root = join(import.meta.dirname, '../../..');
    const files = globSync('dist/resize/**/*.{js,mjs,cjs,json}', {
      cwd: root,
      exclude: (file) => file.includes('node_modules'),
    });
    expect(files).not.toEqual([]);
    for (const file of files) expect(readFileSync(join(root, file), 'utf8'), file).not.toContain('_console');
  });
});
