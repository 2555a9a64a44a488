import type { LambdaSettings } from '../aws/lambda/lambda.ts';
import type { Fault as S3Fault } from '../aws/s3/faults.ts';
import { addressOf } from '../chain/presets.ts';
import type { Chain } from '../chain/start-chain.ts';
import type { Setup } from '../console/contract.ts';
import { createBrowserMemory } from '../faults/browser-cache.ts';
import type { TemplateChange } from '../faults/edit-template.ts';
import type { Fault } from './incident.ts';
import { preset } from './load.ts';
import type { Scene } from './scene.ts';
import { view } from './viewer.ts';

/** A mistake that the console knows by name. */
export const setUp =
  (wanted: (now: Setup) => Partial<Setup>) =>
  ({ control }: Scene): Fault => ({
    inject: () => control.set(wanted(control.now())),
    heal: () => control.set(control.healthy),
  });

/** Another template for website, API and edge, as after a deploy or a change by hand. */
export const withTemplate =
  (change: TemplateChange) =>
  ({ chain: { endpoints } }: Scene): Fault => ({
    inject: () => endpoints.change(change),
    heal: () => endpoints.change(),
  });

/** What happens to the Lambda's calls of S3. */
export const withS3Fault =
  (fault: (buckets: Chain['s3']) => S3Fault) =>
  ({ chain }: Scene): Fault => {
    let end = (): void => {};
    return {
      inject() {
        end = chain.faults.add(fault(chain.s3));
      },
      heal: () => end(),
    };
  };

/** The first reads of each minute, which the chain has to wait for in real time: more of them would show nothing more. */
export function slowReads({ chain }: Scene): Fault {
  const { originals: bucket } = chain.s3;
  let end = (): void => {};
  const slowDown = (): void => {
    end();
    end = chain.faults.add({ operation: 'GetObject', bucket, times: 3, effect: { delayMilliseconds: 2500 } });
  };
  return { inject: slowDown, meanwhile: async () => slowDown(), heal: () => end() };
}

/** Nothing in the chain: it is the viewers who are different. */
export const byViewers = (): Fault => ({ inject() {}, heal() {} });

/** The settings of the Lambda, changed while it runs. */
export const withLambda =
  (settings: LambdaSettings) =>
  ({ chain: { lambda } }: Scene): Fault => ({
    inject: () => lambda.change(settings),
    heal: () => lambda.change(),
  });

/**
 * A Lambda that stores half of each derivative. The real one runs; before its redirect gets out, what it has stored is
 * cut, so that S3, the edge and viewers meet what such a release would leave there.
 */
export function storesHalves({ chain, images }: Scene): Fault {
  return {
    inject() {
      chain.interceptors.invoke = async (call, lambda) => {
        const result = await lambda(...call);
        const key = result.outcome === 'returned' ? redirectedTo(result.payload) : undefined;
        const stored = key === undefined ? undefined : await images.read('derivatives', key);
        if (key !== undefined && stored) {
          const half = stored.bytes.subarray(0, stored.bytes.length >> 1);
          await images.put('derivatives', key, { ...stored, bytes: half });
        }
        return result;
      };
    },
    heal() {
      delete chain.interceptors.invoke;
    },
  };
}

function redirectedTo(payload: string): string | undefined {
  const { headers = {} } = JSON.parse(payload) as { headers?: Readonly<Record<string, string>> };
  const location = headers.Location ?? headers.location;
  return location === undefined ? undefined : decodeURIComponent(new URL(location).pathname.slice(1));
}

const keys = Array.from({ length: 12 }, (_, index) => `long-ago/${index}.jpg`);
/** In a minute. Each goes round until the browser gives up. */
const comingBack = 2;
const dayMilliseconds = 24 * 60 * 60 * 1000;
const mostDays = 3650;

/**
 * Browsers that saw images through a Lambda whose 301 says nothing of how long to keep it. Time goes on until the
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
