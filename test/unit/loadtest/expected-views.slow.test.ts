/** The expected size of every preset is the one that sharp makes. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { expectedViewOf } from '../../../loadtest/lib/expected-views.ts';
import { readImage } from '../../../loadtest/lib/image.ts';
import { sharpTransformer } from '../../../src/adapters/sharp-transformer.ts';
import { config, type ServiceConfig } from '../../../src/config.ts';
import { allowedPresets } from '../../../src/core/presets.ts';
import { planResize } from '../../../src/core/resize-plan.ts';
import { rawQuarters } from '../../fixtures/images.ts';

const base = 'https://img.example.com';

describe('expectedViewOf()', () => {
  const transform = sharpTransformer(config, () => undefined);
  const enlarging: ServiceConfig = {
    ...config,
    presets: {
      '300x200': { width: 300, height: 200, fit: 'cover', formats: [], enlarge: true },
      '500x': { width: 500, fit: 'inside', formats: [], enlarge: true },
      '90x400': { width: 90, height: 400, fit: 'inside', formats: [] },
    },
  };

  /** Wide, high, square, tiny, thin, exactly a preset's, and sides whose scale has to be rounded. */
  const sizes: readonly (readonly [number, number])[] = [
    [1000, 667],
    [667, 1000],
    [700, 700],
    [31, 17],
    [5, 900],
    [200, 200],
    [641, 479],
    [333, 333],
    [1, 1],
  ];

  for (const [name, settings] of [
    ['the presets of the service', config],
    ['presets that enlarge, and one with two sides that cuts nothing', enlarging],
  ] as const) {
    it(`expects type and size as sharp makes them, for ${name}`, async () => {
      for (const [width, height] of sizes) {
        const bytes = await sharp(rawQuarters(width, height), { raw: { width, height, channels: 3 } })
          .png()
          .toBuffer();
        for (const preset of allowedPresets(settings.presets).values()) {
          const { image } = expectedViewOf({ key: 'a.png', type: 'png', width, height }, preset, settings, base);
          const plan = planResize({ preset, key: 'a.png' }, { config: settings, imageBaseUrl: base });
          const made = readImage((await transform(bytes, 'png', plan)).bytes);
          const about = `${width} x ${height} as ${preset.name}`;
          if (typeof made === 'string') throw new Error(`${about}: ${made}`);
          const types = image.type === 'auto' ? ['avif', 'webp'] : [image.type];
          expect(types, about).toContain(made.type);
          expect(Math.abs(made.width - image.width), `${about}: width ${made.width}`).toBeLessThanOrEqual(1);
          expect(Math.abs(made.height - image.height), `${about}: height ${made.height}`).toBeLessThanOrEqual(1);
        }
      }
    });
  }
});
