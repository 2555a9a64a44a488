import { setTimeout as wait } from 'node:timers/promises';
import { createClock } from '../aws/clock.ts';
import { type Images, openImages } from '../chain/buckets.ts';
import { type Chain, type ChainOptions, startChain } from '../chain/start-chain.ts';
import { type Control, createControl } from '../faults/control.ts';
import { createAlarmNames } from './alarm-names.ts';
import { createCrowd, createOriginals, type Load, type Upload } from './load.ts';

type Choices = 'templateFile' | 'targetFile' | 'edgePort' | 'apiPort' | 'websitePort' | 's3Port';

export interface SceneOptions extends Pick<ChainOptions, Choices> {
  /** Seconds of the clock that pass in a real one at most. A slow machine takes longer, and comes to the same. */
  readonly pace?: number;
}

/** A chain with viewers, in a time of its own: it goes from minute to minute, each as long as its work takes. */
export interface Scene {
  readonly chain: Chain;
  readonly control: Control;
  readonly images: Images;
  readonly upload: Upload;
  /** Alarms that are red now. */
  red(): readonly string[];
  /** One minute of the clock: viewers come, the canary walks if it is time, and then the alarms are looked at. */
  playMinute(load: Load, more?: () => Promise<void>): Promise<readonly Turn[]>;
  stop(): Promise<void>;
}

/** An alarm turns red, or is red no more. */
export interface Turn {
  readonly alarm: string;
  readonly isRed: boolean;
}

const second = 1000;
const minute = 60 * second;
/** The same in all runs. */
const start = Date.UTC(2026, 0, 5, 8);
const seed = 9;

export async function startScene({ pace, ...options }: SceneOptions): Promise<Scene> {
  const chain = await startChain({ ...options, clock: createClock(start), copyCode: true });
  try {
    return peopled(chain, pace);
  } catch (error) {
    await chain.stop();
    throw error;
  }
}

function peopled(chain: Chain, pace: number | undefined): Scene {
  const { clock } = chain;
  const images = openImages(chain);
  const original = createOriginals();
  const upload: Upload = async (keys, size) => {
    if (keys.length === 0) return;
    const image = { bytes: await original(size), headers: {} };
    await Promise.all(keys.map((key) => images.put('originals', key, image)));
  };
  const crowd = createCrowd(chain, upload, seed);
  const { alarms } = chain.cloudWatch;
  const names = createAlarmNames(alarms.names);

  return {
    chain,
    control: createControl(chain),
    images,
    upload,
    red: () => names.all.filter((name) => alarms.stateOf(names.full(name)) === 'ALARM'),
    async playMinute(load, more = async () => {}) {
      const begun = performance.now();
      const begins = clock.now();
      const goTo = (milliseconds: number) => clock.advance(begins + milliseconds - clock.now());

      // What is done at one moment is done to its end before time goes on, so that it belongs to its minute everywhere.
      for (const [index, portion] of crowd.portions(load).entries()) {
        goTo((1 + 2 * index) * second);
        await portion();
      }
      goTo(40 * second);
      await more();
      goTo(45 * second);
      await chain.schedules.run();
      goTo(minute);

      const transitions = chain.cloudWatch.tick();
      if (pace !== undefined) await wait(Math.max(0, minute / pace - (performance.now() - begun)));
      return transitions.flatMap(({ alarm, from, to }): Turn[] => {
        const name = names.short(alarm);
        if (name === undefined || (from !== 'ALARM' && to !== 'ALARM')) return [];
        return [{ alarm: name, isRed: to === 'ALARM' }];
      });
    },
    async stop() {
      await chain.stop();
    },
  };
}
