import sharp from 'sharp';
import type { Luma } from './ssim.ts';

/** The brightness of a picture, on white, as on most pages. */
export async function lumaOf(picture: Uint8Array): Promise<Luma> {
  const { data, info } = await sharp(picture)
    .flatten({ background: '#ffffff' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
