import { describe, expect, it } from 'vitest';
import { expectedViewsOf } from '../../../loadtest/lib/expected-views.ts';
import { invalidOriginals, invalidRequests, oddNames } from '../../../loadtest/lib/invalid-requests.ts';
import { viewsOf } from '../../../loadtest/lib/load.ts';
import { makePlan, type PlanOptions } from '../../../loadtest/run/make-plan.ts';
import { oddKeyEvery, scenarioNames } from '../../../loadtest/scenario-table.ts';
import { config } from '../../../src/config.ts';

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
      for (const key of keys) expect(key.startsWith(`loadtest/${options.runId}/${scenario}/`), key).toBe(true);
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
    expect(views - Math.ceil(views / oddKeyEvery)).toBeGreaterThanOrEqual(invalidRequests('', config).length);
    for (const name of oddNames)
      expect(
        keys.some((key) => key.endsWith(`/${name}`)),
        name,
      ).toBe(true);
  });

  it('replaces each original by another image', () => {
    const { plan, seeds, replacements } = makePlan({ ...options, scenario: 'replaced' });
    expect(replacements.map(({ key }) => key)).toEqual(seeds.map(({ key }) => key));
    for (const [n, seed] of seeds.entries()) {
      expect(replacements[n]?.from).not.toEqual(seed.from);
      expect(plan.originals.replacements[n]?.width).not.toBe(plan.originals.sound[n]?.width);
    }
  });

  it('predicts hits where images are drawn again, and nowhere else', () => {
    for (const scenario of scenarioNames) {
      const { predictedHits } = makePlan({ ...options, scenario }).plan;
      if (scenario === 'mixed' || scenario === 'soak') expect(predictedHits).toBeGreaterThan(0.3);
      else expect(predictedHits).toBeUndefined();
    }
  });

  it('expects 429 above the capacity, and none below', () => {
    const small = { apiRate: 1, apiBurst: 2, reservedConcurrency: 4 };
    expect(makePlan({ ...options, scenario: 'cold-miss' }).plan.throttled).toBe(0);
    expect(makePlan({ ...options, scenario: 'cold-miss', capacity: small }).plan.throttled).toBeGreaterThan(0);
  });
});
