/** The sharp pipeline that one would write by hand for a preset, with sharp's own settings. */
import { extname } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { config, type Format } from '../../../src/config.ts';
import { allowedPresets } from '../../../src/core/presets.ts';

// What sharp's documentation advises for a server that sees each image once.
sharp.cache(false);

const allowed = allowedPresets(config.presets);
const ownFormats: Readonly<Record<string, Format>> = { '.jpg': 'jpg', '.png': 'png', '.webp': 'webp', '.avif': 'avif' };

export function bareResize(original: Uint8Array, key: string, name: string): Promise<Buffer> {
  const { format = ownFormats[extname(key)] } = allowed.get(name) ?? {};
  const image = resized(original, name);
  const { jpg, webp, avif } = config.codecs;
  if (format === 'jpg') return image.jpeg({ quality: jpg.quality }).toBuffer();
  if (format === 'webp') return image.webp({ quality: webp.quality }).toBuffer();
  // Effort and sampling of the service: sharp's default effort takes 50 times as long.
  if (format === 'avif') return image.avif(avif).toBuffer();
  return image.png().toBuffer();
}

/** Before it is encoded. */
export function resized(original: Uint8Array, name: string): Sharp {
  const { preset } = allowed.get(name) ?? {};
  if (!preset) throw new Error(`${name} is no preset`);
  const { width, height, fit, position = 'centre' } = preset;
  const isStrategy = position === 'attention' || position === 'entropy';
  return sharp(original, { failOn: 'error', autoOrient: true }).resize({
    ...{ width, height, fit, withoutEnlargement: true },
    position: isStrategy ? sharp.strategy[position] : position,
  });
}
