import { describe, expect, it } from 'vitest';
import type { DefectCode } from '../../../loadtest/lib/defects.ts';
import { type HostileRequest, hostileRequests, tortureNames } from '../../../loadtest/lib/hostile.ts';
import { judgeHostile } from '../../../loadtest/lib/judge-hostile.ts';
import { config } from '../../../src/config.ts';
import { parseImagePath } from '../../../src/core/image-path.ts';
import { allowedPresets } from '../../../src/core/presets.ts';
import { urlOf } from '../../../src/url.ts';
import { back, chain, json, type Reply, toApi, viewOf } from './chain-fixture.ts';

const allowed = allowedPresets(config.presets);
const requests = hostileRequests('loadtest/run-1/hostile', config);
const named = (name: string): HostileRequest => {
  const found = requests.find((one) => one.name === name);
  if (!found) throw new Error(`No hostile request is called ${name}`);
  return found;
};

const unlisted = named('a size that is not on the list');
const missing = named('an original that does not exist');
const posted = named('POST to the API');
const notFound: Reply = {
  url: `${chain.imageUrl}/201x201/a.jpg`,
  status: 404,
  headers: { 'x-cache': 'Error from cloudfront' },
};
const refusal = (status: number, code: string, more: Record<string, string> = {}): Reply => ({
  url: back.url,
  status,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'max-age=60',
    'x-content-type-options': 'nosniff',
    ...more,
  },
  body: json(code),
});

describe('judgeHostile()', () => {
  it.each<[string, HostileRequest, readonly Reply[]]>([
    ['an unlisted size that ends in one 404', unlisted, [notFound]],
    ['a missing original', missing, [toApi, refusal(404, 'original-missing')]],
    ['a method that is not allowed', posted, [refusal(405, 'method-not-allowed', { allow: 'GET, HEAD' })]],
  ])('finds nothing wrong with %s', (_, request, replies) => {
    expect(judgeHostile(viewOf(replies), request, chain, config)).toEqual([]);
  });

  it.each<[string, HostileRequest, readonly Reply[], DefectCode]>([
    ['an unlisted size that is redirected', unlisted, [toApi, refusal(403, 'preset-unlisted')], 'unlisted-redirected'],
    ['an unlisted size that is served', unlisted, [{ ...notFound, status: 200 }], 'hostile-answer'],
    ['a missing original that is a 403', missing, [toApi, refusal(403, 'preset-unlisted')], 'hostile-answer'],
    ['a missing original with another code', missing, [toApi, refusal(404, 'key-malformed')], 'hostile-answer'],
    [
      'a refusal that is kept for ever',
      missing,
      [toApi, refusal(404, 'original-missing', { 'cache-control': 'max-age=31536000' })],
      'hostile-answer',
    ],
    [
      'a refusal as a page',
      missing,
      [toApi, refusal(404, 'original-missing', { 'content-type': 'text/html' })],
      'hostile-answer',
    ],
    ['a 405 that does not say what is allowed', posted, [refusal(405, 'method-not-allowed')], 'hostile-answer'],
    ['a refusal that became a fault', posted, [refusal(500, 'internal-error')], 'service-fault'],
    ['an API that answers for the Lambda', posted, [{ url: back.url, status: 500 }], 'lambda-down'],
    ['no answer', unlisted, [{ url: notFound.url, status: 0 }], 'no-answer'],
  ])('names %s', (_, request, replies, code) => {
    const end = replies.at(-1)?.status === 0 ? 'silent' : 'answered';
    expect(judgeHostile(viewOf(replies, end), request, chain, config)[0]?.code).toBe(code);
  });

  it('leaves the body of a HEAD out', () => {
    const head = named('HEAD of an original that does not exist');
    const reply = { ...refusal(404, 'original-missing'), body: new Uint8Array() };
    expect(judgeHostile(viewOf([reply]), head, chain, config)).toEqual([]);
  });
});

describe('hostileRequests()', () => {
  it('have names of their own', () => {
    expect(new Set(requests.map(({ name }) => name)).size).toBe(requests.length);
  });

  it('expect of the API what the parser of keys says', () => {
    for (const { name, entryPoint, path, method, expects } of requests) {
      if (entryPoint !== 'api' || method !== 'GET') continue;
      let code: string | undefined = path === '' ? 'key-missing' : undefined;
      try {
        if (!code) parseImagePath(decodeURIComponent(path), allowed);
      } catch (error) {
        // A broken escape is a malformed key, too.
        code = error instanceof URIError ? 'key-malformed' : (error as { code?: string }).code;
      }
      expect(code, name).toBe(expects.code);
    }
  });

  it('never ask the edge for a listed size where one 404 is expected', () => {
    for (const { name, entryPoint, method, path, expects } of requests) {
      if (entryPoint !== 'edge' || method !== 'GET' || expects.hops !== 1) continue;
      expect(allowed.has(path.split('/')[0] ?? ''), name).toBe(false);
    }
  });
});

describe('tortureNames', () => {
  it('are keys that the service serves, and that a URL changes', () => {
    for (const name of tortureNames) {
      const url = urlOf('https://img.example.com', '200x200', name);
      const path = decodeURIComponent(url.slice('https://img.example.com/'.length));
      expect(parseImagePath(path, allowed).key).toBe(name);
    }
  });
});
