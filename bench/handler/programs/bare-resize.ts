/** The sharp pipeline that one would write by hand for a preset, with the options that the service uses. */
import { extname } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { config, type Format, type Preset } from '../../../src/config.ts';
import { allowedPresets } from '../../../src/core/presets.ts';

sharp.concurrency(1);
sharp.cache(false);

const allowed = allowedPresets(config.presets);
const formats: Readonly<Record<string, Format>> = { '.jpg': 'jpg', '.png': 'png', '.webp': 'webp', '.avif': 'avif' };

export async function bareResize(original: Uint8Array, file: string, name: string): Promise<Buffer> {
  const ownFormat = formats[extname(file)];
  const { preset, format = ownFormat } = allowed.get(name) ?? {};
  if (!preset || !format || !ownFormat) throw new Error(`${file} at ${name} cannot be made by hand`);
  const { width, height, fit, position = 'centre' } = preset;
  const image = sharp(original, {
    failOn: 'error',
    limitInputPixels: config.limits.maxOriginalPixels,
    autoOrient: true,
  })
    .resize({ width, height, fit, position: strategy(position), withoutEnlargement: true })
    .toColourspace('srgb');
  const dense = ownFormat !== 'png' || (await isDense(original));
  return encode(image, format, dense).toBuffer();
}

function strategy(position: NonNullable<Preset['position']>) {
  return position === 'attention' || position === 'entropy' ? sharp.strategy[position] : position;
}

async function isDense(original: Uint8Array): Promise<boolean> {
  const { width, height } = await sharp(original).metadata();
  return original.length > config.codecs.png.adaptiveFromBytesPerPixel * width * height;
}

function encode(image: Sharp, format: Format, dense: boolean): Sharp {
  const { jpg, png, webp, avif } = config.codecs;
  if (format === 'png') return image.png({ compressionLevel: png.compressionLevel, adaptiveFiltering: dense });
  if (format === 'webp') return image.webp(webp);
  if (format === 'avif') return image.avif(avif);
  return image.flatten({ background: '#ffffff' }).jpeg(jpg);
}
