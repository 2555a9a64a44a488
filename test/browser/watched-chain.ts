import { type Clock, createClock } from '../../local/aws/clock.ts';
import { type ConsoleChoice, type ConsoleUnderTest, startConsoleUnderTest } from '../local/console/real-chain.ts';

/** A chain whose time stands, and goes on minute by minute, each with viewers in it. */
export interface WatchedChain {
  readonly under: ConsoleUnderTest;
  readonly clock: Clock;
  /** A view as a browser has it, redirects and all. */
  view(key: string, preset?: string): Promise<void>;
  /** So many minutes, in each of which somebody does this. */
  play(minutes: number, work: (minute: number) => Promise<void>): Promise<void>;
  /** The edge caches the redirect of one key, and the Lambda ends each loop: the scenario `cached-redirect-with-this-lambda`. */
  keepARedirect(): Promise<void>;
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
    async keepARedirect() {
      await under.done('delete-derivative', { preset: usualPreset, image: loopingKey });
      await under.done('clear-edge-cache');
      await under.done('setup', { template: 'default-ttl-day', switches: { redirectCaching: 'legacy' } });
    },
  };
}
