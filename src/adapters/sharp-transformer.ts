import sharp, { type Metadata, type Sharp } from 'sharp';
import type { Format, ServiceConfig } from '../config.ts';
import { checkOriginal } from '../core/original-limits.ts';
import { keepsFrames, outputFormat, type ResizePlan } from '../core/resize-plan.ts';
import { ServiceError } from '../core/service-error.ts';
import type { Transform } from '../ports.ts';

type Settings = Pick<ServiceConfig, 'codecs' | 'limits'>;

// One resize is one thread: a second adds nothing for JPEG, PNG and WebP, and MALLOC_ARENA_MAX would raise sharp's default.
sharp.concurrency(1);
// Sequential reading and shrinking on load stay as sharp has them: the one makes no difference in time and holds fewer
// rows, without the other a JPEG takes 1.2 to 1.5 times as long.
// No operation is asked for twice, and a cached WebP was seen to come back under another image's name.
sharp.cache(false);
// Loaders by allow-list, from memory only: the others have hung, filled the memory or read neighbouring files.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((loader) => `VipsForeignLoad${loader}Buffer`),
});

/** Bytes of a sample by libvips' name of it; what is not listed takes eight. */
const sampleBytes: Readonly<Record<string, number>> = {
  uchar: 1,
  char: 1,
  ushort: 2,
  short: 2,
  uint: 4,
  int: 4,
  float: 4,
};

/** Not `process.exit()`, which waits for the threads of the pool, and with them for the decoder that does not stop. */
export function endProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Decodes, turns upright, resizes and encodes; all metadata stays behind. `onHang` is called when the decoder does not
 * hear of its time limit: its thread cannot be stopped, so the process has to end before it meets the next viewer.
 */
export function sharpTransformer({ codecs, limits }: Settings, onHang: () => void = endProcess): Transform {
  return async (original, type, plan) => {
    const header = await readHeader(original);
    const animated = keepsFrames(plan, type);
    checkOriginal(
      original,
      {
        type,
        width: header.width,
        height: header.height,
        channels: header.channels,
        bytesPerSample: sampleBytes[header.depth] ?? 8,
        interlaced: header.isProgressive,
        frames: animated ? (header.pages ?? 1) : 1,
      },
      limits,
    );

    const format = outputFormat(plan, type);
    const input = { failOn: 'error', limitInputPixels: limits.maxOriginalPixels, animated, autoOrient: true } as const;
    // Only a PNG can be a drawing; whatever else becomes one is a photograph.
    const dense =
      type !== 'png' || original.length > codecs.png.adaptiveFromBytesPerPixel * header.width * header.height;
    const pipeline = encode(resize(sharp(original, input), plan, animated), format, plan, codecs, dense);
    const { data, info } = await finish(
      pipeline.timeout({ seconds: limits.decodeSeconds }),
      limits.decodeSeconds,
      onHang,
    );
    return { bytes: data, format, width: info.width, height: info.pageHeight ?? info.height };
  };
}

async function readHeader(original: Uint8Array): Promise<Metadata> {
  try {
    // Our own limits are checked against the header, with a message that names them.
    return await sharp(original, { limitInputPixels: false, failOn: 'error' }).metadata();
  } catch (cause) {
    throw new ServiceError('image-broken', { fault: 'its header cannot be read' }, { cause });
  }
}

function resize(image: Sharp, { box, preset }: ResizePlan, animated: boolean): Sharp {
  const { fit, position = 'centre', enlarge = false } = preset;
  // A strategy would choose another part of each frame; libvips refuses it for animations.
  const keep =
    position === 'attention' || position === 'entropy' ? (animated ? 'centre' : sharp.strategy[position]) : position;
  return image.resize({ ...box, fit, position: keep, withoutEnlargement: !enlarge }).toColourspace('srgb');
}

function encode(
  image: Sharp,
  format: Format,
  { preset }: ResizePlan,
  codecs: Settings['codecs'],
  dense: boolean,
): Sharp {
  switch (format) {
    case 'jpg':
      return image.flatten({ background: preset.background ?? '#ffffff' }).jpeg(codecs.jpg);
    case 'png':
      return image.png({ compressionLevel: codecs.png.compressionLevel, adaptiveFiltering: dense });
    case 'webp':
      return image.webp(codecs.webp);
    case 'avif':
      return image.avif(codecs.avif);
  }
}

async function finish(pipeline: Sharp, limitSeconds: number, onHang: () => void) {
  const started = performance.now();
  const watchdog = setTimeout(onHang, (limitSeconds + 1) * 1000);
  try {
    return await pipeline.toBuffer({ resolveWithObject: true });
  } catch (cause) {
    const tooSlow = performance.now() - started >= limitSeconds * 1000;
    if (tooSlow) throw new ServiceError('original-too-slow', { limitSeconds }, { cause });
    throw new ServiceError('image-broken', { fault: 'its pixels cannot be read' }, { cause });
  } finally {
    clearTimeout(watchdog);
  }
}
