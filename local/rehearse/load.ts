import sharp, { type Sharp } from 'sharp';
import { addressOf } from '../chain/presets.ts';
import type { Chain } from '../chain/start-chain.ts';
import { view } from './viewer.ts';

/** What viewers do in one minute. */
export interface Load {
  /** Images that have just been uploaded, and their first views. */
  readonly fresh: number;
  /** Of these, images as a camera makes them. */
  readonly large: number;
  /** Views of images that others have seen. */
  readonly known: number;
  /** Of those images, how many the edge of another place would not hold. */
  readonly elsewhere: number;
  /** Views of images that nobody has uploaded. */
  readonly missing: number;
  /** Views in a size that is not on the list. */
  readonly unlisted: number;
}

/** Light, but over the floors under which the alarms say nothing: twenty redirects and a hundred images a minute. */
export const day: Load = { fresh: 20, large: 0, known: 250, elsewhere: 3, missing: 1, unlisted: 2 };
/** Enough to see that all is well. */
export const evening: Load = { fresh: 6, large: 0, known: 120, elsewhere: 1, missing: 0, unlisted: 1 };
/** Hardly anybody is awake. */
export const night: Load = { fresh: 1, large: 0, known: 4, elsewhere: 0, missing: 0, unlisted: 0 };

/** Puts originals where the chain has them. */
export type Upload = (keys: readonly string[], size: Size) => Promise<void>;

/** The viewers of a chain. */
export interface Crowd {
  /** What comes in a minute, some at a time: first those for whom there is no image yet. */
  portions(load: Load): readonly (() => Promise<void>)[];
}

/** The canary's: the one that costs least. */
export const preset = '48x48';
const unlistedPreset = '49x49';
/** Of five images, those whose names hold what is encoded differently on the way from host to host. */
const oddlyNamed = 2;
/** The newest images; what is older is looked at no more. */
const remembered = 300;
/** First views are few at a time, so that on a slow machine they do not wait for one another. */
const firstPortions = 8;
const laterPortions = 10;

export function createCrowd(chain: Chain, upload: Upload, seed: number): Crowd {
  const random = createRandom(seed);
  const known: string[] = [];
  let count = 0;

  const nextKey = (): string => {
    count += 1;
    return count % 5 < oddlyNamed ? `people/née ${count} +1.jpg` : `people/${count}.jpg`;
  };
  const addressFor = (key: string, size = preset): string => addressOf(chain.edge.address, size, key);
  const someKnown = (): string => known[Math.floor(random() * known.length)] ?? '';

  /** Whoever sees an image makes it known. */
  async function viewFirst(key: string, size: Size): Promise<void> {
    await upload([key], size);
    const statuses = await view(addressFor(key));
    if (statuses.at(-1) === 200) known.push(key);
  }

  async function viewKnown(views: number): Promise<void> {
    if (known.length > 0) await Promise.all(times(views, () => view(addressFor(someKnown()))));
  }

  return {
    portions({ fresh, large, known: views, elsewhere, missing, unlisted }) {
      const firsts: (() => Promise<unknown>)[] = [
        ...times(fresh, nextKey).map((key, index) => () => viewFirst(key, index < large ? 'large' : 'small')),
        ...times(missing, () => addressFor(`nobody/${nextKey()}`)).map((address) => () => view(address)),
        ...times(unlisted, () => addressFor(nextKey(), unlistedPreset)).map((address) => () => view(address)),
      ];
      return [
        ...inPortions(firsts, firstPortions).map((some) => () => together(some)),
        async () => {
          known.splice(0, known.length - remembered);
          const paths = known.length === 0 ? [] : times(elsewhere, () => new URL(addressFor(someKnown())).pathname);
          chain.edge.invalidate(paths);
        },
        ...times(laterPortions, () => () => viewKnown(Math.ceil(views / laterPortions))),
      ];
    },
  };
}

function times<T>(number: number, make: () => T): T[] {
  return Array.from({ length: number }, make);
}

function inPortions<T>(all: readonly T[], portions: number): readonly (readonly T[])[] {
  const size = Math.ceil(all.length / portions);
  return times(portions, () => 0).map((_, index) => all.slice(index * size, (index + 1) * size));
}

async function together(works: readonly (() => Promise<unknown>)[]): Promise<void> {
  await Promise.all(works.map((work) => work()));
}

/** Chance that repeats: the same seed gives the same draws. Evenly from 0 up to 1 (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What viewers upload: `small` costs next to nothing, `large` needs some 60 MB more, however small it becomes. */
type Size = 'small' | 'large';

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
  small: () => image(80, 60).jpeg().toBuffer(),
  // All of a progressive JPEG has to be held before any of it can be decoded.
  large: () => image(5000, 4000).jpeg({ progressive: true }).toBuffer(),
};

function image(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#578' } });
}
