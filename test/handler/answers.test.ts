/** Every row of the table of answers, and each preset in each format: the real handler, real sharp, real S3 calls. */
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { cacheControlOf } from '../../src/core/resize-plan.ts';
import { urlOf } from '../../src/url.ts';
import { distance, fingerprint, upright } from '../fixtures/fingerprint.ts';
import { imageBaseUrl, startTestHandler, type TestHandler } from '../fixtures/handler.ts';
import * as images from '../fixtures/images.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';
import { unsupportedKeys } from '../s3-servers/unsupported-keys.ts';
import { acceptedKeys } from '../unit/core/keys.ts';

let s3: TestS3;
let service: TestHandler;
beforeAll(async () => {
  s3 = await startTestS3();
  service = await startTestHandler(s3);
});
afterAll(() => s3.stop());

const allowed = [...allowedPresets(config.presets).values()];
const sniffed = { jpg: 'jpeg', png: 'png', webp: 'webp', avif: 'heif' } as const;
const contentTypes = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp', avif: 'image/avif' } as const;

describe('a derivative that is made', () => {
  const originals = Object.entries(images.rightImages);

  it.each(allowed)('is right in preset $name, whatever the original’s type', async ({ name, preset, format }) => {
    for (const [type, make] of originals) {
      const key = `types/${type}`;
      await service.putOriginal(key, await make());
      const answer = await service.ask(name, key);
      const stored = await service.storedDerivative(`${name}/${key}`);
      const version = stored?.metadata?.['original-id']?.slice(0, 8) ?? 'none';
      const location = urlOf(imageBaseUrl, name, key, { version });
      expect(answer, type).toMatchObject({ status: 301, headers: { Location: location } });

      // Of an original without loss `auto` makes either.
      const asked = format === 'auto' ? (stored?.contentType === 'image/webp' ? 'webp' : 'avif') : format;
      const expected =
        asked ??
        ({ gif: 'webp', 'progressive jpeg': 'jpg', jpeg: 'jpg' } as const)[type] ??
        (type as 'png' | 'webp' | 'avif');
      expect(stored, type).toMatchObject({
        contentType: contentTypes[expected],
        cacheControl: cacheControlOf(config.cache, preset),
        metadata: {
          'original-id': expect.stringMatching(/^[0-9a-f]{64}$/),
          'service-version': expect.any(String),
          'cache-tag': expect.stringMatching(/^o-[0-9a-f]{40}$/),
        },
      });
      const seen = await sharp(stored?.bytes).metadata();
      expect(seen, type).toMatchObject({ format: sniffed[expected], space: 'srgb', depth: 'uchar' });
      expect(seen.exif ?? seen.xmp ?? seen.icc, type).toBeUndefined();

      // The original has 600 x 400 pixels and is never enlarged.
      const height = 'height' in preset ? preset.height : undefined;
      const scale = height ? Math.min(1, 600 / preset.width, 400 / height) : Math.min(1, preset.width / 600);
      const size = height
        ? { width: preset.width * scale, height: height * scale }
        : { width: 600 * scale, height: 400 * scale };
      expect(
        Math.abs((seen.width ?? 0) - size.width) + Math.abs((seen.height ?? 0) - size.height),
        type,
      ).toBeLessThanOrEqual(1.5);
      if (!height) expect(distance(await fingerprint(stored?.bytes ?? Buffer.of()), upright), type).toBeLessThan(14);
    }
  });

  it.for(acceptedKeys)('is stored under the very key that its address asks for: %j', async (key, { skip }) => {
    if (unsupportedKeys(s3.server)(`200x200/${key}`)) skip('this server does not hold it');
    await service.putOriginal(key, await images.tiny());
    const { status, headers } = await service.ask('200x200', key);
    expect(status).toBe(301);
    const asked = decodeURIComponent(new URL(headers.Location ?? '').pathname.slice(1).replaceAll('+', ' '));
    expect(await service.storedDerivative(asked)).toBeDefined();
    expect(asked).toBe(`200x200/${key}`);
  });
});

describe('the answers', () => {
  beforeAll(async () => {
    await service.putOriginal('a.jpg', await images.rightImages.jpeg());
  });

  it('301 to CloudFront, which nobody keeps, when the derivative was made', async () => {
    const { status, headers, body } = await service.call('key=48x48/a.jpg');
    expect({ status, body: body.length }).toEqual({ status: 301, body: 0 });
    expect(headers).toMatchObject({
      Location: expect.stringMatching(/^https:\/\/img\.example\.com\/48x48\/a\.jpg\?v=[0-9a-f]{8}$/),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Server-Timing': expect.stringMatching(/get;dur=[\d.]+.*resize;dur=[\d.]+.*put;dur=[\d.]+.*total;dur=/),
    });
  });

  it('200 with the derivative’s bytes, which nobody keeps, when it exists of this very original', async () => {
    await service.call('key=100x100/a.jpg');
    const { status, headers, body } = await service.call('key=100x100/a.jpg');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'Content-Type': 'image/jpeg',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    expect(body).toEqual((await service.storedDerivative('100x100/a.jpg'))?.bytes);
  });

  it('301 again, and another derivative, when the original has been replaced', async () => {
    await service.putOriginal('replaced.jpg', await images.rightImages.jpeg());
    await service.call('key=100x100/replaced.jpg');
    const before = await service.storedDerivative('100x100/replaced.jpg');
    await service.putOriginal('replaced.jpg', await images.grey());
    expect((await service.call('key=100x100/replaced.jpg')).status).toBe(301);
    const after = await service.storedDerivative('100x100/replaced.jpg');
    expect(after?.metadata?.['original-id']).not.toBe(before?.metadata?.['original-id']);
    expect(after?.bytes).not.toEqual(before?.bytes);
  });

  it('404 when the original is gone, though a derivative exists', async () => {
    await service.putOriginal('gone.jpg', await images.tiny());
    await service.call('key=100x100/gone.jpg');
    await service.deleteOriginal('gone.jpg');
    expect(await service.call('key=100x100/gone.jpg')).toMatchObject({
      status: 404,
      json: { code: 'original-missing' },
    });
  });

  it.each([
    ['key=a.jpg', 400, 'key-malformed', 'does not begin with a preset'],
    [`key=200x200/${'k'.repeat(1017)}`, 400, 'key-malformed', 'longer than 1024 bytes'],
    ['key=999x1/a.jpg', 403, 'preset-unlisted', 'expected one of 48x48'],
  ])('to %j: %i %s', async (query, status, code, text) => {
    const { headers, ...answer } = await service.call(query);
    expect(answer).toMatchObject({ status, json: { code, message: expect.stringContaining(text) } });
    expect(headers).toMatchObject({
      'Cache-Control': 'max-age=60',
      'Content-Type': 'application/json',
      'X-Content-Type-Options': 'nosniff',
    });
  });

  it.each(Object.entries(images.wrongImages))('refuse %s and store nothing', async (name, { status, code, make }) => {
    await service.putOriginal(`wrong/${name}`, await make());
    const answer = await service.ask('200x200', `wrong/${name}`);
    expect(answer).toMatchObject({ status, headers: { 'Cache-Control': 'max-age=60' }, json: { code } });
    expect(await service.storedDerivative(`200x200/wrong/${name}`)).toBeUndefined();
  });
});
