import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import type { Format, ServiceConfig } from '../config.ts';
import { type ColourLabel, colourLabel } from '../core/colour-label.ts';
import { isKnownLabel, toSrgb } from '../core/colour-space.ts';
import { type DerivativeSize, focalCrop, formatAndSize, type Size } from '../core/derivative-size.ts';
import { drawnRectangle, type Rectangle } from '../core/gif-frames.ts';
import type { ImageHeader } from '../core/image-header.ts';
import type { ImageType } from '../core/image-type.ts';
import { jpegStructure, withEndMarker, withoutLastBlockRow, withoutLastScan } from '../core/jpeg-structure.ts';
import { checkOriginal } from '../core/original-limits.ts';
import { keepsFrames, type ResizePlan } from '../core/resize-plan.ts';
import { ServiceError } from '../core/service-error.ts';
import type { Transform } from '../ports.ts';
import { sharpEncoder } from './sharp-encoder.ts';
import { withoutMetadata } from './without-metadata.ts';

type Settings = Pick<ServiceConfig, 'codecs' | 'limits' | 'truncated'>;

// One resize runs in one thread. Measured (make bench-sweep): a second thread saves no time for JPEG, PNG or WebP.
// Without this line sharp would use all cores, since MALLOC_ARENA_MAX is set (sharp docs, "concurrency").
sharp.concurrency(1);
// No operation is repeated, so a cache saves nothing.
sharp.cache(false);
// Only these loaders, and only from memory. Other loaders have hung or filled the memory (docs/decisions/005).
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((loader) => `VipsForeignLoad${loader}Buffer`),
});

/** Bytes of a sample by libvips' name of its type. Types that are not listed take eight. */
const sampleBytes: Readonly<Record<string, number>> = {
  uchar: 1,
  char: 1,
  ushort: 2,
  short: 2,
  uint: 4,
  int: 4,
  float: 4,
};

/** Not `process.exit()`: it waits for the threads of the pool, and one of them runs the decoder that does not stop. */
export function endProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** One image on its way through sharp. */
interface Job {
  readonly original: Uint8Array;
  readonly type: ImageType;
  readonly plan: ResizePlan;
  readonly header: Header;
  readonly format: Format;
  readonly size: DerivativeSize;
}

type WithoutLastScan = NonNullable<ReturnType<typeof withoutLastScan>>;

interface Header extends ImageHeader {
  readonly upright: Size;
  /** EXIF's. */
  readonly orientation: number;
  readonly delay: number[];
  readonly loop: number;
  readonly hasProfile: boolean;
  readonly isPalette: boolean;
  readonly bitsPerSample: number;
  /** The space to work in; absent: libvips follows the ICC profile by itself. */
  readonly space?: 'srgb' | 'b-w';
}

/**
 * Decodes, turns upright, resizes and encodes. No metadata of the original is written. `onHang` is called when sharp does
 * not stop at its time limit: its thread cannot be ended, so the process has to end before the next request.
 */
export function sharpTransformer(settings: Settings, onHang: () => void = endProcess): Transform {
  const { codecs, limits, truncated } = settings;
  // sharp takes whole seconds.
  const seconds = Math.ceil(limits.decodeSeconds);
  const failOn = truncated === 'serve' ? 'none' : 'error';
  const encode = sharpEncoder(codecs, seconds);

  return async (original, type, plan) => {
    const started = performance.now();
    const isLate = () => performance.now() - started >= limits.decodeSeconds * 1000;
    const watchdog = setTimeout(onHang, (limits.decodeSeconds + 1) * 1000);
    try {
      const header = await readHeader(original, type, keepsFrames(plan, type));
      const { format, size } = formatAndSize(plan, { ...header, ...header.upright }, limits);
      checkOriginal(original, header, { size, format }, limits);
      const { data, ...made } = await run({ original, type, plan, header, format, size }, isLate);
      const { reducedBy } = size;
      return { bytes: data, ...made, ...(reducedBy && { reducedBy }) };
    } finally {
      clearTimeout(watchdog);
    }
  };

  /** Every failure is looked into here, so that images that decode at once cost nothing more. */
  async function run(job: Job, isLate: () => boolean) {
    try {
      return await encoded(job);
    } catch (cause) {
      if (isLate()) throw new ServiceError('original-too-slow', { limitSeconds: limits.decodeSeconds }, { cause });
      // An image that decodes by itself is not broken: the encoder failed, or memory ended.
      if (await succeeds(async () => (await resized(job)).raw()))
        throw new ServiceError('internal-error', {}, { cause });
      if (await lacksOnlyItsEnd(job)) return encoded({ ...job, original: withEndMarker(job.original) });
      throw new ServiceError('image-broken', { fault: 'its pixels cannot be decoded' }, { cause });
    }
  }

  async function encoded(job: Job) {
    const { format, plan, type, original, header, size } = job;
    const { width, height, channels, pages, isPalette, bitsPerSample, delay, loop } = header;
    const decode = (image: Uint8Array) => read(image).raw().toBuffer();
    // The encoder may ask again after other tries. A WebP is decoded up to four times for it.
    let ownBytes: ReturnType<typeof withoutMetadata> | undefined;
    return encode(await resized(job), {
      ...{ format, isAuto: plan.format === 'auto', size, background: plan.preset.background, original, type },
      ...(keepsPixels(job) && { ownBytes: () => (ownBytes ??= withoutMetadata(original, type, decode)) }),
      ...{ width, height, channels, pages, isPalette, bitsPerSample },
      ...(header.frames > 1 && { animation: { delay, loop } }),
    });
  }

  async function resized(job: Job): Promise<Sharp> {
    const { original, header, size } = job;
    const animated = header.frames > 1;
    if (animated && header.turned) return turnedFrames(job);
    const page = animated || header.pages === 1 ? 0 : await firstShownFrame(job);
    const found = colourLabel(original, job.type);
    const label = found && isKnownLabel(found) ? found : undefined;
    const image = read(original, { animated, page, autoOrient: true, ignoreIcc: label !== undefined });
    const drawn = job.type === 'gif' && !animated && !header.hasAlpha ? drawnRectangle(original, page) : undefined;
    if (drawn && (drawn.width < header.width || drawn.height < header.height)) return onCanvas(image, job, drawn);
    if (label) return translated(resizeTo(image, size, job.plan, animated), header, label);
    return resizeTo(header.space ? image.pipelineColourspace(header.space) : image, size, job.plan, animated);
  }

  /** libvips follows ICC profiles only. What a PNG or an AVIF says by other labels is translated here. */
  async function translated(image: Sharp, { channels, bytesPerSample }: Header, label: ColourLabel): Promise<Sharp> {
    const isWide = bytesPerSample > 1;
    // sharp drops the alpha channel of grey pixels of 8 bits (sharp 0.35.5, src/pipeline.cc).
    const space = isWide ? (channels < 3 ? 'grey16' : 'rgb16') : channels === 1 ? 'b-w' : 'srgb';
    const { data, info } = await image
      .toColourspace(space)
      .raw({ depth: isWide ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const samples = isWide ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
    const { width, height, channels: count } = info;
    return sharp(toSrgb(samples, count, label), { raw: { width, height, channels: count }, limitInputPixels: false })
      .timeout({ seconds })
      .toColourspace('srgb');
  }

  function read(original: Uint8Array, options: SharpOptions = {}): Sharp {
    const limitInputPixels = limits.maxOriginalPixels;
    return sharp(original, { failOn, limitInputPixels, ...options }).timeout({ seconds });
  }

  /** libvips shows black where a GIF without transparent pixels draws nothing. Browsers show what is behind it. */
  async function onCanvas(image: Sharp, { header, size, plan }: Job, drawn: Rectangle): Promise<Sharp> {
    const { scaled } = size;
    const [x, y] = [scaled.width / header.width, scaled.height / header.height];
    const [left, top] = [Math.floor(drawn.left * x), Math.floor(drawn.top * y)];
    const width = Math.max(1, Math.round((drawn.left + drawn.width) * x) - left);
    const height = Math.max(1, Math.round((drawn.top + drawn.height) * y) - top);
    const { data, info } = await image
      .extract(drawn)
      .resize({ width, height, fit: 'fill' })
      .ensureAlpha()
      .extend({
        left,
        top,
        right: scaled.width - left - width,
        bottom: scaled.height - top - height,
        background: { r: 0, g: 0, b: 0, alpha: 0 },
      })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    return resizeTo(sharp(data, { raw, limitInputPixels: false }).timeout({ seconds }), size, plan, false);
  }

  /** sharp turns single images only. Here each frame is turned by itself, after it was made small. */
  async function turnedFrames({ original, header, size, plan }: Job): Promise<Sharp> {
    const { scaled } = size;
    const stored = header.orientation > 4 ? { width: scaled.height, height: scaled.width } : scaled;
    const { data, info } = await read(original, { animated: true })
      .resize({ ...stored, fit: 'fill' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, channels } = info;
    const height = info.pageHeight ?? info.height;
    const frames: Buffer[] = [];
    for (let at = 0; at < data.length; at += width * height * channels) {
      const frame = sharp(data.subarray(at, at + width * height * channels), { raw: { width, height, channels } });
      frames.push(await resizeTo(turn(frame, header.orientation), size, plan, true).raw().toBuffer());
    }
    const raw = { width: size.width, height: size.height * frames.length, channels, pageHeight: size.height };
    return sharp(Buffer.concat(frames), { raw, limitInputPixels: false }).timeout({ seconds });
  }

  /** Many animations begin with a frame that is empty, or of one colour: as a still image it would show nothing. */
  async function firstShownFrame({ original, header }: Job): Promise<number> {
    const thumbnails = async (pages: number) => {
      // libvips resizes all frames as one long image: any other kernel would mix the rows where two frames meet.
      const kernel = pages > 1 ? 'nearest' : 'lanczos3';
      const image = read(original, { pages })
        .resize({ width: 128, height: 128, fit: 'inside', withoutEnlargement: true, kernel })
        .ensureAlpha();
      const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
      const pixels = new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
      const length = info.width * (info.pageHeight ?? info.height);
      return Array.from({ length: pages }, (_, n) => pixels.subarray(n * length, (n + 1) * length));
    };
    const [first] = await thumbnails(1);
    if (first && !isBlank(first)) return 0;
    const pages = Math.min(header.pages, limits.maxFrames, limits.maxOriginalPixels / (header.width * header.height));
    const frames = await thumbnails(Math.max(1, Math.floor(pages)));
    return Math.max(
      0,
      frames.findIndex((frame) => !isBlank(frame)),
    );
  }

  /** A JPEG without its end marker, or cut within its last row of blocks. */
  async function lacksOnlyItsEnd({ original, type, header }: Job): Promise<boolean> {
    if (type !== 'jpeg' || failOn === 'none') return false;
    const without = withoutLastScan(original);
    if (without) return reachesLastRow(original, without, header);
    const shorter = withoutLastBlockRow(original);
    const image = shorter ? read(shorter) : read(withEndMarker(original), { failOn: 'warning' });
    return succeeds(async () => image.resize(8, 8, { fit: 'fill' }).raw());
  }

  /** Whether the last scan of a progressive JPEG has changed anything in its last row of blocks. */
  async function reachesLastRow(original: Uint8Array, { bytes, lastRow }: WithoutLastScan, { width, height }: Header) {
    // The first line of a row can be mixed with the row above it.
    const top = lastRow + 1;
    if (top >= height) return false;
    const lines = (image: Uint8Array) =>
      read(image, { failOn: 'none' })
        .extract({ left: 0, top, width, height: height - top })
        .raw()
        .toBuffer();
    return !(await lines(withEndMarker(original))).equals(await lines(bytes));
  }
}

/** Nothing is cut, turned, resized or translated: only metadata is left out. */
function keepsPixels({ type, format, size, header, original }: Job): boolean {
  const { width, height, bytesPerSample, hasProfile, pages, turned } = header;
  const isSame = type === format && size.width === width && size.height === height && pages === 1 && !turned;
  return isSame && bytesPerSample === 1 && !hasProfile && colourLabel(original, type) === undefined;
}

async function readHeader(original: Uint8Array, type: ImageType, animated: boolean): Promise<Header> {
  const metadata = await readMetadata(original);
  const { width, height, channels, pages = 1, orientation = 1 } = metadata;
  const space = workingSpace(metadata);
  const heldWhole = type === 'jpeg' ? jpegStructure(original).scans > 1 : metadata.isProgressive;
  return {
    type,
    width,
    height,
    channels,
    heldWhole,
    bytesPerSample: sampleBytes[metadata.depth] ?? 8,
    hasAlpha: metadata.hasAlpha,
    turned: orientation >= 2 && orientation <= 8,
    pages,
    frames: animated ? pages : 1,
    upright: metadata.autoOrient,
    orientation,
    delay: metadata.delay ?? [],
    loop: metadata.loop ?? 0,
    hasProfile: metadata.hasProfile,
    isPalette: metadata.isPalette,
    bitsPerSample: metadata.bitsPerSample ?? 8,
    ...(space && { space }),
  };
}

/**
 * sharp works in Display P3 where an image of 16 bits has a profile, and writes the result as if it were sRGB. It follows
 * no profile of a grey image of 16 bits (sharp 0.35.5, src/pipeline.cc).
 */
function workingSpace({ space, hasProfile }: Metadata): Header['space'] {
  if (!hasProfile) return undefined;
  return space === 'rgb16' ? 'srgb' : space === 'grey16' ? 'b-w' : undefined;
}

async function readMetadata(original: Uint8Array): Promise<Metadata> {
  try {
    // Without sharp's pixel limit: ours is checked afterwards, with a message that names it.
    return await sharp(original, { limitInputPixels: false, failOn: 'error' }).metadata();
  } catch (cause) {
    throw new ServiceError('image-broken', { fault: 'its header cannot be read' }, { cause });
  }
}

function resizeTo(image: Sharp, size: DerivativeSize, { preset, focal }: ResizePlan, frames: boolean): Sharp {
  const { width, height, scaled } = size;
  if (focal && preset.fit === 'cover') {
    return image
      .resize({ ...scaled, fit: 'fill' })
      .extract(focalCrop(size, focal))
      .toColourspace('srgb');
  }
  const { position = 'centre' } = preset;
  // A strategy would choose another part of each frame. libvips refuses it for animations.
  const strategy = position === 'attention' || position === 'entropy' ? sharp.strategy[position] : undefined;
  const keep = strategy === undefined ? position : frames ? 'centre' : strategy;
  const fit = preset.fit === 'cover' ? 'cover' : 'fill';
  return image.resize({ width, height, fit, position: keep }).toColourspace('srgb');
}

/** EXIF's orientations 2 to 8 as sharp's operations: sharp mirrors first and then turns (sharp 0.35.5, src/pipeline.cc). */
function turn(image: Sharp, orientation: number): Sharp {
  const mirrored = orientation === 4 ? image.flip() : [2, 5, 7].includes(orientation) ? image.flop() : image;
  const angle = { 3: 180, 5: 270, 6: 90, 7: 90, 8: 270 }[orientation];
  return angle ? mirrored.rotate(angle) : mirrored;
}

/** Pixels of RGBA: all fully transparent, or all of one colour. */
function isBlank(pixels: Uint32Array): boolean {
  // Alpha is the last of the four bytes, and the highest of a number: every machine that sharp runs on is little-endian.
  return pixels.every((pixel) => pixel === pixels[0]) || pixels.every((pixel) => pixel >>> 24 === 0);
}

async function succeeds(image: () => Promise<Sharp>): Promise<boolean> {
  try {
    await (await image()).toBuffer();
    return true;
  } catch {
    return false;
  }
}
