import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clients, takesOf } from '../../../loadtest/lib/clients.ts';
import { drawEvenly, mixedDraws, predictHits, zipf } from '../../../loadtest/lib/draw.ts';
import { expectedViewsOf, originalsFor, pairAt } from '../../../loadtest/lib/expected-views.ts';
import { invalidOriginals, invalidRequests, oddNames } from '../../../loadtest/lib/invalid-requests.ts';
import { arrivals, loadOf, secondsOf, throttledOf, usersFor, viewsOf } from '../../../loadtest/lib/load.ts';
import { makePlan, type PlanOptions } from '../../../loadtest/run/make-plan.ts';
import { oddKeyEvery, scenarioNames, scenarios } from '../../../loadtest/scenario-table.ts';
import { workloadNames } from '../../../loadtest/workloads.ts';
import { config } from '../../../src/config.ts';
import { parseImagePath } from '../../../src/core/image-path.ts';
import { allowedPresets } from '../../../src/core/presets.ts';

const { staging } = config.capacity;

describe('loadOf()', () => {
  it('gives every scenario under every workload views, users and an end', () => {
    for (const scenario of scenarioNames) {
      for (const workload of workloadNames) {
        for (const isLoopback of [true, false]) {
          const load = loadOf(scenario, workload, staging, isLoopback);
          const about = `${scenario} ${workload} ${isLoopback}`;
          expect(viewsOf(load), about).toBeGreaterThan(0);
          expect(secondsOf(load), about).toBeLessThanOrEqual(1800);
          expect(usersFor(load, scenarios[scenario]), about).toBeGreaterThan(1);
        }
      }
    }
  });

  it('grows with the capacity on AWS and stays small on this machine', () => {
    const twice = { ...staging, apiRate: 2 * staging.apiRate };
    const views = (capacity: typeof staging | typeof twice, isLoopback: boolean) =>
      viewsOf(loadOf('cold-miss', 'average', capacity, isLoopback));
    expect(views(twice, false)).toBe(2 * views(staging, false));
    expect(views(twice, true)).toBe(views(staging, true));
    expect(views(staging, true)).toBeLessThan(200);
  });

  it('lets a spike of viewers go over what the API lets through at once, and an average herd stay under it', () => {
    const viewers = (workload: 'spike' | 'average') => {
      const load = loadOf('herd', workload, staging, false);
      return load.kind === 'herd' ? load.viewers : 0;
    };
    expect(viewers('spike')).toBeGreaterThan(staging.apiBurst);
    expect(viewers('average')).toBeLessThan(staging.apiBurst);
  });
});

describe('arrivals()', () => {
  it('rise evenly between two rates', () => {
    const load = { kind: 'arrivals', fromPerMinute: 60, steps: [{ seconds: 4, perMinute: 300 }] } as const;
    expect(arrivals(load)).toEqual([1.5, 2.5, 3.5, 4.5]);
    expect(viewsOf(load)).toBe(12);
  });

  it('come all at once in a herd', () => {
    expect(arrivals({ kind: 'herd', viewers: 5, rounds: 2, secondsApart: 3 })).toEqual([5, 0, 0, 5, 0, 0]);
  });
});

describe('throttledOf()', () => {
  const capacity = { ...staging, apiRate: 20, apiBurst: 50 };
  it.each([
    ['nobody at the rate', new Array<number>(60).fill(20), 0],
    ['nobody in a burst', [50, 0, 0], 0],
    ['what is over a burst', [75], 25],
    ['what is over the rate, once the burst is used up', new Array<number>(10).fill(40), 170],
  ])('counts %s', (_, calls, expected) => expect(throttledOf(calls, capacity)).toBe(expected));

  it('never lets more through than burst and rate give', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 60 }), (calls) => {
        const sum = calls.reduce((a, b) => a + b, 0);
        const most = capacity.apiBurst + capacity.apiRate * Math.max(0, calls.length - 1);
        expect(sum - throttledOf(calls, capacity)).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('says that no workload but stress and spike goes over the capacity on AWS', () => {
    for (const workload of ['smoke', 'average', 'soak'] as const) {
      for (const scenario of scenarioNames) {
        const load = loadOf(scenario, workload, staging, false);
        const { catalogue, apiCalls } = scenarios[scenario];
        const calls = catalogue > 0 ? [] : arrivals(load).map((views) => views * apiCalls);
        expect(throttledOf(calls, staging), `${scenario} ${workload}`).toBe(0);
      }
    }
    const stress = arrivals(loadOf('cold-miss', 'stress', staging, false));
    expect(throttledOf(stress, staging)).toBeGreaterThan(0);
  });
});

const corpus = (['jpeg', 'png', 'webp'] as const).map((type, n) => ({
  type,
  width: 900 + n,
  height: 600,
  bytes: new Uint8Array(100 + n),
  extension: `.${type}`,
}));
const options: Omit<PlanOptions, 'scenario'> = {
  runId: '20260101-000000-abcd',
  workload: 'smoke',
  seed: 1,
  imageUrl: 'https://img.example.com',
  apiUrl: 'https://api.example.com/resize',
  isLoopback: true,
  capacity: config.capacity.staging,
  corpus,
};

describe('makePlan()', () => {
  for (const scenario of scenarioNames) {
    it(`seeds every original that ${scenario} looks at, each once and below the prefix of the run`, () => {
      const { plan, seeds } = makePlan({ ...options, scenario });
      const keys = seeds.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
      for (const key of keys) expect(key.startsWith(`${plan.prefix}/`), key).toBe(true);
      for (const { key } of [...plan.originals.sound, ...plan.originals.oddKeys]) expect(keys).toContain(key);
    });
  }

  it('never asks for a cold image twice', () => {
    const { plan } = makePlan({ ...options, scenario: 'cold-miss', workload: 'stress' });
    const expectedViewAt = expectedViewsOf(plan.originals.sound, config, options.imageUrl);
    const urls = Array.from({ length: viewsOf(plan.load) }, (_, n) => expectedViewAt(n).url);
    expect(new Set(urls).size).toBe(urls.length);
  });

  it('knows of each original what its image is', () => {
    const { plan, seeds } = makePlan({ ...options, scenario: 'cold-miss' });
    for (const { key, type, width, height } of plan.originals.sound) {
      const from = seeds.find((seed) => seed.key === key)?.from;
      const image = from && 'image' in from ? corpus[from.image] : undefined;
      expect({ type, width, height }).toEqual({ type: image?.type, width: image?.width, height: image?.height });
    }
  });

  it('gives invalid requests all the files that they name, and every request and name its turn', () => {
    const { plan, seeds } = makePlan({ ...options, scenario: 'invalid' });
    const keys = seeds.map(({ key }) => key);
    for (const name of Object.values(invalidOriginals)) expect(keys).toContain(`${plan.prefix}/${name}`);
    const views = viewsOf(plan.load);
    expect(views - Math.ceil(views / oddKeyEvery)).toBeGreaterThanOrEqual(invalidRequests('', config, options).length);
    for (const name of oddNames)
      expect(
        keys.some((key) => key.endsWith(`/${name}`)),
        name,
      ).toBe(true);
  });

  it('replaces each original by another image', () => {
    const { plan, seeds, replacements } = makePlan({ ...options, scenario: 'replaced' });
    // The rule of the purge leaves out what is below loadtest/seed/.
    expect(plan.prefix).toMatch(/^loadtest\/replaced\//);
    expect(seeds).toHaveLength(viewsOf(plan.load));
    expect(replacements.map(({ key }) => key)).toEqual(seeds.map(({ key }) => key));
    for (const [n, seed] of seeds.entries()) {
      expect(replacements[n]?.from).not.toEqual(seed.from);
      expect(plan.originals.replacements[n]?.width).not.toBe(plan.originals.sound[n]?.width);
    }
  });

  it('predicts hits where images are drawn again, and nowhere else', () => {
    for (const scenario of scenarioNames) {
      const { predictedHits } = makePlan({ ...options, scenario }).plan;
      if (scenario === 'mixed' || scenario === 'soak') expect(predictedHits?.all).toBeGreaterThan(0.3);
      else expect(predictedHits).toBeUndefined();
    }
  });

  it('expects 429 above the capacity, and none below', () => {
    const small = { apiRate: 1, apiBurst: 2, reservedConcurrency: 4 };
    expect(makePlan({ ...options, scenario: 'cold-miss' }).plan.throttled).toBe(0);
    expect(makePlan({ ...options, scenario: 'cold-miss', capacity: small }).plan.throttled).toBeGreaterThan(0);
  });
});

const allowed = allowedPresets(config.presets);
const base = 'https://img.example.com';

describe('pairAt()', () => {
  it('gives each pair of original and preset once before any comes again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 30 }), (originals, presets) => {
        const pairs = Array.from({ length: originals * presets }, (_, n) => pairAt(n, originals, presets));
        expect(new Set(pairs.map(({ original, preset }) => `${original} ${preset}`)).size).toBe(originals * presets);
        for (const { original, preset } of pairs) {
          expect(original < originals && preset < presets).toBe(true);
        }
      }),
    );
  });
});

describe('originalsFor()', () => {
  it('is enough for so many different images', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 20 }), (views, atLeast) => {
        const originals = originalsFor(views, allowed.size, atLeast);
        expect(originals * allowed.size).toBeGreaterThanOrEqual(views);
        expect(originals).toBeGreaterThanOrEqual(atLeast);
      }),
    );
  });
});

describe('expectedViewsOf()', () => {
  const originals = ['a.jpg', 'b c+d&é.png'].map((key) => ({ key, type: 'jpeg', width: 900, height: 600 }) as const);
  const expectedViewAt = expectedViewsOf(originals, config, base);

  it('asks by URLs whose path the service reads back', () => {
    for (let n = 0; n < originals.length * allowed.size; n += 1) {
      const { url, path, preset } = expectedViewAt(n);
      expect(url).toBe(`${base}/${path}`);
      const parsed = parseImagePath(decodeURIComponent(path), allowed);
      expect(parsed.preset.name).toBe(preset);
      expect(originals.map(({ key }) => key)).toContain(parsed.key);
    }
  });
});

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('drawEvenly()', () => {
  it('gives the same draw for the same seed and number, and others for others', () => {
    expect(drawEvenly(7, 3)).toBe(drawEvenly(7, 3));
    expect(new Set(numbers(1000).map((n) => drawEvenly(7, n))).size).toBeGreaterThan(995);
    expect(drawEvenly(7, 3)).not.toBe(drawEvenly(8, 3));
  });

  it('stays from 0 up to 1 for any seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(), (seed, number) => {
        const draw = drawEvenly(seed, number);
        expect(draw >= 0 && draw < 1).toBe(true);
      }),
    );
  });
});

describe('zipf()', () => {
  it('draws every rank that there is and no other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (size, even) => {
          const rank = zipf(size)(even);
          expect(Number.isInteger(rank) && rank >= 0 && rank < size).toBe(true);
        },
      ),
    );
    expect(zipf(50)(0)).toBe(0);
    expect(zipf(50)(1 - 2 ** -32)).toBe(49);
  });
});

describe('mixedDraws()', () => {
  it('draws images of the catalogue, and now and then an invalid request', () => {
    const draw = mixedDraws(1, 30);
    const drawn = Array.from({ length: 400 }, (_, view) => draw(view));
    const invalid = drawn.flatMap((one) => ('invalid' in one ? [one.invalid] : []));
    expect(invalid).toEqual(Array.from({ length: 20 }, (_, n) => n));
    for (const one of drawn) if ('image' in one) expect(one.image).toBeLessThan(30);
  });

  it('predicts the hits of a cache that keeps everything', () => {
    const [seed, catalogue, views] = [5, 40, 300];
    const draw = mixedDraws(seed, catalogue);
    const drawn = Array.from({ length: views }, (_, view) => draw(view)).flatMap((one) =>
      'image' in one ? [one] : [],
    );
    const rateOf = (keys: readonly string[]) => 1 - new Set(keys).size / keys.length;
    const byImage = predictHits(draw, views, String);
    expect(byImage.all).toBeCloseTo(rateOf(drawn.map(({ image }) => String(image))), 10);
    // Each format of an image is an entry of its own, whatever the string that asks for it.
    const byFormat = predictHits(draw, views, (image, takes) => `${image} ${takes}`);
    expect(byFormat.all).toBeLessThan(byImage.all);
    for (const takes of takesOf) {
      const theirs = drawn.filter(({ client }) => client.takes === takes);
      expect(byFormat[takes]).toBeCloseTo(rateOf(theirs.map(({ image }) => String(image))), 10);
    }
  });

  it('draws every client, of 30 with an Accept of their own', () => {
    const draw = mixedDraws(1, 30);
    const drawn = Array.from({ length: 1_000 }, (_, view) => draw(view));
    expect(new Set(drawn.flatMap((one) => ('client' in one ? [one.client.accept] : []))).size).toBe(30);
    expect(clients).toHaveLength(30);
  });
});
