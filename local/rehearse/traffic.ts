import sharp, { type Sharp } from 'sharp';
import { followRedirects } from '../../src/follow-redirects.ts';
import { addressOf } from '../chain/buckets.ts';
import type { Chain } from '../chain/start-chain.ts';
import { type BrowserCache, fetchWithCachedRedirects } from '../faults/browser-cache.ts';

/** What viewers do in one minute. */
export interface Traffic {
  /** First views of images that have just been uploaded. */
  readonly fresh: number;
  /** Of these, images as large as a camera's. */
  readonly large: number;
  /** Views of images that were viewed before. */
  readonly known: number;
  /** Of these images, how many are removed from the edge before, as another edge would not have them. */
  readonly elsewhere: number;
  /** Views of images without an original. */
  readonly missing: number;
  /** Views of a preset that is not listed. */
  readonly unlisted: number;
}

/** Light, but over the least traffic that the alarms need: twenty redirects and a hundred images a minute. */
export const day: Traffic = { fresh: 20, large: 0, known: 250, elsewhere: 3, missing: 1, unlisted: 2 };
/** Enough that every alarm has data. */
export const evening: Traffic = { fresh: 6, large: 0, known: 120, elsewhere: 1, missing: 0, unlisted: 1 };
export const night: Traffic = { fresh: 1, large: 0, known: 4, elsewhere: 0, missing: 0, unlisted: 0 };

/** Puts originals into their bucket. */
export type Upload = (keys: readonly string[], size: Size) => Promise<void>;

/** Far longer than anything here takes: it ends what hangs. */
const hopMilliseconds = 120_000;

/** Views an image as a browser does, with or without a cache, and returns the status of each hop. */
export async function viewImage(url: string, cache?: BrowserCache): Promise<readonly number[]> {
  const send = cache ? fetchWithCachedRedirects(cache) : fetch;
  const hops = await followRedirects(url, send, { timeoutMilliseconds: hopMilliseconds });
  return hops.map(({ status }) => status);
}

/** The canary's: the one that costs least. */
export const preset = '48x48';
const unlistedPreset = '49x49';
/** Of five keys, those that have characters which are encoded on the way. */
const specialKeys = 2;
const maxKnown = 300;
/** First views come a few at a time, so that they do not wait for each other on a slow machine. */
const firstPortions = 8;
const laterPortions = 10;
/** A prime over `maxKnown`: steps of it go through all known images, in an order unlike that of their uploads. */
const stride = 7919;

export function createViewers(chain: Chain, upload: Upload) {
  const known: string[] = [];
  let keys = 0;
  let views = 0;

  const nextKey = (): string => {
    keys += 1;
    return keys % 5 < specialKeys ? `people/née ${keys} +1.jpg` : `people/${keys}.jpg`;
  };
  const urlOf = (key: string, size = preset): string => addressOf(chain.edge.address, size, key);
  const nextKnown = (): string => {
    views += 1;
    return urlOf(known[(views * stride) % known.length] ?? '');
  };

  async function viewFirst(key: string, size: Size): Promise<void> {
    await upload([key], size);
    const statuses = await viewImage(urlOf(key));
    if (statuses.at(-1) === 200) known.push(key);
  }

  async function viewKnown(count: number): Promise<void> {
    if (known.length > 0) await Promise.all(times(count, () => viewImage(nextKnown())));
  }

  return {
    /** The work of one minute in portions, first views first. */
    portions({ fresh, large, known: knownViews, elsewhere, missing, unlisted }: Traffic): (() => Promise<unknown>)[] {
      const firsts: (() => Promise<unknown>)[] = [
        ...times(fresh, nextKey).map((key, index) => () => viewFirst(key, index < large ? 'large' : 'small')),
        ...times(missing, () => urlOf(`nobody/${nextKey()}`)).map((url) => () => viewImage(url)),
        ...times(unlisted, () => urlOf(nextKey(), unlistedPreset)).map((url) => () => viewImage(url)),
      ];
      const portionSize = Math.ceil(firsts.length / firstPortions);
      return [
        ...times(firstPortions, (index) => firsts.slice(index * portionSize, (index + 1) * portionSize)).map(
          (portion) => () => Promise.all(portion.map((work) => work())),
        ),
        async () => {
          known.splice(0, known.length - maxKnown);
          if (known.length > 0) chain.edge.invalidate(times(elsewhere, () => new URL(nextKnown()).pathname));
        },
        ...times(laterPortions, () => () => viewKnown(Math.ceil(knownViews / laterPortions))),
      ];
    },
  };
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** `small` costs next to nothing; `large` needs about 60 MB more, whatever the size of its derivative. */
type Size = 'small' | 'large';

/** Makes each original when it is needed first. */
export function createOriginals(): (size: Size) => Promise<Buffer> {
  const made = new Map<Size, Promise<Buffer>>();
  return (size) => {
    const original = made.get(size) ?? makeOriginal[size]();
    made.set(size, original);
    return original;
  };
}

const makeOriginal: Readonly<Record<Size, () => Promise<Buffer>>> = {
  small: () => blank(80, 60).jpeg().toBuffer(),
  // A progressive JPEG is held in memory as a whole while it is decoded.
  large: () => blank(5000, 4000).jpeg({ progressive: true }).toBuffer(),
};

function blank(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#578' } });
}
