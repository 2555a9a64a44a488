import { describe, expect, it } from 'vitest';
import type { DefectCode } from '../../../loadtest/lib/defects.ts';
import {
  type InvalidRequest,
  invalidRequests,
  judgeInvalid,
  oddNames,
} from '../../../loadtest/lib/invalid-requests.ts';
import { config } from '../../../src/config.ts';
import { parseImagePath } from '../../../src/core/image-path.ts';
import { allowedPresets } from '../../../src/core/presets.ts';
import { urlOf } from '../../../src/url.ts';
import { back, chain, json, type Reply, toApi, viewOf } from './fixtures.ts';

const allowed = allowedPresets(config.presets);
const requests = invalidRequests('loadtest/run-1/invalid', config, chain);
const named = (name: string, of = requests): InvalidRequest => {
  const found = of.find((one) => one.name === name);
  if (!found) throw new Error(`No request is called ${name}`);
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

describe('judgeInvalid()', () => {
  it.each<[string, InvalidRequest, readonly Reply[]]>([
    ['an unlisted size that ends in one 404', unlisted, [notFound]],
    ['a missing original', missing, [toApi, refusal(404, 'original-missing')]],
    ['a method that is not allowed', posted, [refusal(405, 'method-not-allowed', { allow: 'GET, HEAD, OPTIONS' })]],
  ])('finds nothing wrong with %s', (_, request, replies) => {
    expect(judgeInvalid(viewOf(replies), request, chain, config)).toEqual([]);
  });

  it.each<[string, InvalidRequest, readonly Reply[], DefectCode]>([
    ['an unlisted size that is redirected', unlisted, [toApi, refusal(403, 'preset-unlisted')], 'unlisted-redirected'],
    ['an unlisted size that is served', unlisted, [{ ...notFound, status: 200 }], 'wrong-answer'],
    ['a missing original with another code', missing, [toApi, refusal(404, 'key-malformed')], 'wrong-answer'],
    [
      'a refusal that may be cached for ever',
      missing,
      [toApi, refusal(404, 'original-missing', { 'cache-control': 'max-age=31536000' })],
      'wrong-answer',
    ],
    ['a 405 that does not say what is allowed', posted, [refusal(405, 'method-not-allowed')], 'wrong-answer'],
    ['a refusal that became a fault', posted, [refusal(500, 'internal-error')], 'service-fault'],
    ['an API that answers for the Lambda', posted, [{ url: back.url, status: 500 }], 'lambda-down'],
    ['no answer', unlisted, [{ url: notFound.url, status: 0 }], 'unanswered'],
  ])('names %s', (_, request, replies, code) => {
    const end = replies.at(-1)?.status === 0 ? 'no-answer' : 'answered';
    expect(judgeInvalid(viewOf(replies, end), request, chain, config)[0]?.code).toBe(code);
  });
});

describe('judgeInvalid() on the image host', () => {
  const oneHost = { ...chain, apiUrl: `${chain.imageUrl}/resize` };
  const onOneHost = invalidRequests('loadtest/run-1/invalid', config, oneHost);
  const judged = (request: InvalidRequest, reply: Reply) =>
    judgeInvalid(viewOf([{ ...reply, url: `${oneHost.apiUrl}?key=48x48/a.jpg` }]), request, oneHost, config).map(
      ({ code }) => code,
    );

  it('finds nothing wrong with a refusal that nobody may keep, and with a method that CloudFront refuses', () => {
    const unlistedAtApi = named('a size that is not on the list, at the API', onOneHost);
    expect(judged(unlistedAtApi, refusal(403, 'preset-unlisted', { 'cache-control': 'no-store' }))).toEqual([]);
    expect(judged(named('POST to the API', onOneHost), { url: '', status: 403 })).toEqual([]);
  });

  it('names a refusal that CloudFront would keep, and a fault as the one of the Lambda', () => {
    const unlistedAtApi = named('a size that is not on the list, at the API', onOneHost);
    expect(judged(unlistedAtApi, refusal(403, 'preset-unlisted'))).toEqual(['wrong-answer']);
    expect(judged(unlistedAtApi, { url: '', status: 500 })).toEqual(['lambda-down']);
  });
});

describe('invalidRequests()', () => {
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

describe('oddNames', () => {
  it('are keys that the service serves, and that a URL changes', () => {
    for (const name of oddNames) {
      const url = urlOf('https://img.example.com', '200x200', name);
      const path = decodeURIComponent(url.slice('https://img.example.com/'.length));
      expect(parseImagePath(path, allowed).key).toBe(name);
    }
  });
});
