import { request as open } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { checkPreconditions, readRange } from '../../../local/aws/http/conditional.ts';
import { createHosts, keepsNames } from '../../../local/aws/http/hosts.ts';
import type { HttpRequest, HttpResponse } from '../../../local/aws/http/http.ts';
import { type Listener, openListener } from '../../../local/aws/http/server.ts';

const endpoints: Listener[] = [];
afterEach(async () => {
  for (const endpoint of endpoints.splice(0)) await endpoint.close();
});

/** A endpoint before a handler that keeps what it is asked and answers as told. */
async function startListener(answer: Partial<HttpResponse> = {}) {
  const seen: HttpRequest[] = [];
  const handler = async (request: HttpRequest): Promise<HttpResponse> => {
    seen.push(request);
    return { status: 200, headers: {}, body: Buffer.from('ok'), ...answer };
  };
  const endpoint = await openListener(handler, {
    port: 0,
    host: 'd1.cloudfront.net',
    toLocal: (location) => `local:${location}`,
  });
  endpoints.push(endpoint);
  return { endpoint, seen };
}

/** `fetch` tidies a path up; this sends it as it is. */
function ask(port: number, path: string, headers: Record<string, string | string[]> = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    open({ host: '127.0.0.1', port, path, headers, agent: false }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() });
    })
      .on('error', reject)
      .end();
  });
}

describe('openListener()', () => {
  test.each(['//a/../b', '/a%2Fb?x=%20+&&y', '/./a', '/ä'.normalize('NFD').replace(/[^\x20-\x7e]/g, '%CC%88')])(
    'hands on the target %s as it came',
    async (target) => {
      const { endpoint, seen } = await startListener();
      await ask(endpoint.port, target);
      expect(seen[0]?.target).toBe(target);
    },
  );

  test('has its own host in Host, and joins repeated headers', async () => {
    const { endpoint, seen } = await startListener();
    await ask(endpoint.port, 'http://proxied.example/a?b', {
      host: 'other.example',
      'X-One': ['1', '2'],
      accept: ['a', 'b'],
    });
    expect(seen[0]).toMatchObject({
      method: 'GET',
      target: '/a?b',
      ip: '127.0.0.1',
      headers: { host: 'd1.cloudfront.net', 'x-one': '1, 2', accept: 'a, b' },
    });
  });

  test('writes a local address into Location only', async () => {
    const { endpoint } = await startListener({
      status: 301,
      headers: { location: 'https://x/', link: 'https://x/' },
      body: Buffer.from(''),
    });
    expect((await ask(endpoint.port, '/')).headers).toMatchObject({
      location: 'local:https://x/',
      link: 'https://x/',
      'content-length': '0',
    });
  });

  test('keeps the names of AWS on request, and hides the request header from the handler', async () => {
    const { endpoint, seen } = await startListener({ status: 301, headers: { location: 'https://x/' } });
    expect((await ask(endpoint.port, '/', { [keepsNames]: 'yes' })).headers.location).toBe('https://x/');
    expect(seen[0]?.headers).not.toHaveProperty(keepsNames);
  });

  test('sends each cookie in a header of its own', async () => {
    const { endpoint } = await startListener({ cookies: ['a=1', 'b=2'] });
    expect((await ask(endpoint.port, '/')).headers['set-cookie']).toEqual(['a=1', 'b=2']);
  });

  test('passes requests to the handler that Node would refuse for their headers', async () => {
    const { endpoint, seen } = await startListener();
    await ask(endpoint.port, `/${'x'.repeat(20_000)}`, { 'x-long': 'y'.repeat(20_000) });
    expect(seen[0]?.target).toHaveLength(20_001);
  });

  test('answers 500 when the handler fails, and goes on', async () => {
    let calls = 0;
    const handler = async (): Promise<HttpResponse> => {
      calls += 1;
      if (calls === 1) throw new Error('broken');
      return { status: 200, headers: {}, body: new Uint8Array() };
    };
    const failures: string[] = [];
    const logFailure = (message: string, error: unknown) => failures.push(`${message}: ${error}`);
    const endpoint = await openListener(handler, { port: 0, host: 'h', toLocal: (location) => location, logFailure });
    endpoints.push(endpoint);
    expect((await ask(endpoint.port, '/')).status).toBe(500);
    expect((await ask(endpoint.port, '/')).status).toBe(200);
    expect(failures).toEqual(['GET / at h failed: Error: broken']);
  });
});

describe('createHosts()', () => {
  const hosts = createHosts();
  hosts.set('d1.cloudfront.net', 'http://127.0.0.1:8080');

  test.each([
    ['https://d1.cloudfront.net/200x200/a%20b.jpg?x', 'http://127.0.0.1:8080/200x200/a%20b.jpg?x'],
    ['https://d1.cloudfront.net:444/a', 'https://d1.cloudfront.net:444/a'],
    ['https://d1.cloudfront.net.evil.example/a', 'https://d1.cloudfront.net.evil.example/a'],
    ['https://other.example/?to=https://d1.cloudfront.net/', 'https://other.example/?to=https://d1.cloudfront.net/'],
    ['/d1.cloudfront.net', '/d1.cloudfront.net'],
  ])('turns %s into %s', (location, local) => {
    expect(hosts.toLocal(location)).toBe(local);
  });
});

describe('checkPreconditions()', () => {
  const object = { etag: '"abc"', lastModified: Date.parse('2026-01-01T00:00:00.900Z') };
  const at = 'Thu, 01 Jan 2026 00:00:00 GMT';
  const before = 'Wed, 31 Dec 2025 23:59:59 GMT';
  test.each([
    [{}, 'proceed'],
    [{ 'if-match': '"abc"' }, 'proceed'],
    [{ 'if-match': '"x", "abc"' }, 'proceed'],
    [{ 'if-match': '"x"' }, { failed: 'If-Match' }],
    [{ 'if-match': 'W/"abc"' }, { failed: 'If-Match' }],
    [{ 'if-none-match': '"abc"' }, 'not-modified'],
    [{ 'if-none-match': 'W/"abc"' }, 'not-modified'],
    [{ 'if-none-match': '"x"' }, 'proceed'],
    [{ 'if-modified-since': at }, 'not-modified'],
    [{ 'if-modified-since': before }, 'proceed'],
    [{ 'if-unmodified-since': at }, 'proceed'],
    [{ 'if-unmodified-since': before }, { failed: 'If-Unmodified-Since' }],
    [{ 'if-match': '"abc"', 'if-unmodified-since': before }, 'proceed'],
    [{ 'if-none-match': '"x"', 'if-modified-since': at }, 'proceed'],
    [{ 'if-none-match': '"abc"', 'if-modified-since': before }, 'not-modified'],
    [{ 'if-match': '"x"', 'if-none-match': '"abc"' }, { failed: 'If-Match' }],
  ])('of %j', (headers, verdict) => {
    expect(checkPreconditions(headers, object)).toEqual(verdict);
  });
});

describe('readRange()', () => {
  test.each([
    [undefined, 'whole'],
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=2-4', { start: 2, end: 4 }],
    ['bytes=7-', { start: 7, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=4-2', 'whole'],
    ['bytes=0-1,4-5', 'whole'],
  ])('reads %s of ten bytes', (header, range) => {
    expect(readRange(header, 10)).toEqual(range);
  });

  test.each([
    ['bytes=10-', 10],
    ['bytes=-0', 10],
    ['bytes=0-0', 0],
  ])('cannot satisfy %s of %i bytes', (header, size) => {
    expect(readRange(header, size)).toBe('unsatisfiable');
  });
});
