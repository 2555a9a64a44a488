import { setTimeout as wait } from 'node:timers/promises';
import { createClock } from '../aws/clock.ts';
import { advanceTo } from '../aws/timers.ts';
import { openImages } from '../chain/buckets.ts';
import { type Chain, type ChainOptions, startChain } from '../chain/start-chain.ts';
import { type Control, createControl } from '../faults/control.ts';
import { createOriginals, createViewers, type Traffic, type Upload } from './traffic.ts';

type ChainChoices = 'templateFile' | 'targetFile' | 'edgePort' | 'apiPort' | 'websitePort' | 's3Port';

export interface RigOptions extends Pick<ChainOptions, ChainChoices> {
  /** Seconds of the clock in one real second, at most. */
  readonly pace?: number;
}

/** A chain with viewers and a clock of its own, which goes on minute by minute, each as long as its work takes. */
export interface Rig {
  readonly chain: Chain;
  readonly control: Control;
  readonly upload: Upload;
  redAlarms(): readonly string[];
  /** Plays one minute of the clock: viewers, the canary when it is due, and the evaluation of the alarms. */
  playMinute(traffic: Traffic, more?: () => Promise<void>): Promise<readonly Transition[]>;
  stop(): Promise<void>;
}

export interface Transition {
  readonly alarm: string;
  readonly isRed: boolean;
}

/** An incident that has begun before it hurts. */
export interface Prepared {
  everyMinute(): Promise<void>;
  repair(): Promise<void>;
}

/** The composite of all pages: the one alarm that notifies. */
export const pageAlarm = 'service-unhealthy';

const second = 1000;
const minute = 60 * second;
/** Runs are comparable when all start at the same time. */
const start = Date.UTC(2026, 0, 5, 8);

export async function startRig({ pace, ...options }: RigOptions): Promise<Rig> {
  const chain = await startChain({ ...options, clock: createClock(start), copyCode: true });
  try {
    return addViewers(chain, pace);
  } catch (error) {
    await chain.stop();
    throw error;
  }
}

function addViewers(chain: Chain, pace: number | undefined): Rig {
  const { clock } = chain;
  const images = openImages(chain);
  const original = createOriginals();
  const upload: Upload = async (keys, size) => {
    if (keys.length === 0) return;
    const image = { bytes: await original(size), headers: {} };
    await Promise.all(keys.map((key) => images.put('originals', key, image)));
  };
  const viewers = createViewers(chain, upload);
  const { alarms } = chain.cloudWatch;
  const shortNameOf = shortNames(alarms.names);

  return {
    chain,
    control: createControl(chain, images),
    upload,
    redAlarms: () =>
      alarms.names.filter((name) => alarms.stateOf(name) === 'ALARM').flatMap((name) => shortNameOf(name) ?? []),
    async playMinute(traffic, more = async () => {}) {
      const realStart = performance.now();
      const clockStart = clock.now();
      const goTo = (milliseconds: number) => advanceTo(clockStart + milliseconds, clock, chain.timers);

      // Each portion ends before the clock goes on, so that its metrics all belong to this minute.
      for (const [index, portion] of viewers.portions(traffic).entries()) {
        await goTo((1 + 2 * index) * second);
        await portion();
      }
      await goTo(40 * second);
      await more();
      await goTo(45 * second);
      await chain.schedules.run();
      await goTo(minute);

      const transitions = chain.cloudWatch.tick();
      if (pace !== undefined) await wait(Math.max(0, minute / pace - (performance.now() - realStart)));
      return transitions.flatMap(({ alarm, from, to }): Transition[] => {
        const name = shortNameOf(alarm);
        if (name === undefined || (from !== 'ALARM' && to !== 'ALARM')) return [];
        return [{ alarm: name, isRed: to === 'ALARM' }];
      });
    },
    stop: chain.stop,
  };
}

/** Names without the stack's prefix, as runbooks have them. `undefined` for the two windows of an error budget alarm. */
export function shortNames(alarms: readonly string[]): (alarm: string) => string | undefined {
  const page = alarms.find((alarm) => alarm.endsWith(pageAlarm));
  if (page === undefined)
    throw new Error(`The template has no alarm ${pageAlarm}: it has ${alarms.join(', ') || 'none'}`);
  const prefix = page.slice(0, -pageAlarm.length);
  return (alarm) =>
    /-(?:long|short)$/.test(alarm) || !alarm.startsWith(prefix) ? undefined : alarm.slice(prefix.length);
}
