/** The sharp pipeline that one would write by hand for a preset, with the options that the service uses. */
import sharp, { type Sharp } from 'sharp';
import { config, type Format, type Preset } from '../../../src/config.ts';
import { allowedPresets } from '../../../src/core/presets.ts';

sharp.concurrency(1);
sharp.cache(false);

const allowed = allowedPresets(config.presets);

export async function bareResize(original: Uint8Array, ownFormat: Format, name: string): Promise<Buffer> {
  const { preset, format = ownFormat } = allowed.get(name) ?? {};
  if (!preset) throw new Error(`The preset ${name} is not in the config`);
  const { width, height, maxHeight = width * 4, fit, position = 'centre' } = preset;
  const image = sharp(original, {
    failOn: 'error',
    limitInputPixels: config.limits.maxOriginalPixels,
    autoOrient: true,
  })
    .resize({ width, height: height ?? maxHeight, fit, position: strategy(position), withoutEnlargement: true })
    .toColourspace('srgb');
  return encode(image, format, width * (height ?? maxHeight)).toBuffer();
}

function strategy(position: NonNullable<Preset['position']>) {
  return position === 'attention' || position === 'entropy' ? sharp.strategy[position] : position;
}

function encode(image: Sharp, format: Format, pixels: number): Sharp {
  const { jpg, png, webp, avif } = config.codecs;
  if (format === 'png') return image.png(png);
  if (format === 'webp') return image.webp(webp);
  if (format === 'avif') return image.avif(avif);
  return image
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: jpg.quality, mozjpeg: pixels <= jpg.mozjpegUpToPixels });
}
