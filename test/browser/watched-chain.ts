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
export const usualPreset = '200x200';

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
