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
