import type { ServiceConfig } from '../../src/config.ts';
import { formatAndSize } from '../../src/core/derivative-size.ts';
import type { ImageType } from '../../src/core/image-type.ts';
import { type AllowedPreset, allowedPresets, negotiatedPresets } from '../../src/core/presets.ts';
import { planResize } from '../../src/core/resize-plan.ts';
import { urlOf } from '../../src/url.ts';
import { isMixed, type ScenarioName } from '../scenario-table.ts';
import type { Takes } from './clients.ts';
import type { ImageFacts, Size } from './image.ts';

/** A seeded original. Its size is that of the image after its EXIF orientation was applied. */
export interface Original extends ImageFacts {
  readonly key: string;
}

/** `auto`: AVIF or WebP, as the image decides. */
export interface ExpectedImage extends Size {
  readonly type: ImageType | 'auto';
}

/** One image that a viewer asks for, and the answer that must come. */
export interface ExpectedView {
  readonly url: string;
  readonly preset: string;
  /** The percent-encoded value of `key=` for a direct call of the API. */
  readonly path: string;
  readonly image: ExpectedImage;
  readonly cacheControl: string;
}

/** Returns the original and the preset of a view by its number: every pair comes once before any comes twice. */
export function pairAt(number: number, originals: number, presets: number): { original: number; preset: number } {
  const original = number % originals;
  // Shifted by the original, so that the first views already mix originals and presets.
  return { original, preset: (Math.floor(number / originals) + original) % presets };
}

/** Returns how many originals are needed for so many different derivatives. */
export function originalsFor(views: number, presets: number, atLeast: number): number {
  return Math.max(atLeast, Math.ceil(views / presets));
}

export type ExpectedViewAt = (number: number, takes?: Takes) => ExpectedView;

export function expectedViewsOf(
  originals: readonly Original[],
  config: ServiceConfig,
  imageBaseUrl: string,
  presets: readonly AllowedPreset[] = [...allowedPresets(config.presets).values()],
): ExpectedViewAt {
  return (number, takes) => {
    const pair = pairAt(number, originals.length, presets.length);
    const [original, preset] = [originals[pair.original], presets[pair.preset]];
    if (!original || !preset) throw new Error(`No image ${number}: there are ${originals.length} originals`);
    return expectedViewOf(original, preset, config, imageBaseUrl, takes);
  };
}

/** In a mixed load pages leave the format to the edge; elsewhere each derivative is asked for by its name. */
export function presetsFor(scenario: ScenarioName, { presets }: Pick<ServiceConfig, 'presets'>): AllowedPreset[] {
  const all = [...allowedPresets(presets).values()];
  return isMixed(scenario) ? all.filter(({ format }) => format === undefined) : all;
}

/** What the edge makes of a preset for a client. */
function servedPreset(preset: AllowedPreset, takes: Takes, { presets }: ServiceConfig): AllowedPreset {
  const name = takes === 'any' ? undefined : negotiatedPresets(presets)[preset.name]?.[takes];
  return (name !== undefined && allowedPresets(presets).get(name)) || preset;
}

export function expectedViewOf(
  original: Original,
  preset: AllowedPreset,
  config: ServiceConfig,
  imageBaseUrl: string,
  takes: Takes = 'any',
): ExpectedView {
  const served = servedPreset(preset, takes, config);
  const plan = planResize({ preset: served, key: original.key }, { config, imageBaseUrl });
  const url = urlOf(imageBaseUrl, preset.name, original.key);
  const { format, size } = formatAndSize(plan, { ...original, bytesPerSample: 1, frames: 1 }, config.limits);
  // A JPEG is never taken for a drawing.
  const isOpen = plan.format === 'auto' && format === 'avif' && original.type !== 'jpeg';
  const { width, height } = size;
  return {
    url,
    preset: preset.name,
    path: urlOf('', served.name, original.key).slice(1),
    image: { type: isOpen ? 'auto' : format === 'jpg' ? 'jpeg' : format, width, height },
    cacheControl: plan.cacheControl,
  };
}
