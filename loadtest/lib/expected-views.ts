import type { ServiceConfig } from '../../src/config.ts';
import { derivativeSize } from '../../src/core/derivative-size.ts';
import { type AllowedPreset, allowedPresets } from '../../src/core/presets.ts';
import { outputFormat, planResize } from '../../src/core/resize-plan.ts';
import { urlOf } from '../../src/url.ts';
import type { ImageFacts } from './image.ts';

/** A seeded original. Its size is that of the image after its EXIF orientation was applied. */
export interface Original extends ImageFacts {
  readonly key: string;
}

/** One image that a viewer asks for, and the answer that must come. */
export interface ExpectedView {
  readonly url: string;
  readonly preset: string;
  /** The percent-encoded value of `key=` for a direct call of the API. */
  readonly path: string;
  readonly image: ImageFacts;
  readonly cacheControl: string;
}

/** Returns the original and the preset of a view by its number: every pair comes once before any comes twice. */
export function pairAt(number: number, originals: number, presets: number): { original: number; preset: number } {
  const original = number % originals;
  // Shifted by the original, so that the first views already mix originals and presets.
  return { original, preset: (Math.floor(number / originals) + original) % presets };
}

/** Returns how many originals are needed for so many different derivatives. */
export function originalsFor(views: number, config: Pick<ServiceConfig, 'presets'>, atLeast: number): number {
  return Math.max(atLeast, Math.ceil(views / allowedPresets(config.presets).size));
}

export type ExpectedViewAt = (number: number) => ExpectedView;

export function expectedViewsOf(
  originals: readonly Original[],
  config: ServiceConfig,
  imageBaseUrl: string,
): ExpectedViewAt {
  const presets = [...allowedPresets(config.presets).values()];
  return (number) => {
    const pair = pairAt(number, originals.length, presets.length);
    const [original, preset] = [originals[pair.original], presets[pair.preset]];
    if (!original || !preset) throw new Error(`No image ${number}: there are ${originals.length} originals`);
    return expectedViewOf(original, preset, config, imageBaseUrl);
  };
}

export function expectedViewOf(
  original: Original,
  preset: AllowedPreset,
  config: ServiceConfig,
  imageBaseUrl: string,
): ExpectedView {
  const plan = planResize({ preset, key: original.key }, { config, imageBaseUrl });
  const url = urlOf(imageBaseUrl, preset.name, original.key);
  const format = outputFormat(plan, original.type);
  const { width, height } = derivativeSize(plan, { ...original, bytesPerSample: 1, frames: 1 }, format, config.limits);
  return {
    url,
    preset: preset.name,
    path: url.slice(imageBaseUrl.length + 1),
    image: { type: format === 'jpg' ? 'jpeg' : format, width, height },
    cacheControl: plan.cacheControl,
  };
}
