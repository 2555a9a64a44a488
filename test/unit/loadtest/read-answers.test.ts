import sharp from 'sharp';
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
import { readImage } from '../../../loadtest/lib/image.ts';
import { rawQuarters } from '../../fixtures/images.ts';
import { back, chain, expectedView, gif, image, type Reply, toApi, versionedUrl } from './fixtures.ts';

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
    expect(asked).toEqual([`1 ${expectedView.url}`, `2 ${chain.apiUrl}?key=${expectedView.path}`, `3 ${versionedUrl}`]);
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
    ['a host without a scheme', '//evil.example/a'],
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
    ['', undefined],
  ])('reads %j', (url, expected) => expect(readAddress(url)).toEqual(expected));
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

const encodable = (width: number, height: number) =>
  sharp(rawQuarters(width, height), { raw: { width, height, channels: 3 } });
const seeThrough = (width: number, height: number) => encodable(width, height).ensureAlpha(0.5);

/** Each way in which our formats write their size. */
const encoders = [
  ['a baseline JPEG', 'jpeg', (w: number, h: number) => encodable(w, h).jpeg()],
  ['a progressive JPEG', 'jpeg', (w: number, h: number) => encodable(w, h).jpeg({ progressive: true, mozjpeg: true })],
  ['a PNG', 'png', (w: number, h: number) => encodable(w, h).png()],
  ['a PNG with a palette', 'png', (w: number, h: number) => seeThrough(w, h).png({ palette: true })],
  ['a lossy WebP', 'webp', (w: number, h: number) => encodable(w, h).webp()],
  ['a lossless WebP', 'webp', (w: number, h: number) => encodable(w, h).webp({ lossless: true })],
  ['a WebP with transparency', 'webp', (w: number, h: number) => seeThrough(w, h).webp()],
  ['an AVIF', 'avif', (w: number, h: number) => encodable(w, h).avif({ effort: 0 })],
  ['an AVIF with transparency', 'avif', (w: number, h: number) => seeThrough(w, h).avif({ effort: 0 })],
  ['a GIF', 'gif', (w: number, h: number) => encodable(w, h).gif()],
] as const;

describe('readImage()', () => {
  for (const [name, type, encode] of encoders) {
    it(`reads type and size of ${name}`, async () => {
      for (const [width, height] of [
        [200, 200],
        [320, 213],
        [1, 1],
        [17, 640],
      ] as const) {
        const bytes = await encode(width, height).toBuffer();
        expect(readImage(bytes), `${width} x ${height}`).toEqual({ type, width, height });
      }
    });

    // A GIF may have the byte of its end anywhere, and no derivative is one.
    it.skipIf(type === 'gif')(`never takes a part of ${name} for the whole`, async () => {
      const bytes = new Uint8Array(await encode(64, 48).toBuffer());
      for (let length = 16; length < bytes.length; length += 1) {
        expect(readImage(bytes.subarray(0, length)), `${length} of ${bytes.length} bytes`).toBe('cut-short');
      }
    });
  }

  it('reads the size of a moving WebP and of a moving GIF', async () => {
    const frames = sharp(rawQuarters(40, 90), { raw: { width: 40, height: 90, channels: 3, pageHeight: 30 } });
    expect(readImage(await frames.clone().gif().toBuffer())).toEqual({ type: 'gif', width: 40, height: 30 });
    expect(readImage(await frames.clone().webp().toBuffer())).toEqual({ type: 'webp', width: 40, height: 30 });
  });

  it('reads an image that lies in the middle of a larger buffer, as a response does', async () => {
    const bytes = await encodable(30, 20).jpeg().toBuffer();
    const larger = Buffer.concat([Buffer.alloc(13), bytes, Buffer.alloc(9)]);
    expect(readImage(larger.subarray(13, 13 + bytes.length))).toEqual({ type: 'jpeg', width: 30, height: 20 });
  });

  it.each([
    ['nothing', ''],
    ['a page', '<!DOCTYPE html><html><body>200</body></html>'],
    ['JSON', '{"message":"Internal Server Error"}'],
  ])('says that %s is no image', (_, body) => {
    expect(readImage(new TextEncoder().encode(body))).toBe('no-image');
  });
});
