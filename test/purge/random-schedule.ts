/**
 * One random schedule of views, replaces, deletes, event deliveries and purges of one original. Calls of both Lambdas to S3
 * are held, and let go in a random order, so that a resize is overtaken by anything that can overtake it.
 */
import { createRandom } from '../../infra/scale/random.ts';
import type { ChainEvent } from '../../local/aws/chain-events.ts';
import type { Caller } from '../../local/aws/iam/caller.ts';
import { S3Error } from '../../local/aws/s3/s3-error.ts';
import { advanceTo } from '../../local/aws/timers.ts';
import { createBrowserCache } from '../../local/faults/browser-cache.ts';
import { browse } from '../chain/browser.ts';
import { type PurgingChain, presets } from './purging-chain.ts';

/** Calls that are held: between them lies what a race needs. Of the calls that a Lambda makes at once, one is held. */
const heldCalls = ['GetObject', 'PutObject', 'ListObjectVersions', 'DeleteObjects'];

interface Held {
  readonly caller: 'resize' | 'purge';
  /** The step from which on it may be let go, unless nothing else can happen. */
  readonly from: number;
  readonly release: () => void;
}

export interface Outcome {
  /** What was done, in order, for a report. */
  readonly trace: readonly string[];
  /** What is wrong at the end. Empty: nothing. */
  readonly faults: readonly string[];
}

/** In real time. What is under way ends or is held long before. */
const stuckMilliseconds = 20_000;
const guessMilliseconds = 8;

export async function runSchedule(seed: number, purging: PurgingChain): Promise<Outcome> {
  const { chain, clock, originals, originalOf, resizeSeconds } = purging;
  const { timers, s3, edge } = chain;
  const random = createRandom(seed);
  const below = (count: number) => Math.floor(random.next() * count);
  const oneOf = <T>(list: readonly T[]) => list[below(list.length)] as T;
  const chance = (share: number) => random.next() < share;

  const key = `schedule/${seed}.png`;
  const trace: string[] = [];
  const faults: string[] = [];
  const held: Held[] = [];
  const running = new Set<Promise<unknown>>();
  /** Of resizes that have not ended, by the chain's clock. */
  const resizes = new Set<{ readonly startedAt: number }>();
  const counts = { views: 0, purges: 0 };
  /** The number of the present original, and how often it has changed. */
  let present: number | undefined;
  let generation = 0;
  let steps = 0;
  /** Derivatives that were stored from the present original. */
  const fresh = new Map<string, number>();
  const browser = createBrowserCache(clock);

  function track(work: Promise<unknown>): void {
    const tracked = work.catch((error) => faults.push(String(error))).finally(() => running.delete(tracked));
    running.add(tracked);
  }

  // Events arrive at least once, late and in any order.
  chain.delays.delivery = () =>
    Array.from({ length: chance(0.3) ? 2 : 1 }, () => (chance(0.2) ? 90_000 : 3_000) * random.next());
  chain.delays.invalidation = () => {
    const effectiveMilliseconds = 10_000 * random.next();
    return { effectiveMilliseconds, completeMilliseconds: effectiveMilliseconds + 20_000 };
  };
  const { invoke: resize, consume: purge } = chain.interceptors;
  chain.interceptors.invoke = async (call, lambda) => {
    const one = { startedAt: clock.now() };
    resizes.add(one);
    try {
      return (await resize?.(call, lambda)) ?? lambda(...call);
    } finally {
      resizes.delete(one);
    }
  };
  chain.interceptors.consume = async (call, lambda) => {
    counts.purges += 1;
    try {
      return (await purge?.(call, lambda)) ?? lambda(...call);
    } finally {
      counts.purges -= 1;
    }
  };
  const removeGate = chain.faults.add({
    effect: {
      until: ({ operation, bucket, key: called, caller }) => {
        // A run that ends between its deletes and its invalidation.
        if (operation === 'GetObject' && called.startsWith('_purge/') && chance(0.05)) {
          trace.push('a purge ends after its deletes');
          throw new S3Error(403, 'AccessDenied', 'The run ends here');
        }
        const isHeld = operation === 'HeadObject' ? bucket === s3.originals : heldCalls.includes(operation);
        if (!isHeld || called.startsWith('_purge/')) return Promise.resolve();
        const by = isResize(caller) ? 'resize' : 'purge';
        // Often long enough for a whole purge to overtake a resize.
        const from = steps + (by === 'resize' ? (chance(0.6) ? below(90) : 0) : chance(0.15) ? below(40) : 0);
        return new Promise((release) => held.push({ caller: by, from, release }));
      },
    },
  });

  function isResize(caller: Caller): boolean {
    return caller !== 'owner' && caller.roleArn === chain.lambda.function.roleArn;
  }

  const stopListening = chain.events.listen((event: ChainEvent) => {
    if (event.kind !== 's3' || event.call.operation !== 'PutObject' || event.call.status !== 200) return;
    const { bucket, key: stored } = event.call;
    if (bucket !== s3.derivatives || !stored.endsWith(key)) return;
    track(
      (async () => {
        const { body } = (await s3.store.get(bucket, stored)) ?? {};
        const bytes = body && Buffer.concat(await body.toArray());
        if (bytes && originalOf(bytes) === present) fresh.set(stored, generation);
      })(),
    );
  });

  /**
   * Waits until everything that runs is held. A resize that finds its derivative leaves its held call of the original
   * behind, so more may be held than runs. A view that shares the edge's request of another view has no resize of its own:
   * then it is a guess that nothing moves.
   */
  async function settle(): Promise<void> {
    const heldBy = (caller: Held['caller']) => held.filter((one) => one.caller === caller).length;
    const begin = performance.now();
    for (let quietSince = Number.POSITIVE_INFINITY; ; ) {
      await new Promise(setImmediate);
      const now = performance.now();
      const isHeld = heldBy('resize') >= resizes.size && heldBy('purge') >= counts.purges;
      const mayWait = counts.views <= resizes.size || resizes.size > 0;
      quietSince = isHeld && mayWait ? Math.min(quietSince, now) : Number.POSITIVE_INFINITY;
      if (now - quietSince >= (counts.views <= resizes.size ? 0.2 : guessMilliseconds)) return;
      if (now - begin > stuckMilliseconds) {
        throw new Error(`Nothing moves: ${JSON.stringify({ ...counts, resizes: resizes.size, held: held.length })}`);
      }
    }
  }

  async function view(): Promise<void> {
    const preset = oneOf(presets);
    edge.useLocation(below(2));
    counts.views += 1;
    const version = chance(0.5) ? `?v=${generation}` : '';
    try {
      const { hops } = await browse(`${edge.address}/${preset}/${key}${version}`, { cache: browser });
      trace.push(`${preset}: ${hops.map(({ status }) => status).join(' ')}`);
    } finally {
      counts.views -= 1;
    }
  }

  async function change(): Promise<void> {
    generation += 1;
    if (present !== undefined && chance(0.25)) {
      present = undefined;
      trace.push('delete');
      await s3.store.delete(s3.originals, key);
    } else {
      present = below(originals.length);
      trace.push(`put ${present}`);
      await s3.store.put(s3.originals, key, { headers: {}, body: [originals[present] ?? new Uint8Array()] });
    }
  }

  /** Time does not pass a resize that has not ended within its timeout. */
  function nextTimer(): number | undefined {
    const next = timers.next();
    const limit = Math.min(...[...resizes].map(({ startedAt }) => startedAt + resizeSeconds * 1000));
    return next !== undefined && next <= limit ? next : undefined;
  }

  function letGo(one: Held): void {
    held.splice(held.indexOf(one), 1);
    one.release();
  }

  /** Returns whether it was a new view or a change. */
  async function step(mayAct: boolean): Promise<boolean> {
    const next = nextTimer();
    const ready = held.filter(({ from }) => from <= steps);
    const choices = [
      ...(mayAct ? (['act'] as const) : []),
      ...(ready.length > 0 ? (['release', 'release'] as const) : []),
      ...(next !== undefined ? (['time', 'time'] as const) : []),
    ];
    steps += 1;
    const choice = choices.length === 0 ? undefined : oneOf(choices);
    if (choice === undefined) held.shift()?.release();
    else if (choice === 'release') letGo(oneOf(ready));
    else if (choice === 'time' && next !== undefined) {
      clock.advance(Math.max(0, next - clock.now()));
      track(timers.run());
    } else if (choice === 'act') {
      if (chance(0.65)) track(view());
      else await change();
    }
    await settle();
    return choice === 'act';
  }

  try {
    await change();
    let left = 3 + below(8);
    while (left > 0 || held.length > 0 || running.size > 0 || timers.next() !== undefined) {
      if (await step(left > 0)) left -= 1;
    }
    removeGate();
    // Errors at the edge are kept for minutes.
    await advanceTo(clock.now() + 1_200_000, clock, timers);
    await judge();
  } finally {
    removeGate();
    for (const { release } of held.splice(0)) release();
    stopListening();
    Object.assign(chain.interceptors, { invoke: resize, consume: purge });
  }
  return { trace, faults };

  async function judge(): Promise<void> {
    for (const preset of presets) {
      const name = `${preset}/${key}`;
      const stored = await s3.store.get(s3.derivatives, name);
      const bytes = stored && Buffer.concat(await stored.body.toArray());
      if (bytes && originalOf(bytes) !== present) faults.push(`S3 holds ${name} of ${originalOf(bytes)}`);
      if (!bytes && fresh.get(name) === generation) faults.push(`S3 has lost ${name} of the present original`);
      for (const location of [0, 1]) {
        edge.useLocation(location);
        for (const [who, cache] of [
          ['a new viewer', undefined],
          ['a browser with a new version', browser],
        ] as const) {
          const version = cache ? `?v=end-${seed}` : '';
          const { hops, body } = await browse(`${edge.address}/${name}${version}`, cache ? { cache } : {});
          const status = hops.at(-1)?.status;
          const isRight = present === undefined ? status === 404 : status === 200 && originalOf(body) === present;
          if (!isRight) faults.push(`${who} at ${location} gets ${name}: ${status}, of ${originalOf(body)}`);
        }
      }
    }
  }
}
