/** One way of making a derivative: the shipped code with other settings. With how alike it is to a faultless one. */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { sharpTransformer } from '../../src/adapters/sharp-transformer.ts';
import { config } from '../../src/config.ts';
import { derivativeSize } from '../../src/core/derivative-size.ts';
import { requireImageType } from '../../src/core/image-type.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { planResize } from '../../src/core/resize-plan.ts';
import { lumaOf } from '../luma.ts';
import { similarity } from '../ssim.ts';
import type { Settings } from '../sweep/variants.ts';
import { serveWork } from '../work-server.ts';

export interface VariantJob {
  readonly file: string;
  readonly preset: string;
  readonly settings: Settings;
}

export interface VariantProduct {
  readonly bytes: number;
  readonly similarity: number;
}

serveWork<VariantJob>(async ({ file, preset: name, settings }) => {
  const allowed = allowedPresets(config.presets).get(name);
  if (!allowed) throw new Error(`The preset ${name} is not in the config`);
  const original = readFileSync(file);
  // In the middle: where the eye is drawn depends on how it was decoded, and the parts would not lie on each other.
  const middle = { ...allowed, preset: { ...allowed.preset, position: 'centre' as const } };
  const plan = planResize({ preset: middle, key: 'a' }, { config, imageBaseUrl: '' });
  const { autoOrient, format } = await sharp(original).metadata();
  const { width, height } = derivativeSize(
    plan.preset,
    { ...autoOrient, frames: 1 },
    allowed.format ?? (format === 'png' ? 'png' : 'jpg'),
    config.limits,
  );
  const size = { width, height, fit: plan.preset.fit === 'cover' ? 'cover' : 'fill' } as const;
  const { fastShrinkOnLoad, concurrency = 1 } = settings;
  sharp.concurrency(concurrency);

  const { jpg, png, webp, avif } = config.codecs;
  const codecs = {
    jpg: { ...jpg, ...settings.jpg },
    png: { ...png, ...settings.png },
    webp: { ...webp, ...settings.webp },
    avif: { ...avif, ...settings.avif },
  };
  const transform = sharpTransformer({ ...config, codecs });
  // Not a setting of ours, so by hand: as the transformer does it for a JPEG.
  const byHand = (fast: boolean) =>
    sharp(original, { autoOrient: true, failOn: 'error' })
      .resize({ ...size, fastShrinkOnLoad: fast })
      .toColourspace('srgb')
      .jpeg({ quality: jpg.quality });

  let derivative: Uint8Array = new Uint8Array();
  return {
    async run() {
      if (fastShrinkOnLoad === undefined)
        derivative = (await transform(original, requireImageType(original), plan)).bytes;
      else derivative = await byHand(fastShrinkOnLoad).toBuffer();
    },
    async product(): Promise<VariantProduct> {
      // Every pixel decoded, nothing lost in coding.
      const faultless = await sharp(original, { autoOrient: true })
        .resize({ ...size, fastShrinkOnLoad: false })
        .toColourspace('srgb')
        .png()
        .toBuffer();
      return {
        bytes: derivative.length,
        similarity: similarity(await lumaOf(faultless), await lumaOf(derivative)),
      };
    },
  };
});
