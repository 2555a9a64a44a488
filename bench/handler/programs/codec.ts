/** One encoder: a lossless image of a preset's size in, a derivative out; with how alike the two are. */
import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { sharpTransformer } from '../../../src/adapters/sharp-transformer.ts';
import { config, type Format } from '../../../src/config.ts';
import { allowedPresets } from '../../../src/core/presets.ts';
import { planResize } from '../../../src/core/resize-plan.ts';
import { lumaOf } from '../../luma.ts';
import { similarity } from '../../ssim.ts';
import { serveWork } from '../../work-server.ts';
import type { CodecJob } from '../cases.ts';

const transform = sharpTransformer(config);
const defaults: Readonly<Record<Format, (image: Sharp) => Sharp>> = {
  jpg: (image) => image.jpeg(),
  png: (image) => image.png(),
  webp: (image) => image.webp(),
  avif: (image) => image.avif(),
};

serveWork<CodecJob>(async ({ file, preset: name, settings, format }) => {
  const preset = allowedPresets(config.presets).get(name);
  if (!preset) throw new Error(`The preset ${name} is not in the config`);
  const named = { ...preset, format };
  const plan = planResize({ preset: named, key: 'a' }, { config, imageBaseUrl: '' });
  const { width, height, fit } = plan.preset;
  const input = await sharp(readFileSync(file))
    .resize({ width, height, fit, withoutEnlargement: true })
    .png()
    .toBuffer();

  let derivative: Uint8Array = new Uint8Array();
  return {
    async run() {
      if (settings === 'ours') derivative = (await transform(input, 'png', plan)).bytes;
      else derivative = await defaults[format](sharp(input)).toBuffer();
    },
    product: async () => ({
      bytes: derivative.length,
      similarity: similarity(await lumaOf(input), await lumaOf(derivative)),
    }),
  };
});
