import { expect, test } from 'vitest';
import { factsOf, thumbnailOf } from '../../../local/console/image-facts.ts';
import { orientedJpeg, rightImages, wrongImages } from '../../fixtures/images.ts';

const madeOf = (name: string) => wrongImages[name]?.make() ?? Promise.reject(new Error(`No fixture ${name}`));

test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
  'factsOf() reads %s, which browsers show',
  async (format) => {
    expect(await factsOf(await rightImages[format]())).toMatchObject({ format });
  },
);

test('factsOf() has the sides of the upright image', async () => {
  const upright = await factsOf(await orientedJpeg(1));
  expect(await factsOf(await orientedJpeg(6))).toMatchObject({ width: upright?.width, height: upright?.height });
});

test.each(['a HEIC', 'a TIFF', 'a PDF'] as const)('factsOf() knows that no browser shows %s', async (name) => {
  expect(await factsOf(await madeOf(name))).toBeUndefined();
});

test.each(['a JPEG cut in half', 'a PNG cut in half'] as const)('thumbnailOf() refuses %s', async (name) => {
  expect(await thumbnailOf(await madeOf(name))).toBeUndefined();
});

test('factsOf() and thumbnailOf() accept no bytes', async () => {
  expect([await factsOf(Buffer.alloc(0)), await thumbnailOf(Buffer.alloc(0))]).toEqual([undefined, undefined]);
});
