/** Many viewers of one image that was never viewed before, at many edge locations, simulated millisecond by millisecond. */
import type { Capacity } from '../../src/config.ts';
import { createRandom } from './random.ts';

export interface Crowd {
  /** Arrive evenly over all edge locations. */
  readonly viewsPerSecond: number;
  readonly seconds: number;
  readonly edgeLocations: number;
  readonly capacity: Capacity;
  /** Of a resize in a warm environment. Each takes from four fifths to six fifths of it. */
  readonly lambdaMilliseconds: number;
  /** From the edge to the origin and back. */
  readonly originMilliseconds: number;
  /** From the viewer to the edge and back. */
  readonly viewerMilliseconds: number;
  /** How long the Lambda takes to find and send a derivative that exists. */
  readonly existingMilliseconds: number;
  /** How long CloudFront keeps the API's 503, which it does although it is `no-store`. */
  readonly errorSeconds: number;
}

export interface CrowdResult {
  readonly viewers: number;
  /** Calls that the API accepted. */
  readonly lambdaCalls: number;
  readonly mostLambdasAtOnce: number;
  /** Calls that generated the derivative. */
  readonly resizes: number;
  /** Conditional puts that lost (412): the viewer gets the bytes in hand. */
  readonly lostPuts: number;
  /** What viewers got in the end. */
  readonly outcomes: {
    /** 200 from CloudFront or the website, some after 307 and 301. */
    readonly image: number;
    /** 200 with the bytes from the API, `no-store`. */
    readonly imageFromApi: number;
    /** 429: over `apiRate` and `apiBurst`. */
    readonly throttled: number;
    /** 503: over `reservedConcurrency`, or kept by CloudFront. */
    readonly unavailable: number;
  };
  /** When the first edge location held the image. */
  readonly heldAfterMilliseconds: number;
}

interface EdgeLocation {
  holdsImage: boolean;
  /** Those who wait for the answer to a request that is under way ("Simultaneous requests for the same object"). */
  imageWaiters: (() => void)[] | undefined;
  resizeWaiters: (() => void)[] | undefined;
  errorUntil: number;
}

/**
 * The rules of the service: the website's 307 is shared by those who wait for it and kept by nobody. Answers of the API are
 * `no-store`, so those who wait for one then ask themselves. Every put has `If-None-Match: *`.
 */
export function simulateCrowd(crowd: Crowd, seed = 1): CrowdResult {
  const { capacity, edgeLocations } = crowd;
  const random = createRandom(seed);
  const clock = createVirtualClock();
  const outcomes = { image: 0, imageFromApi: 0, throttled: 0, unavailable: 0 };
  const edges = Array.from(
    { length: edgeLocations },
    (): EdgeLocation => ({ holdsImage: false, imageWaiters: undefined, resizeWaiters: undefined, errorUntil: 0 }),
  );
  let [viewers, lambdaCalls, running, mostLambdasAtOnce, resizes, lostPuts] = [0, 0, 0, 0, 0, 0];
  let stored = false;
  let heldAfterMilliseconds = Number.POSITIVE_INFINITY;
  let tokens: number = capacity.apiBurst;
  let refilledAt = 0;

  function view(edge: EdgeLocation): void {
    if (edge.holdsImage) {
      outcomes.image += 1;
      return;
    }
    const follow = () => (edge.holdsImage ? view(edge) : clock.after(crowd.viewerMilliseconds, () => resize(edge)));
    if (edge.imageWaiters) {
      edge.imageWaiters.push(follow);
      return;
    }
    edge.imageWaiters = [follow];
    clock.after(crowd.originMilliseconds, () => {
      if (stored && !edge.holdsImage) {
        edge.holdsImage = true;
        heldAfterMilliseconds = Math.min(heldAfterMilliseconds, clock.now());
      }
      const waiters = edge.imageWaiters ?? [];
      edge.imageWaiters = undefined;
      for (const waiter of waiters) waiter();
    });
  }

  function resize(edge: EdgeLocation): void {
    if (clock.now() < edge.errorUntil) {
      outcomes.unavailable += 1;
      return;
    }
    if (edge.resizeWaiters) {
      edge.resizeWaiters.push(() => callApi(edge, () => {}));
      return;
    }
    edge.resizeWaiters = [];
    callApi(edge, () => {
      const waiters = edge.resizeWaiters ?? [];
      edge.resizeWaiters = undefined;
      for (const waiter of waiters) waiter();
    });
  }

  function callApi(edge: EdgeLocation, answered: () => void): void {
    const end = (outcome: keyof typeof outcomes) => {
      outcomes[outcome] += 1;
      answered();
    };
    tokens = Math.min(capacity.apiBurst, tokens + ((clock.now() - refilledAt) / 1000) * capacity.apiRate);
    refilledAt = clock.now();
    if (tokens < 1) {
      clock.after(crowd.originMilliseconds, () => end('throttled'));
      return;
    }
    tokens -= 1;
    if (running >= capacity.reservedConcurrency) {
      edge.errorUntil = clock.now() + crowd.errorSeconds * 1000;
      clock.after(crowd.originMilliseconds, () => end('unavailable'));
      return;
    }
    lambdaCalls += 1;
    running += 1;
    mostLambdasAtOnce = Math.max(mostLambdasAtOnce, running);
    const found = stored;
    const takes = found ? crowd.existingMilliseconds : crowd.lambdaMilliseconds * (0.8 + 0.4 * random.next());
    clock.after(takes, () => {
      running -= 1;
      if (found) return clock.after(crowd.originMilliseconds, () => end('imageFromApi'));
      resizes += 1;
      const won = !stored;
      stored = true;
      if (!won) lostPuts += 1;
      clock.after(crowd.originMilliseconds, () => {
        if (!won) return end('imageFromApi');
        answered();
        clock.after(crowd.viewerMilliseconds, () => view(edge));
      });
    });
  }

  const perMillisecond = crowd.viewsPerSecond / 1000;
  for (
    let at = random.exponential(perMillisecond);
    at < crowd.seconds * 1000;
    at += random.exponential(perMillisecond)
  ) {
    const edge = edges[Math.floor(random.next() * edgeLocations)];
    viewers += 1;
    if (edge) clock.after(at, () => view(edge));
  }
  clock.run();
  return { viewers, lambdaCalls, mostLambdasAtOnce, resizes, lostPuts, outcomes, heldAfterMilliseconds };
}

/** Runs what is due in whole milliseconds, in order. */
function createVirtualClock() {
  const due = new Map<number, (() => void)[]>();
  let [time, last] = [0, 0];
  return {
    now: () => time,
    after(milliseconds: number, run: () => void): void {
      const at = time + Math.max(1, Math.round(milliseconds));
      last = Math.max(last, at);
      const others = due.get(at);
      if (others) others.push(run);
      else due.set(at, [run]);
    },
    run(): void {
      for (; time <= last; time += 1) {
        for (const run of due.get(time) ?? []) run();
        due.delete(time);
      }
    },
  };
}
