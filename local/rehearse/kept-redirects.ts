import { createBrowserMemory } from '../console/browser-memory.ts';
import { addressOf } from '../console/presets.ts';
import type { Fault } from './incident.ts';
import { preset } from './load.ts';
import type { Scene } from './scene.ts';
import { view } from './viewer.ts';

const keys = Array.from({ length: 12 }, (_, index) => `long-ago/${index}.jpg`);
/** In a minute. Each goes round until the browser gives up. */
const comingBack = 2;
const dayMilliseconds = 24 * 60 * 60 * 1000;
const mostDays = 3650;

/**
 * Browsers that saw pictures through a Lambda whose 301 says nothing of how long to keep it. Time goes on until the
 * derivatives have expired by the bucket's own rule; the fault is that the browsers come back then.
 */
export async function keptRedirects({ chain, control, upload }: Scene): Promise<Fault> {
  const memory = createBrowserMemory(chain.clock);
  const addresses = keys.map((key) => addressOf(chain.edge.address, preset, key));
  await upload(keys, 'small');
  await control.set({ lambda: 'article' });
  await Promise.all(addresses.map((address) => view(address, memory)));
  await control.set(control.healthy);

  let gone = 0;
  for (let days = 0; gone < keys.length; days += 1) {
    if (days === mostDays) throw new Error(`No derivative has expired in ${days} days: expected a lifecycle rule`);
    chain.clock.advance(dayMilliseconds);
    gone += await chain.expire();
  }

  let views = 0;
  return {
    inject() {},
    async meanwhile() {
      const some = Array.from({ length: comingBack }, (_, index) => addresses[(views + index) % keys.length] ?? '');
      views += comingBack;
      await Promise.all(some.map((address) => view(address, memory)));
    },
    // As the runbook says: whoever has kept nothing has the derivative made, for everybody.
    async heal() {
      await Promise.all(addresses.map((address) => view(address)));
    },
  };
}
