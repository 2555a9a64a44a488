/** Bytes, SSIM and CPU time of what the edge chooses by `Accept`, beside the original's format, over a folder of images. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import sharp, { type Sharp } from 'sharp';
import { mean, sum } from 'simple-statistics';
import { prices } from '../../infra/prices.ts';
import { sharpTransformer } from '../../src/adapters/sharp-transformer.ts';
import { type AskedFormat, config } from '../../src/config.ts';
import { type ImageType, imageTypeOf } from '../../src/core/image-type.ts';
import { type Derivative, planResize } from '../../src/core/resize-plan.ts';
import { dollars, percent } from '../format.ts';
import { lumaOf, similarity } from '../ssim.ts';

/** One derivative as it is made, and the bytes that a format needs for the similarity of the original's format. */
interface Made {
  readonly bytes: number;
  readonly similarity: number;
  readonly cpuMilliseconds: number;
  readonly format: Derivative['format'];
}

export interface Negotiation {
  readonly file: string;
  readonly type: ImageType;
  readonly preset: string;
  readonly bare: Made;
  readonly webp: Made;
  readonly auto: Made;
  /** Absent where the original's format has no loss. */
  readonly atEqualSimilarity?: { readonly webp: number; readonly auto: number };
}

const presets = ['100x100', '400x400', '640x', '1280x'] as const;
/** Below, the service shows other colours or another frame than the reference. */
const leastSimilarity = 0.7;
const withoutLoss = 0.999;
const qualities = [20, 40, 55, 70, 80, 90];
const transform = sharpTransformer(config);

export async function negotiate(folder: string): Promise<Negotiation[]> {
  const rows: Negotiation[] = [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  for (const file of files.filter((name) => /\.(?:avif|gif|jpe?g|png|webp)$/i.test(name))) {
    const original = readFileSync(join(folder, file));
    const type = imageTypeOf(original);
    for (const preset of type ? presets : []) {
      // A refused original has no derivative, and one of less than 8 pixels no similarity.
      const row = await negotiateOne(file, original, preset).catch(() => undefined);
      if (row) rows.push(row);
    }
  }
  return rows;
}

async function negotiateOne(file: string, original: Buffer, name: (typeof presets)[number]): Promise<Negotiation> {
  const type = imageTypeOf(original) as ImageType;
  // Always the middle: two crops that follow what draws the eye could not be compared.
  const preset = { ...config.presets[name], position: 'centre' as const };
  const planOf = (format?: AskedFormat) =>
    planResize({ preset: { name, preset, ...(format && { format }) }, key: file }, { config, imageBaseUrl: '' });
  const first = await transform(original, type, planOf());
  const faultless = await sharp(original, { autoOrient: true, failOn: 'none' })
    .resize({ width: first.width, height: first.height, fit: 'cover', fastShrinkOnLoad: false })
    .toColourspace('srgb')
    .png({ compressionLevel: 1 })
    .toBuffer();
  const reference = await lumaOf(faultless);
  const similarityOf = async (bytes: Uint8Array) => similarity(reference, await lumaOf(bytes));
  const make = async (format?: AskedFormat): Promise<Made> => {
    const before = process.cpuUsage();
    const { bytes, format: made } = await transform(original, type, planOf(format));
    const { user, system } = process.cpuUsage(before);
    const cpuMilliseconds = (user + system) / 1000;
    return { bytes: bytes.length, similarity: await similarityOf(bytes), cpuMilliseconds, format: made };
  };
  const row = { file, type, preset: name, bare: await make(), webp: await make('webp'), auto: await make('auto') };
  const { bare, webp, auto } = row;
  if (bare.similarity < leastSimilarity) throw new Error('The reference shows something else');
  if (bare.similarity > withoutLoss) return row;
  const bytesFor = async (made: Made) => {
    // One without loss stays as it is.
    if (made.similarity > withoutLoss || made.format === bare.format) return made.bytes;
    const points = [];
    for (const quality of qualities) {
      const bytes = await encoded(sharp(faultless), made.format, quality).toBuffer();
      points.push({ bytes: bytes.length, similarity: await similarityOf(bytes) });
    }
    return bytesAt(points, bare.similarity);
  };
  return { ...row, atEqualSimilarity: { webp: await bytesFor(webp), auto: await bytesFor(auto) } };
}

function encoded(image: Sharp, format: Derivative['format'], quality: number): Sharp {
  const { webp, avif } = config.codecs;
  return format === 'avif' ? image.avif({ ...avif, quality }) : image.webp({ ...webp, quality });
}

/** Between two qualities, in proportion to the logarithm of the bytes; never less or more than was measured. */
function bytesAt(points: readonly { readonly bytes: number; readonly similarity: number }[], wanted: number): number {
  const above = points.findIndex(({ similarity }) => similarity >= wanted);
  const [low, high] = [points[above - 1], points[above]];
  if (!high) return points.at(-1)?.bytes ?? 0;
  if (!low) return high.bytes;
  const part = (wanted - low.similarity) / (high.similarity - low.similarity);
  return low.bytes * (high.bytes / low.bytes) ** part;
}

/** Dollars for a million views. */
const transfer = (bytes: number) => (bytes * 1e6 * prices.cloudFront.gigabyteOut) / 1e9;
/** Up to 1,769 MB, one vCPU, a resize costs the same at each memory size: it takes so much longer where there is less. */
const compute = (milliseconds: number) =>
  (milliseconds / 1000) * (1769 / 1024) * prices.lambda.gigabyteSecond.x64 * 1e6;

export function negotiationReport(rows: readonly Negotiation[]): string {
  const types = [...new Set(rows.map(({ type }) => type))].sort();
  const kilobytes = (values: readonly number[]) => `${(mean(values) / 1000).toFixed(1)} kB`;
  const line = (name: string, some: readonly Negotiation[]) => {
    const bytes = (of: 'bare' | 'webp' | 'auto') => sum(some.map((row) => row[of].bytes));
    const similarities = (['bare', 'webp', 'auto'] as const).map((of) =>
      mean(some.map((row) => row[of].similarity)).toFixed(4),
    );
    const atEqual = (of: 'webp' | 'auto') =>
      (sum(some.map((row) => row.atEqualSimilarity?.[of] ?? row[of].bytes)) / bytes('bare')).toFixed(2);
    const cpu = (of: 'bare' | 'auto') => `${mean(some.map((row) => row[of].cpuMilliseconds)).toFixed(0)} ms`;
    return [
      name,
      String(some.length),
      kilobytes(some.map(({ bare }) => bare.bytes)),
      (bytes('webp') / bytes('bare')).toFixed(2),
      (bytes('auto') / bytes('bare')).toFixed(2),
      similarities.join(' · '),
      atEqual('webp'),
      atEqual('auto'),
      `${cpu('bare')} → ${cpu('auto')}`,
      percent(some.filter(({ auto }) => auto.format === 'webp').length / some.length),
    ];
  };
  const saved = mean(rows.map(({ bare, auto }) => bare.bytes - auto.bytes));
  const more = mean(rows.map(({ bare, auto }) => auto.cpuMilliseconds - bare.cpuMilliseconds));
  const head = ['originals', 'derivatives', 'bytes', '.webp', '.auto', 'SSIM: bare · .webp · .auto'];
  const drawings = rows.filter(({ auto }) => auto.format === 'webp');
  return [
    '## The format by Accept',
    "Bytes in proportion to those of the original's format: as shipped, and at its SSIM, if it has loss.",
    markdownTable([
      [...head, '.webp at equal SSIM', '.auto at equal SSIM', 'CPU, bare → .auto', 'WebP in .auto'],
      ...types.map((type) =>
        line(
          type,
          rows.filter((row) => row.type === type),
        ),
      ),
      line(
        'with loss',
        rows.filter(({ atEqualSimilarity }) => atEqualSimilarity),
      ),
      ...(drawings.length > 0 ? [line('drawings', drawings)] : []),
      line('all', rows),
    ]),
    `A million views: ${dollars(transfer(saved))} less for transfer. A million resizes: ${dollars(compute(more))} more for the Lambda.`,
  ].join('\n\n');
}
