import { expect, test } from 'vitest';
import { createRandom } from '../../../infra/scale/random.ts';
import { type Answers, type Caches, simulate, type Workload } from '../../../infra/scale/simulate.ts';

const workload: Workload = { viewsPerSecond: 40, derivatives: 1000, zipf: 0.8, imageDays: 0.01 };
const caches: Caches = {
  edgeLocations: 6,
  regionalCaches: 3,
  freshSeconds: 100,
  edgeIdleSeconds: 50,
  originShield: false,
  derivativeSeconds: 400,
};
const shares = ({ edge, regional, shield, s3, cold }: Answers) => [edge, regional, shield, s3, cold];

/** Plays every view by itself, over all derivatives, with the caches as maps. */
function playEveryView({ viewsPerSecond, derivatives, zipf, imageDays }: Workload, of: Caches): Answers {
  const random = createRandom(7);
  const sums: number[] = [];
  for (let rank = 1; rank <= derivatives; rank += 1) sums.push((sums.at(-1) ?? 0) + rank ** -zipf);
  const drawRank = () => {
    const at = random.next() * (sums.at(-1) ?? 0);
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  interface Copy {
    until: number;
    askedAt: number;
    version: number;
  }
  const newCaches = (count: number) => Array.from({ length: count }, () => new Map<number, Copy>());
  const edges = newCaches(of.edgeLocations);
  const regions = newCaches(of.regionalCaches);
  const [stored] = newCaches(1) as [Map<number, Copy>];
  const version = new Array<number>(derivatives).fill(0);
  // Otherwise those that are viewed most would all expire at the same times.
  for (let item = 0; item < derivatives; item += 1) {
    stored.set(item, { until: random.next() * of.derivativeSeconds, askedAt: 0, version: 0 });
  }
  const count = { edge: 0, regional: 0, shield: 0, s3: 0, cold: 0 };
  const imageRate = derivatives / (imageDays * 86_400);
  let replacedAt = random.exponential(imageRate);
  for (let now = 0; now < 3 * of.derivativeSeconds; now += random.exponential(viewsPerSecond)) {
    for (; replacedAt <= now; replacedAt += random.exponential(imageRate)) {
      const replaced = Math.floor(random.next() * derivatives);
      version[replaced] = (version[replaced] ?? 0) + 1;
    }
    const item = drawRank();
    const location = Math.floor(random.next() * of.edgeLocations);
    const has = (cache: Map<number, Copy>) => {
      const copy = cache.get(item);
      return copy && copy.until > now && copy.version === version[item] ? copy : undefined;
    };
    const [edge, region] = [edges[location], regions[location % of.regionalCaches]];
    const shield = of.originShield ? regions[0] : undefined;
    if (!edge || !region) throw new Error('no such location');
    const held = has(edge);
    let by: keyof Answers = 'edge';
    if (held && now - held.askedAt <= of.edgeIdleSeconds) {
      held.askedAt = now;
    } else {
      let copy = has(region);
      by = 'regional';
      if (!copy && shield && region !== shield) {
        copy = has(shield);
        by = 'shield';
      }
      if (!copy) {
        by = has(stored) ? 's3' : 'cold';
        const fresh = { askedAt: now, version: version[item] ?? 0 };
        if (by === 'cold') stored.set(item, { ...fresh, until: now + of.derivativeSeconds });
        copy = { ...fresh, until: now + of.freshSeconds };
        shield?.set(item, copy);
      }
      region.set(item, copy);
      edge.set(item, { ...copy, askedAt: now });
    }
    if (now >= of.derivativeSeconds) count[by] += 1;
  }
  const views = Object.values(count).reduce((sum, one) => sum + one, 0);
  for (const by of Object.keys(count) as (keyof Answers)[]) count[by] /= views;
  return count;
}

test.each([false, true])(
  'it agrees with playing every view of every derivative (Origin Shield: %s)',
  (originShield) => {
    const of = { ...caches, originShield };
    const full = shares(playEveryView(workload, of));
    for (const sampled of [true, false]) {
      const found = simulate(workload, of, { sampled });
      for (const [index, share] of shares(found).entries()) {
        expect(Math.abs(share - (full[index] ?? 0)), String(index)).toBeLessThan(0.01);
      }
    }
  },
);

test('every view is answered once, and there are as many as come', () => {
  const found = simulate(workload, { ...caches, originShield: true });
  expect(shares(found).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  expect(found.views / workload.viewsPerSecond).toBeGreaterThan(0.97);
  expect(found.views / workload.viewsPerSecond).toBeLessThan(1.03);
});

test('the same seed gives the same, another one something else', () => {
  expect(simulate(workload, caches, { seed: 3 })).toEqual(simulate(workload, caches, { seed: 3 }));
  expect(simulate(workload, caches, { seed: 4 })).not.toEqual(simulate(workload, caches, { seed: 3 }));
});

test('Origin Shield answers what other regions would read again, and each of their requests is charged', () => {
  const [without, found] = [false, true].map((originShield) => simulate(workload, { ...caches, originShield }));
  if (!without || !found) throw new Error('expected two');
  expect(without.shield + without.shieldCharged).toBe(0);
  expect(found.s3 + found.cold).toBeLessThan(0.75 * (without.s3 + without.cold));
  expect(found.shieldCharged).toBeGreaterThan(found.shield);
  expect(found.shieldCharged).toBeLessThanOrEqual(found.shield + found.s3 + 2 * found.cold);
});

test('a derivative that is viewed all the time is made once in its lifetime', () => {
  const of = { ...caches, derivativeSeconds: 50_000 };
  const { cold, views } = simulate({ ...workload, derivatives: 20, imageDays: 1e6 }, of);
  const made = cold * views * of.derivativeSeconds;
  expect(made).toBeGreaterThan(18);
  expect(made).toBeLessThan(21);
});
