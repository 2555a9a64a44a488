import { describe, expect, it } from 'vitest';
import {
  type Answer,
  type Ask,
  followRedirects,
  maxHops,
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
  it('gives every hop of a cold view, and the body of the last', async () => {
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

  it('ends a loop itself', async () => {
    const { ask, asked } = inOrder([{ ...toApi, headers: { location: expectedView.url } }]);
    const view = await followRedirects(expectedView.url, ask, hosts);
    expect(view.end).toBe('endless');
    expect(asked).toHaveLength(maxHops);
  });

  it.each([
    ['another host', 'https://evil.example/a'],
    ['a host that only begins like ours', 'https://img.example.com.evil.example/a'],
    ['our host as somebody’s name', 'https://img.example.com@evil.example/a'],
    ['another port', 'https://img.example.com:8443/a'],
    ['a host without a scheme', '//evil.example/a'],
    ['no http at all', 'javascript:alert(1)'],
    ['a path without a slash', 'a.jpg'],
  ])('does not follow a redirect to %s', async (_, location) => {
    const { ask, asked } = inOrder([{ ...toApi, headers: { location } }]);
    const view = await followRedirects(expectedView.url, ask, hosts);
    expect(view.end).toBe('astray');
    expect(asked).toHaveLength(1);
  });

  it('follows a path on its own host', async () => {
    const { ask, asked } = inOrder([{ ...toApi, headers: { location: '/b' } }, image]);
    expect((await followRedirects(expectedView.url, ask, hosts)).end).toBe('answered');
    expect(asked[1]).toBe('2 https://img.example.com/b');
  });

  it.each([
    ['says that nothing came', { url: expectedView.url, status: 0 }, 'silent'],
    ['says that a redirect leads nowhere', { url: expectedView.url, status: 307 }, 'nowhere'],
    ['takes 304 for an answer', { url: expectedView.url, status: 304 }, 'answered'],
    ['takes an error for an answer', { url: expectedView.url, status: 500 }, 'answered'],
  ])('%s', async (_, reply, end) => {
    expect((await followRedirects(expectedView.url, inOrder([reply]).ask, hosts)).end).toBe(end);
  });
});
