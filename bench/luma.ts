import sharp from 'sharp';
import type { Luma } from './ssim.ts';

/** The brightness of an image, on white, as on most pages. */
export async function lumaOf(image: Uint8Array): Promise<Luma> {
  const { data, info } = await sharp(image)
    .flatten({ background: '#ffffff' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
