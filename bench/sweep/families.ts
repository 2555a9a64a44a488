/** The settings that `src/` ships, each beside its neighbours. */
import { config, type ServiceConfig } from '../../src/config.ts';
import type { PhotoName } from '../photos/photo-set.ts';

type Codecs = ServiceConfig['codecs'];

/** The changes to the shipped settings. */
export interface Settings {
  readonly webp?: Partial<Codecs['webp']>;
  readonly avif?: Partial<Codecs['avif']>;
  readonly png?: Partial<Codecs['png']>;
  readonly jpg?: Partial<Codecs['jpg']> & { readonly mozjpeg?: boolean };
  /** Threads of libvips for one image. */
  readonly concurrency?: number;
  /** Let the JPEG decoder shrink by two, four or eight while it decodes. */
  readonly fastShrinkOnLoad?: boolean;
  /** Encode with sharp's default options. */
  readonly sharpDefaults?: boolean;
  /** Environment variables of the process. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface Variant {
  readonly name: string;
  readonly settings: Settings;
}

export interface Case {
  readonly photo: PhotoName;
  readonly preset: string;
  /** Ours must need at most this part of the second variant's bytes, which no slow machine changes. */
  readonly mostBytes?: number;
}

export interface Family {
  readonly name: string;
  /** Where the setting is. */
  readonly decided: string;
  /** Empty: the whole mix, in one process. */
  readonly cases: readonly Case[];
  /** The first is ours. */
  readonly variants: readonly Variant[];
}

const { webp, avif, png, jpg } = config.codecs;
const large = [
  { photo: 'jpeg-12mp', preset: '400x400.webp' },
  { photo: 'jpeg-12mp', preset: '1280x.webp' },
  { photo: 'png-2mp-alpha', preset: '640x.webp' },
] as const;
const toAvif = [
  { photo: 'jpeg-12mp', preset: '400x400.avif' },
  { photo: 'jpeg-12mp', preset: '1280x.avif' },
] as const;
const toJpeg = [
  { photo: 'jpeg-12mp', preset: '400x400' },
  { photo: 'jpeg-12mp', preset: '1280x' },
] as const;

const toPng = [
  { photo: 'png-2mp-alpha', preset: '640x' },
  { photo: 'png-drawing', preset: '640x' },
] as const;

export const families: readonly Family[] = [
  {
    name: "sharp's defaults",
    decided: 'config.codecs',
    cases: [
      ...large,
      ...toAvif,
      { photo: 'png-2mp-alpha', preset: '320x', mostBytes: 0.76 },
      { photo: 'png-2mp-alpha', preset: '640x', mostBytes: 0.76 },
      { photo: 'png-2mp-alpha', preset: '1280x', mostBytes: 0.76 },
      { photo: 'png-icon', preset: '320x' },
      { photo: 'png-drawing', preset: '640x' },
    ],
    variants: [
      { name: 'ours', settings: {} },
      { name: "sharp's", settings: { sharpDefaults: true } },
    ],
  },
  {
    name: 'WebP effort',
    decided: 'config.codecs.webp.effort',
    cases: large,
    variants: others(webp.effort, [0, 1, 2, 3, 4, 6], (effort) => ({ webp: { effort } })),
  },
  {
    name: 'WebP alpha quality',
    decided: 'config.codecs.webp.alphaQuality',
    cases: [{ photo: 'png-2mp-alpha', preset: '640x.webp' }],
    variants: others(webp.alphaQuality, [50, 80, 100], (alphaQuality) => ({ webp: { alphaQuality } })),
  },
  {
    name: 'AVIF effort',
    decided: 'config.codecs.avif.effort',
    cases: toAvif,
    variants: others(avif.effort, [0, 1, 2, 4], (effort) => ({ avif: { effort } })),
  },
  {
    name: 'PNG compression',
    decided: 'config.codecs.png.compressionLevel',
    cases: toPng,
    variants: others(png.compressionLevel, [1, 6, 9], (compressionLevel) => ({ png: { compressionLevel } })),
  },
  {
    name: 'mozjpeg',
    decided: 'src/adapters/sharp-transformer.ts',
    cases: toJpeg,
    variants: [
      { name: 'without', settings: {} },
      { name: 'with', settings: { jpg: { mozjpeg: true } } },
      // As many bytes less without more time.
      { name: `without, quality ${jpg.quality - 5}`, settings: { jpg: { quality: jpg.quality - 5 } } },
    ],
  },
  {
    name: 'PNG filters',
    decided: 'config.codecs.png.adaptiveFromBytesPerPixel',
    cases: toPng,
    variants: [
      { name: 'as shipped', settings: {} },
      { name: 'never adaptive', settings: { png: { adaptiveFromBytesPerPixel: Number.MAX_VALUE } } },
      { name: 'always adaptive', settings: { png: { adaptiveFromBytesPerPixel: 0 } } },
    ],
  },
  {
    name: 'sharp.concurrency',
    decided: 'src/adapters/sharp-transformer.ts',
    cases: [...toJpeg, { photo: 'jpeg-12mp', preset: '1280x.avif' }, { photo: 'png-2mp-alpha', preset: '640x.webp' }],
    variants: [
      { name: '1', settings: { concurrency: 1 } },
      { name: '2', settings: { concurrency: 2 } },
    ],
  },
  {
    name: 'fast shrink on load',
    decided: "sharp's default",
    cases: toJpeg,
    variants: [
      { name: 'on', settings: { fastShrinkOnLoad: true } },
      { name: 'off', settings: { fastShrinkOnLoad: false } },
    ],
  },
  {
    name: 'allocator arenas',
    decided: 'src/core/runtime-environment.ts',
    cases: [],
    variants: [
      { name: '2', settings: { variables: { MALLOC_ARENA_MAX: '2' } } },
      { name: '1', settings: { variables: { MALLOC_ARENA_MAX: '1' } } },
      { name: '4', settings: { variables: { MALLOC_ARENA_MAX: '4' } } },
      // glibc's default limit is eight for each core.
      { name: 'no limit', settings: { variables: { MALLOC_ARENA_MAX: '0' } } },
    ],
  },
];

/** Ours first, then the others of the list. */
function others(ours: number, values: readonly number[], settings: (value: number) => Settings): Variant[] {
  const variant = (value: number) => ({ name: String(value), settings: settings(value) });
  return [variant(ours), ...values.filter((value) => value !== ours).map(variant)];
}
