/** The program that makes one derivative: the shipped code with other settings, or sharp's defaults. */
import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { sharpTransformer } from '../../src/adapters/sharp-transformer.ts';
import { config, type Format } from '../../src/config.ts';
import { requireImageType } from '../../src/core/image-type.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { outputFormat, planResize } from '../../src/core/resize-plan.ts';
import { serveWork } from '../run/work-server.ts';
import { lumaOf, similarity } from '../ssim.ts';
import type { Settings } from './families.ts';

export interface VariantJob {
  readonly file: string;
  readonly preset: string;
  readonly settings: Settings;
}

export interface VariantProduct {
  readonly bytes: number;
  /** To a derivative that was decoded in full and not compressed. */
  readonly similarity: number;
}

const sharpDefaults: Readonly<Record<Format, (image: Sharp) => Sharp>> = {
  jpg: (image) => image.jpeg(),
  png: (image) => image.png(),
  webp: (image) => image.webp(),
  avif: (image) => image.avif(),
};

serveWork<VariantJob>(({ file, preset: name, settings }) => {
  const allowed = allowedPresets(config.presets).get(name);
  if (!allowed) throw new Error(`The preset ${name} is not in the config`);
  const original = readFileSync(file);
  const type = requireImageType(original);
  // Always the middle: what draws the eye depends on the decoding, and two crops could not be compared.
  const middle = { ...allowed, preset: { ...allowed.preset, position: 'centre' as const } };
  const plan = planResize({ preset: middle, key: 'a' }, { config, imageBaseUrl: '' });
  // The photographs are larger than the presets, so a cover needs no other shape here.
  const { width, height, fit } = plan.preset;
  const size = { width, height, fit, withoutEnlargement: true };
  const resized = (options: { readonly fastShrinkOnLoad?: boolean } = {}) =>
    sharp(original, { autoOrient: true, failOn: 'error' })
      .resize({ ...size, ...options })
      .toColourspace('srgb');
  sharp.concurrency(settings.concurrency ?? 1);

  const { jpg, png, webp, avif } = config.codecs;
  const codecs = {
    jpg: { ...jpg, ...settings.jpg },
    png: { ...png, ...settings.png },
    webp: { ...webp, ...settings.webp },
    avif: { ...avif, ...settings.avif },
  };
  const transform = sharpTransformer({ ...config, codecs });
  const format = outputFormat(plan, type);
  const encode = async (): Promise<Uint8Array> => {
    const { fastShrinkOnLoad } = settings;
    if (settings.sharpDefaults) return sharpDefaults[format](resized()).toBuffer();
    if (fastShrinkOnLoad === undefined) return (await transform(original, type, plan)).bytes;
    return resized({ fastShrinkOnLoad }).jpeg({ quality: jpg.quality }).toBuffer();
  };

  let derivative: Uint8Array = new Uint8Array();
  return {
    async run() {
      derivative = await encode();
    },
    async product(): Promise<VariantProduct> {
      const reference = await resized({ fastShrinkOnLoad: false }).png().toBuffer();
      return {
        bytes: derivative.length,
        similarity: similarity(await lumaOf(reference), await lumaOf(derivative)),
      };
    },
  };
});
