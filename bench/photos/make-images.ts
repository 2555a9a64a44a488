/** `make images`: ten originals for the local chain, in .cache/images under their keys. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { turningEarth } from './make-photos.ts';
import { fetchSources, type Sources } from './source.ts';

const folder = join(import.meta.dirname, '../../.cache/images');

function cut(file: string, left: number, top: number, width: number, height: number): Sharp {
  return sharp(file).extract({ left, top, width, height });
}

function jpeg(image: Sharp): Promise<Buffer> {
  return image.jpeg({ quality: 90 }).toBuffer();
}

/** By key. */
const images: Record<string, (sources: Sources) => Promise<Buffer>> = {
  'profile/ann.jpg': ({ earth }) => jpeg(cut(earth, 1000, 760, 1000, 1000)),
  'profile/ben.jpg': ({ earth }) => jpeg(cut(earth, 1880, 500, 1000, 1000)),
  'landing/earth.jpg': ({ earth }) => jpeg(sharp(earth)),
  'landing/night.jpg': ({ night }) => jpeg(sharp(night).linear(1.6)),
  'gallery/himalaya.jpg': ({ earth }) => jpeg(cut(earth, 2600, 350, 1200, 800)),
  'gallery/are we there yet? 100% & more +1.jpg': ({ earth }) => jpeg(cut(earth, 3500, 1100, 500, 500)),
  // Needs a rotation and has GPS data: no derivative may have either.
  'gallery/from-a-phone.jpg': ({ earth }) =>
    cut(earth, 2060, 300, 900, 1200)
      .rotate(-90)
      .withExif({
        IFD0: { Make: 'Phone' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '48/1 51/1 30/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '2/1 17/1 40/1',
        },
      })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 90 })
      .toBuffer(),
  'gallery/clouds.png': ({ clouds }) => cut(clouds, 1200, 400, 1200, 800).png().toBuffer(),
  'gallery/drawing.png': ({ drawing }) => sharp(drawing).png().toBuffer(),
  'gallery/turning.gif': ({ earth }) => turningEarth(earth, 320, 200, 24),
};

const missing = Object.entries(images).filter(([key]) => !existsSync(join(folder, key)));
if (missing.length > 0) {
  const sources = fetchSources(join(folder, '..'));
  for (const [key, make] of missing) {
    const bytes = await make(sources);
    const file = join(folder, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, bytes);
    renameSync(`${file}.part`, file);
    console.log(`${key} ${bytes.length} bytes`);
  }
}
console.log(`${Object.keys(images).length} images are in .cache/images`);
