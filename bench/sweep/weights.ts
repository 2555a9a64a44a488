/** Bytes of derivatives beside those of their originals, over a folder of images: as shipped, and by settings alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import sharp from 'sharp';
import { quantile, sum } from 'simple-statistics';
import { sharpTransformer } from '../../src/adapters/sharp-transformer.ts';
import { config } from '../../src/config.ts';
import { type ImageType, imageTypeOf } from '../../src/core/image-type.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { type Derivative, planResize } from '../../src/core/resize-plan.ts';
import { percent } from '../format.ts';

/** One derivative in its original's format; of a GIF, a WebP. */
export interface Weight {
  readonly file: string;
  readonly preset: string;
  readonly type: ImageType;
  readonly originalBytes: number;
  /** Pixels of the derivative to those of the original. */
  readonly pixelRatio: number;
  /** Without a look at the image, its palette or its quality. */
  readonly before: number;
  readonly after: number;
}

const presets = ['100x100', '200x200', '320x', '640x', '1280x'];
// On a busy machine a slow original must not end the report.
const transform = sharpTransformer(config, () => undefined);

export async function weighCorpus(folder: string): Promise<Weight[]> {
  const weights: Weight[] = [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  for (const file of files.filter((name) => /\.(?:avif|gif|jpe?g|png|webp)$/i.test(name))) {
    const original = readFileSync(join(folder, file));
    const type = imageTypeOf(original);
    if (type) weights.push(...(await weigh(file, original, type)));
  }
  return weights;
}

async function weigh(file: string, original: Buffer, type: ImageType): Promise<Weight[]> {
  const weights: Weight[] = [];
  for (const preset of presets) {
    const allowed = allowedPresets(config.presets).get(preset);
    if (!allowed) throw new Error(`The preset ${preset} is not in the config`);
    try {
      const made = await transform(
        original,
        type,
        planResize({ preset: allowed, key: file }, { config, imageBaseUrl: '' }),
      );
      const { width, height } = await sharp(original).metadata();
      weights.push({
        ...{ file, preset, type, originalBytes: original.length, after: made.bytes.length },
        pixelRatio: (made.width * made.height) / (width * height),
        before: await bytesBefore(original, type, made),
      });
    } catch {
      // A refused original has no derivative.
    }
  }
  return weights;
}

async function bytesBefore(original: Buffer, type: ImageType, made: Derivative): Promise<number> {
  const { width, height, format } = made;
  const { jpg, png, webp, avif } = config.codecs;
  const image = sharp(original, { autoOrient: true, failOn: 'none' }).resize({ width, height }).toColourspace('srgb');
  const { width: fullWidth, height: fullHeight } = await sharp(original).metadata();
  const adaptiveFiltering = type !== 'png' || original.length > png.adaptiveFromBytesPerPixel * fullWidth * fullHeight;
  const encoded = {
    jpg: () => image.jpeg({ quality: jpg.quality, optimiseCoding: width * height <= jpg.optimiseUpToPixels }),
    png: () => image.png({ compressionLevel: png.compressionLevel, adaptiveFiltering }),
    webp: () => image.webp(webp),
    avif: () => image.avif(avif),
  }[format]();
  return (await encoded.toBuffer()).length;
}

/** A derivative should need no more than this part of the original's bytes. */
const goal = ({ pixelRatio }: Weight) => Math.max(1.5 * pixelRatio, 0.1);
/** Bytes that a network sends at once: fewer are not faster. */
const onePacket = 1_400;
const isMet = (weight: Weight, bytes: number) => bytes <= goal(weight) * weight.originalBytes;

export function weightReport(weights: readonly Weight[]): string {
  const types = [...new Set(weights.map(({ type }) => type))].sort();
  const row = (name: string, some: readonly Weight[]) => {
    const share = (test: (weight: Weight) => boolean) => percent(some.filter(test).length / some.length, 1);
    const ratios = some.map(({ before, after }) => after / before);
    return [
      name,
      String(some.length),
      share((weight) => isMet(weight, weight.before)),
      share((weight) => isMet(weight, weight.after)),
      share((weight) => isMet(weight, weight.after) || weight.after <= onePacket),
      String(some.filter(({ before, originalBytes }) => before > originalBytes).length),
      String(some.filter(({ after, originalBytes }) => after > originalBytes).length),
      `${(sum(some.map(({ before }) => before)) / 1000).toFixed(0)} kB`,
      `${(sum(some.map(({ after }) => after)) / 1000).toFixed(0)} kB`,
      quantile(ratios, 0.5).toFixed(2),
    ];
  };
  const same = weights.filter(({ type }) => type !== 'gif');
  const heavier = weights.filter(({ after, originalBytes }) => after > originalBytes);
  const worst = heavier.sort((a, b) => b.after / b.originalBytes - a.after / a.originalBytes).slice(0, 12);
  return [
    '## Bytes beside the original',
    "The goal: at most max(1.5 × pixel ratio, 0.1) of the original's bytes. Before: the settings alone; after: as shipped. One packet: up to 1,400 bytes.",
    markdownTable([
      [
        'originals',
        'derivatives',
        'goal met before',
        'after',
        'or one packet',
        'heavier than the original before',
        'after',
        'bytes before',
        'after',
        'median ratio',
      ],
      ...types.map((type) =>
        row(
          type === 'gif' ? 'GIF, to WebP' : type,
          weights.filter((weight) => weight.type === type),
        ),
      ),
      row('all of one format', same),
    ]),
    ...(worst.length === 0
      ? []
      : [
          'Heavier than their originals, as shipped:',
          markdownTable([
            ['original', 'preset', 'original bytes', 'before', 'after'],
            ...worst.map(({ file, preset, originalBytes, before, after }) => [
              file,
              preset,
              ...[originalBytes, before, after].map(String),
            ]),
          ]),
        ]),
  ].join('\n\n');
}
