import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Format } from '../../../src/config.ts';
import { wholeImageFault } from '../../../src/core/whole-image.ts';

const image = sharp({ create: { width: 20, height: 10, channels: 3, background: '#c40' } });
const formats: readonly Format[] = ['jpg', 'png', 'webp', 'avif'];
const encoded = (format: Format) => image.toFormat(format === 'jpg' ? 'jpeg' : format).toBuffer();

describe('wholeImageFault()', () => {
  it.each(formats)('finds nothing in a whole %s', async (format) => {
    expect(wholeImageFault(await encoded(format), format)).toEqual([]);
  });

  it.each(formats)('names a %s that was cut, or that has something after its end', async (format) => {
    const bytes = await encoded(format);
    const faults = [bytes.subarray(0, -1), bytes.subarray(0, 20), Buffer.concat([bytes, Buffer.alloc(3)])];
    for (const broken of faults) expect(wholeImageFault(broken, format)).toHaveLength(1);
  });

  it('names another format, and what is no image', async () => {
    expect(wholeImageFault(await encoded('png'), 'webp')).toEqual([expect.stringContaining('no whole webp')]);
    expect(wholeImageFault(Buffer.from('oops'), 'jpg')).toHaveLength(1);
    expect(wholeImageFault(Buffer.of(), 'avif')).toHaveLength(1);
  });
});
