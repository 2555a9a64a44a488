import { addressOf } from '../chain/presets.ts';
import { createBrowserCache } from '../faults/browser-cache.ts';
import type { Prepared, Rig } from './rig.ts';
import { preset, viewImage } from './traffic.ts';

const keys = Array.from({ length: 12 }, (_, index) => `long-ago/${index}.jpg`);
const viewsPerMinute = 2;
const dayMilliseconds = 24 * 60 * 60 * 1000;
const maxDays = 3650;

/**
 * Prepares browsers that cached the 301 of a Lambda without Cache-Control. The clock goes on until the derivatives have
 * expired by the bucket's own rule; in the incident the browsers come back.
 */
export async function cacheRedirects({ chain, control, upload }: Rig): Promise<Prepared> {
  const cache = createBrowserCache(chain.clock);
  const urls = keys.map((key) => addressOf(chain.edge.address, preset, key));
  await upload(keys, 'small');
  await control.set({ lambda: 'always-redirects' });
  await Promise.all(urls.map((url) => viewImage(url, cache)));
  await control.reset();

  let expired = 0;
  for (let days = 0; expired < keys.length; days += 1) {
    if (days === maxDays) throw new Error(`No derivative expired within ${days} days: expected a lifecycle rule`);
    chain.clock.advance(dayMilliseconds);
    expired += await chain.expire();
  }

  let views = 0;
  return {
    async everyMinute() {
      const some = Array.from({ length: viewsPerMinute }, (_, index) => urls[(views + index) % urls.length] ?? '');
      views += viewsPerMinute;
      await Promise.all(some.map((url) => viewImage(url, cache)));
    },
    // As the runbook says: a viewer without a cached redirect has the derivative made, for everybody.
    async repair() {
      await Promise.all(urls.map((url) => viewImage(url)));
    },
  };
}
