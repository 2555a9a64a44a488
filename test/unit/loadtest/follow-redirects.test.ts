import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  type Ask,
  followRedirects,
  maxHops,
  readAddress,
  resolveLocation,
  viewMilliseconds,
} from '../../../loadtest/lib/follow-redirects.ts';
import { back, chain, expectedView, gif, image, type Reply, toApi } from './chain-fixture.ts';

const hosts = ['img.example.com', 'api.example.com'];

/** Answers in this order, the last one for ever. */
function inOrder(replies: readonly Reply[]): { ask: Ask; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async ask(url, hop) {
      asked.push(`${hop} ${url}`);
      const reply = replies[Math.min(asked.length, replies.length) - 1];
      const { status = 0, headers = {}, body = new Uint8Array() } = reply ?? {};
      return { status, headers, body, milliseconds: 10 * hop } satisfies Answer;
    },
  };
}

describe('followRedirects()', () => {
  it('returns every hop of a cold view, and the body of the last', async () => {
    const { ask, asked } = inOrder([toApi, back, image]);
    const view = await followRedirects(expectedView.url, ask, hosts);
    expect(asked).toEqual([
      `1 ${expectedView.url}`,
      `2 ${chain.apiUrl}?key=${expectedView.path}`,
      `3 ${expectedView.url}`,
    ]);
    expect(view).toMatchObject({ asked: expectedView.url, end: 'answered', answer: { status: 200, body: gif } });
    expect(view.hops.map(({ status }) => status)).toEqual([307, 301, 200]);
    expect(viewMilliseconds(view.hops)).toBe(60);
  });

  it('ends a loop', async () => {
    const { ask, asked } = inOrder([{ ...toApi, headers: { location: expectedView.url } }]);
    const view = await followRedirects(expectedView.url, ask, hosts);
    expect(view.end).toBe('too-many-hops');
    expect(asked).toHaveLength(maxHops);
  });

  it.each([
    ['another host', 'https://evil.example/a'],
    ['a host that only begins like ours', 'https://img.example.com.evil.example/a'],
    ['our host as a user name', 'https://img.example.com@evil.example/a'],
    ['another port', 'https://img.example.com:8443/a'],
    ['a host without a scheme', '//evil.example/a'],
    ['no http at all', 'javascript:alert(1)'],
    ['a path without a slash', 'a.jpg'],
  ])('does not follow a redirect to %s', async (_, location) => {
    const { ask, asked } = inOrder([{ ...toApi, headers: { location } }]);
    const view = await followRedirects(expectedView.url, ask, hosts);
    expect(view.end).toBe('other-host');
    expect(asked).toHaveLength(1);
  });

  it('follows a path on its own host', async () => {
    const { ask, asked } = inOrder([{ ...toApi, headers: { location: '/b' } }, image]);
    expect((await followRedirects(expectedView.url, ask, hosts)).end).toBe('answered');
    expect(asked[1]).toBe('2 https://img.example.com/b');
  });

  it.each([
    ['sees that no answer came', { url: expectedView.url, status: 0 }, 'no-answer'],
    ['sees a redirect without a Location', { url: expectedView.url, status: 307 }, 'no-location'],
    ['returns a 304', { url: expectedView.url, status: 304 }, 'answered'],
    ['returns an error', { url: expectedView.url, status: 500 }, 'answered'],
  ])('%s', async (_, reply, end) => {
    expect((await followRedirects(expectedView.url, inOrder([reply]).ask, hosts)).end).toBe(end);
  });
});

describe('readAddress()', () => {
  it.each([
    ['https://Img.Example.com/200x200/a.jpg', { scheme: 'https', host: 'img.example.com' }],
    ['http://[::1]:80/a', { scheme: 'http', host: '[::1]:80' }],
    ['https://img.example.com?key=a', { scheme: 'https', host: 'img.example.com' }],
    ['https://img.example.com@evil.example/a', undefined],
    ['https://img.example.com\\@evil.example/a', undefined],
    ['https:///a', undefined],
    ['ftp://img.example.com/', undefined],
    ['//img.example.com/', undefined],
    ['', undefined],
  ])('reads %j', (url, expected) => expect(readAddress(url)).toEqual(expected));

  it('sees the same host as the URL standard', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
        // The standard drops a default port; ours are compared as they are written.
        const withoutPort = (host?: string) => host?.replace(/:(?:80|443)$/, '');
        expect(withoutPort(readAddress(url)?.host)).toBe(withoutPort(new URL(url).host));
      }),
      { numRuns: 30 },
    );
  });
});

describe('resolveLocation()', () => {
  it.each([
    ['https://api.example.com/resize?key=a', 'https://api.example.com/resize?key=a'],
    ['/200x200/a.jpg', 'https://img.example.com:8443/200x200/a.jpg'],
    ['//evil.example/a', 'https://evil.example/a'],
  ])('resolves %j to %j', (location, expected) => {
    expect(resolveLocation(location, 'https://img.example.com:8443/1/2?3')).toBe(expected);
  });
});
