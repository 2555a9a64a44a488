import sharp, { type Sharp } from 'sharp';

/** What viewers upload: `small` costs next to nothing, `large` needs some 60 MB more, however small it becomes. */
export type Size = 'small' | 'large';

/** Makes them when they are needed first. */
export function createOriginals(): (size: Size) => Promise<Buffer> {
  const made = new Map<Size, Promise<Buffer>>();
  return (size) => {
    const original = made.get(size) ?? make[size]();
    made.set(size, original);
    return original;
  };
}

const make: Readonly<Record<Size, () => Promise<Buffer>>> = {
  small: () => picture(80, 60).jpeg().toBuffer(),
  // All of a progressive JPEG has to be held before any of it can be decoded.
  large: () => picture(5000, 4000).jpeg({ progressive: true }).toBuffer(),
};

function picture(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#578' } });
}
