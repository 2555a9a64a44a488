import { addressOf } from '../console/presets.ts';
import type { Chain } from '../start.ts';
import type { Size } from './originals.ts';
import { createRandom } from './random.ts';
import { view } from './viewer.ts';

/** What viewers do in one minute. */
export interface Load {
  /** Pictures that have just been uploaded, and their first views. */
  readonly fresh: number;
  /** Of these, pictures as a camera makes them. */
  readonly large: number;
  /** Views of pictures that others have seen. */
  readonly known: number;
  /** Of those pictures, how many the edge of another place would not hold. */
  readonly elsewhere: number;
  /** Views of pictures that nobody has uploaded. */
  readonly missing: number;
  /** Views in a size that is not on the list. */
  readonly unlisted: number;
}

/** Light, but over the floors under which the alarms say nothing: twenty redirects and a hundred pictures a minute. */
export const day: Load = { fresh: 20, large: 0, known: 250, elsewhere: 3, missing: 1, unlisted: 2 };
/** Hardly anybody is awake. */
export const night: Load = { fresh: 1, large: 0, known: 4, elsewhere: 0, missing: 0, unlisted: 0 };

/** Puts originals where the chain has them. */
export type Upload = (keys: readonly string[], size: Size) => Promise<void>;

/** The viewers of a chain. */
export interface Crowd {
  /** First views, and those that come to no picture. */
  newcomers(load: Load): Promise<void>;
  /** The views of what has been seen before, in as many portions. */
  regulars(load: Load, portions: number): readonly (() => Promise<void>)[];
}

/** The walker's: the one that costs least. */
export const preset = '48x48';
const unlistedPreset = '49x49';
/** Of five pictures, those whose names hold what is encoded differently on the way from host to host. */
const oddlyNamed = 2;
/** The newest pictures; what is older is looked at no more. */
const remembered = 300;

export function createCrowd(chain: Chain, upload: Upload, seed: number): Crowd {
  const random = createRandom(seed);
  const known: string[] = [];
  let count = 0;

  const nextKey = (): string => {
    count += 1;
    return count % 5 < oddlyNamed ? `people/née ${count} +1.jpg` : `people/${count}.jpg`;
  };
  const addressFor = (key: string, size = preset): string => addressOf(chain.edge.address, size, key);
  const times = <T>(number: number, make: () => T): T[] => Array.from({ length: number }, make);
  const someKnown = (): string => known[Math.floor(random() * known.length)] ?? '';

  return {
    async newcomers({ fresh, large, missing, unlisted }) {
      const keys = times(fresh, nextKey);
      await Promise.all([upload(keys.slice(0, large), 'large'), upload(keys.slice(large), 'small')]);
      const seen = Promise.all(keys.map(async (key) => ((await view(addressFor(key))).at(-1) === 200 ? [key] : [])));
      await Promise.all([
        ...times(missing, () => view(addressFor(`nobody/${nextKey()}`))),
        ...times(unlisted, () => view(addressFor(nextKey(), unlistedPreset))),
      ]);
      known.push(...(await seen).flat());
      known.splice(0, known.length - remembered);
    },
    regulars({ known: views, elsewhere }, portions) {
      if (known.length === 0) return [];
      chain.edge.invalidate(times(elsewhere, () => new URL(addressFor(someKnown())).pathname));
      return times(portions, () => async () => {
        await Promise.all(times(Math.ceil(views / portions), () => view(addressFor(someKnown()))));
      });
    },
  };
}
