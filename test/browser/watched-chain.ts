import { type Clock, createClock } from '../../local/aws/clock.ts';
import { type ConsoleChoice, type ConsoleUnderTest, startConsoleUnderTest } from '../local/console/real-chain.ts';

/** A chain with a virtual clock, which is advanced minute by minute. */
export interface WatchedChain {
  readonly under: ConsoleUnderTest;
  readonly clock: Clock;
  /** A view with all its redirects. */
  view(key: string, preset?: string): Promise<void>;
  /** Does the work once in each of so many minutes. */
  play(minutes: number, work: (minute: number) => Promise<void>): Promise<void>;
  /** As the scenario `cached-redirect-with-this-lambda`: the edge caches one redirect, and the Lambda returns the image. */
  cacheARedirect(): Promise<void>;
}

const start = Date.UTC(2026, 0, 5, 8);
export const loopingKey = 'profile/ann.jpg';
/** A name with a format: the edge adds none to it, so its cached redirect is followed again and again. */
export const usualPreset = '200x200.webp';

export async function startWatchedChain(choice: ConsoleChoice = {}): Promise<WatchedChain> {
  const clock = createClock(start);
  const under = await startConsoleUnderTest({ ...choice, clock });
  const { edge, cloudWatch } = under.chain;
  return {
    under,
    clock,
    async view(key, preset = usualPreset) {
      const path = key.split('/').map(encodeURIComponent).join('/');
      const response = await fetch(`${edge.address}/${preset}/${path}`);
      await response.arrayBuffer();
    },
    async play(minutes, work) {
      for (let minute = 0; minute < minutes; minute += 1) {
        await work(minute);
        clock.advance(60_000);
        cloudWatch.tick();
      }
    },
    async cacheARedirect() {
      await under.done('delete-derivative', { preset: usualPreset, image: loopingKey });
      await under.done('clear-edge-cache');
      await under.done('setup', { template: 'default-ttl-day', switches: { redirectCaching: 'legacy' } });
    },
  };
}

const sizes = ['200x200', '48x48', '100x100', '400x400', '320x'];
const presets = ['', '.webp', '.avif'].flatMap((format) => sizes.map((size) => size + format));
/** A minute has that many moments at which somebody looks. */
const moments = 4;
const missingEvery = 7;
const unlistedEvery = 11;

/** The traffic of images for the README: it comes and goes in waves, and now and then somebody asks for what is not there. */
export function createDay({ clock, view, under }: WatchedChain) {
  const made: (readonly [key: string, preset: string])[] = [];
  let wanted: (readonly [key: string, preset: string])[] = [];
  let minutes = 0;

  async function moment(viewers: number): Promise<void> {
    // The newest images are looked at most.
    for (let count = 0; count < viewers; count += 1) {
      const [key, preset] = made[made.length - 1 - Math.floor((count / viewers) ** 2 * made.length)] ?? [loopingKey];
      await view(key, preset);
    }
  }

  async function minute(more: () => Promise<void>): Promise<void> {
    minutes += 1;
    const viewers = Math.round(13 + 5 * Math.sin(minutes / 7) + 1.5 * Math.sin(minutes * 2));
    for (let count = 0; count < moments; count += 1) {
      const fresh = count === 0 || (count === 2 && minutes % 3 === 0) ? wanted.shift() : undefined;
      if (fresh) await view(...fresh);
      if (fresh) made.push(fresh);
      await moment(viewers);
      await more();
      clock.advance(60_000 / moments);
    }
    if (minutes % missingEvery === 0) await view(`profile/nobody-${minutes}.jpg`);
    if (minutes % unlistedEvery === 0) await view(loopingKey, '999x999');
    under.chain.cloudWatch.tick();
  }

  return {
    /** Images that others have seen before are held by the edge when it begins. */
    async begin() {
      const keys = (await under.originals()).map(({ key }) => key);
      const all = presets.flatMap((preset) => keys.map((key) => [key, preset] as const));
      made.push(...all.slice(0, keys.length));
      wanted = all.slice(keys.length);
      for (const one of made) await view(...one);
    },
    async goOn(count: number) {
      for (let one = 0; one < count; one += 1) await minute(async () => {});
    },
    /** The same, while so many look at one image above all. */
    async crowd(count: number, viewers: number) {
      const all = async () => {
        for (let one = 0; one < viewers / moments; one += 1) await view(loopingKey);
      };
      for (let one = 0; one < count; one += 1) await minute(all);
    },
  };
}
