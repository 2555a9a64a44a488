/** Which part of the views each cache answers, simulated on a virtual clock in seconds. */
import { createRandom, type Random } from './random.ts';

export interface Workload {
  readonly viewsPerSecond: number;
  /** Derivatives that are viewed: images times presets. The one of rank r has a share of the views in proportion to r^-zipf. */
  readonly derivatives: number;
  readonly zipf: number;
  /** How long an image is viewed, on average, before another one takes its rank: all of its copies are then of no use. */
  readonly imageDays: number;
}

export interface Caches {
  /** Edge locations with an equal share of the viewers, each behind one of the regional caches. */
  readonly edgeLocations: number;
  readonly regionalCaches: number;
  /** How long a copy is fresh: since S3 sent it, whatever caches it went through. */
  readonly freshSeconds: number;
  /**
   * An edge location drops a copy that nobody asked for in this time. That is how a cache of limited size that drops the
   * least recently used behaves (Che, Tung, Wang, 2002). Regional caches are larger: they keep a copy while it is fresh.
   */
  readonly edgeIdleSeconds: number;
  /** The first regional cache is Origin Shield: the others ask it instead of S3. */
  readonly originShield: boolean;
  /** The lifecycle rule of the derivatives. */
  readonly derivativeSeconds: number;
}

/** Who answered the views. All five together are the views. */
export interface Answers {
  readonly edge: number;
  readonly regional: number;
  readonly shield: number;
  /** S3 had the derivative. */
  readonly s3: number;
  /** S3 did not have it: the Lambda made it. */
  readonly cold: number;
}

export interface Simulated extends Answers {
  readonly views: number;
  /** Requests that are charged for Origin Shield: of the regional caches in other regions. */
  readonly shieldCharged: number;
}

const day = 24 * 60 * 60;
/** Each of these ranks is simulated. */
const everyRank = 64;
/** From there on, the last rank of a stratum is this many times its first. */
const stratumRatio = 1.3;
const ranksOfStratum = 30;

/**
 * Simulates some derivatives and extrapolates. Derivatives do not affect each other, since no cache is limited in size. So
 * a rank that is drawn from a stratum of ranks represents all of them, which have nearly the same rate; `sampled: false`
 * simulates all ranks. Views between two misses are counted and not played one by one.
 */
export function simulate(
  workload: Workload,
  caches: Caches,
  { seed = 1, sampled = true }: { readonly seed?: number; readonly sampled?: boolean } = {},
): Simulated {
  const random = createRandom(seed);
  const { derivatives, viewsPerSecond, zipf } = workload;
  const total = { edge: 0, regional: 0, shield: 0, s3: 0, cold: 0, shieldCharged: 0 };
  const unit = viewsPerSecond / zipfSum(derivatives, zipf);
  for (const { rank, weight } of ranks(derivatives, sampled)) {
    const one = simulateOne(unit * rank ** -zipf, workload.imageDays * day, caches, random);
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += weight * one[name];
  }
  const { shieldCharged, ...answers } = total;
  const views = Object.values(answers).reduce((sum, count) => sum + count, 0);
  const share = (count: number) => count / views;
  return {
    views: views / caches.derivativeSeconds,
    edge: share(answers.edge),
    regional: share(answers.regional),
    shield: share(answers.shield),
    s3: share(answers.s3),
    cold: share(answers.cold),
    shieldCharged: share(shieldCharged),
  };
}

function ranks(derivatives: number, sampled: boolean): { readonly rank: number; readonly weight: number }[] {
  const chosen: { rank: number; weight: number }[] = [];
  const first = sampled ? Math.min(everyRank, derivatives) : derivatives;
  for (let rank = 1; rank <= first; rank += 1) chosen.push({ rank, weight: 1 });
  for (let from = first + 1; from <= derivatives; ) {
    const to = Math.min(derivatives, Math.ceil(from * stratumRatio));
    const size = to - from + 1;
    const count = Math.min(size, ranksOfStratum);
    for (let index = 0; index < count; index += 1) {
      chosen.push({ rank: from + Math.floor(((index + 0.5) * size) / count), weight: size / count });
    }
    from = to + 1;
  }
  return chosen;
}

/** The sum of r^-s for r from 1 to n: exactly for the first thousand, then by the integral. */
function zipfSum(n: number, s: number): number {
  const exact = Math.min(n, 1000);
  let sum = 0;
  for (let rank = 1; rank <= exact; rank += 1) sum += rank ** -s;
  const primitive = (x: number) => (s === 1 ? Math.log(x) : x ** (1 - s) / (1 - s));
  return sum + primitive(n + 0.5) - primitive(exact + 0.5);
}

/** Plays one derivative for two lifetimes from a random phase, and counts in the second one. */
function simulateOne(rate: number, imageSeconds: number, caches: Caches, random: Random) {
  const { edgeLocations, regionalCaches, freshSeconds, edgeIdleSeconds, originShield, derivativeSeconds } = caches;
  const count = { edge: 0, regional: 0, shield: 0, s3: 0, cold: 0, shieldCharged: 0 };
  const edgeRate = rate / edgeLocations;
  const start = -random.next() * derivativeSeconds;
  const nextMiss = Array.from({ length: edgeLocations }, () => start + random.exponential(edgeRate));
  const freshUntil: number[] = Array(regionalCaches).fill(start);
  let storedUntil = start;
  let replacedAt = start + random.exponential(1 / imageSeconds);

  for (;;) {
    const edge = indexOfLeast(nextMiss);
    const now = nextMiss[edge] ?? 0;
    if (now >= 2 * derivativeSeconds) return count;
    while (replacedAt <= now) replacedAt += random.exponential(1 / imageSeconds);
    const region = edge % regionalCaches;
    let copyUntil = freshUntil[region] ?? 0;
    let answeredBy: keyof Answers = 'regional';
    const asksShield = originShield && region !== 0 && copyUntil <= now;
    if (asksShield) {
      copyUntil = freshUntil[0] ?? 0;
      answeredBy = 'shield';
    }
    if (copyUntil <= now) {
      answeredBy = storedUntil > now ? 's3' : 'cold';
      if (answeredBy === 'cold') storedUntil = Math.min(now + derivativeSeconds, replacedAt);
      copyUntil = Math.min(now + freshSeconds, replacedAt);
      if (originShield) freshUntil[0] = copyUntil;
    }
    freshUntil[region] = copyUntil;
    const { at, hits } = untilNextMiss(edgeRate, now, copyUntil, edgeIdleSeconds, random);
    nextMiss[edge] = at;
    if (now < derivativeSeconds) continue;
    count[answeredBy] += 1;
    count.edge += hits;
    // The request that found nothing, and the one for the image after it.
    if (asksShield) count.shieldCharged += answeredBy === 'cold' ? 2 : 1;
  }
}

/** With so many views in the idle time it never ends: one gap in 20,000 would be long enough. */
const neverIdle = 10;

function untilNextMiss(rate: number, now: number, until: number, idle: number, random: Random) {
  if (rate * idle > neverIdle) return { at: until + random.exponential(rate), hits: rate * (until - now) };
  for (let [last, hits] = [now, 0]; ; hits += 1) {
    const at = last + random.exponential(rate);
    if (at - last > idle || at >= until) return { at, hits };
    last = at;
  }
}

function indexOfLeast(values: readonly number[]): number {
  let least = 0;
  for (let index = 1; index < values.length; index += 1) {
    if ((values[index] ?? 0) < (values[least] ?? 0)) least = index;
  }
  return least;
}
