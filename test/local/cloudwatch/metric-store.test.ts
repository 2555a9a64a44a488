import { describe, expect, it } from 'vitest';
import { createMetricStore, type Sample } from '../../../local/aws/cloudwatch/metrics/metric-store.ts';

const noon = 1_700_000_000 - (1_700_000_000 % 86_400) + 43_200;
const calls = { namespace: 'N', name: 'Calls', dimensions: { stage: 'test', service: 'a' } };

function storeOf(...samples: readonly Omit<Sample, 'namespace' | 'name' | 'dimensions'>[]) {
  const store = createMetricStore();
  for (const sample of samples) store.put({ ...calls, ...sample });
  const read = (statistic: string, periodSeconds = 60, minutes = 10, nowSeconds = noon + 86_400) =>
    Object.fromEntries(
      [
        ...store.read({
          ...calls,
          statistic,
          startSeconds: noon,
          endSeconds: noon + minutes * 60,
          periodSeconds,
          nowSeconds,
        }),
      ].map(([at, value]) => [(at - noon) / 60, value]),
    );
  return { store, read };
}

describe('createMetricStore()', () => {
  it('gives one point for each period that has samples, whatever order they came in', () => {
    const { read } = storeOf(
      { atSeconds: noon + 130, value: 4 },
      { atSeconds: noon + 10, value: 1 },
      { atSeconds: noon + 59.9, value: 2 },
      { atSeconds: noon + 610, value: 100 },
      { atSeconds: noon - 1, value: 100 },
    );
    expect(read('Sum')).toEqual({ 0: 3, 2: 4 });
    expect(read('Sum', 120)).toEqual({ 0: 3, 2: 4 });
    expect(read('Sum', 300)).toEqual({ 0: 7 });
  });

  it.each([
    ['Sum', 10],
    ['Average', 2.5],
    ['Minimum', 1],
    ['Maximum', 4],
    ['SampleCount', 4],
    ['p0', 1],
    ['p50', 2.5],
    ['p100', 4],
  ])('knows the statistic %s, also over minutes', (statistic, value) => {
    const samples = [4, 1, 3, 2].map((one, index) => ({ atSeconds: noon + index * 60, value: one }));
    expect(storeOf(...samples).read(statistic, 600)).toEqual({ 0: value });
  });

  it('refuses a statistic or a period that it does not know', () => {
    const { read } = storeOf({ atSeconds: noon, value: 1 });
    expect(() => read('TM(10%:90%)')).toThrow('The statistic "TM(10%:90%)" is not supported');
    expect(() => read('Sum', 10)).toThrow('The period is 10 seconds: expected whole minutes');
  });

  it('shows of a minute what is visible by then', () => {
    const { read } = storeOf(
      { atSeconds: noon, value: 1, visibleAtSeconds: noon + 120 },
      { atSeconds: noon + 1, value: 10, visibleAtSeconds: noon + 180 },
    );
    expect(read('Sum', 60, 10, noon + 119)).toEqual({});
    expect(read('Sum', 60, 10, noon + 120)).toEqual({ 0: 1 });
    expect(read('Sum', 60, 10, noon + 180)).toEqual({ 0: 11 });
  });

  it('takes exactly the dimensions for the metric, in whatever order', () => {
    const { store } = storeOf({ atSeconds: noon, value: 1 });
    const range = { startSeconds: noon, endSeconds: noon + 60, periodSeconds: 60, nowSeconds: noon + 60 };
    const sum = (dimensions: Record<string, string>) => [
      ...store.read({ ...calls, dimensions, ...range, statistic: 'Sum' }).values(),
    ];
    expect(sum({ service: 'a', stage: 'test' })).toEqual([1]);
    expect(sum({ stage: 'test' })).toEqual([]);
    expect(sum({ stage: 'test', service: 'a', preset: 'b' })).toEqual([]);
    expect(store.metrics()).toEqual([calls]);
  });

  it('keeps percentiles true of a minute with more values than it keeps', () => {
    const many = 10_000;
    const values = [...Array(many).keys()];
    const { read } = storeOf(...values.map((value) => ({ atSeconds: noon, value: (value * 7919) % many })));
    expect(read('SampleCount')).toEqual({ 0: many });
    expect(read('Sum')).toEqual({ 0: (many * (many - 1)) / 2 });
    expect(Math.abs((read('p95')[0] ?? 0) - 0.95 * many)).toBeLessThan(0.02 * many);
  });

  it('forgets the oldest minutes, and only once there are many', () => {
    const minutes = 25_000;
    const { store } = storeOf(...[...Array(minutes).keys()].map((at) => ({ atSeconds: noon + at * 60, value: 1 })));
    const sum = store.read({
      ...calls,
      statistic: 'Sum',
      startSeconds: noon,
      endSeconds: noon + minutes * 60,
      periodSeconds: minutes * 60,
      nowSeconds: noon + minutes * 60,
    });
    const [kept = 0] = sum.values();
    expect(kept).toBeGreaterThanOrEqual(15 * 24 * 60);
    expect(kept).toBeLessThan(minutes);
  });
});
