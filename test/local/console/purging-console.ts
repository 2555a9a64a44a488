import { createClock } from '../../../local/aws/clock.ts';
import { advanceTo } from '../../../local/aws/timers.ts';
import { openImages } from '../../../local/chain/buckets.ts';
import { type Console, startConsole } from '../../../local/console/console.ts';
import type { Done, PurgeTrace } from '../../../local/console/contract.ts';
import { startTestChain } from '../../fixtures/chain.ts';
import { photo } from './real-chain.ts';

export interface PurgingConsole {
  readonly console: Console;
  post(name: string, fields?: object): Promise<Done>;
  trace(): Promise<PurgeTrace>;
  image(image: string): Promise<Response>;
  /** Lets so many seconds of the chain's clock pass, with everything that is due in them. */
  settle(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

/** A console over the whole chain, the purge included, with the original `profile/ann.jpg`. */
export async function startPurgingConsole(): Promise<PurgingConsole> {
  const clock = createClock(Date.UTC(2026, 0, 5, 8));
  const chain = await startTestChain({ clock });
  const console = await startConsole(chain, 0);
  const settle = (seconds: number) => advanceTo(clock.now() + seconds * 1000, clock, chain.timers);
  const image = { bytes: await photo(600, 450).jpeg().toBuffer(), headers: {} };
  await openImages(chain).put('originals', 'profile/ann.jpg', image);
  await settle(60);
  return {
    console,
    async post(name, fields = {}) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${console.address}api/${name}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(fields),
      });
      if (!answer.ok) throw new Error(`POST ${name} got ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as Done;
    },
    async trace() {
      const answer = (await (await fetch(`${console.address}api/purge`)).json()) as { readonly trace: PurgeTrace };
      return answer.trace;
    },
    image: (of) => fetch(`${console.address}api/held-image?${new URLSearchParams({ image: of })}`),
    settle,
    async stop() {
      await console.close();
      await chain.stop();
    },
  };
}
