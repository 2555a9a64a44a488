/** No panel and no alarm gets a value that cannot be, whatever happens, and however late or incomplete its sources are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionsOf } from '../../../dashboards/alarm.ts';
import { alarmsFor } from '../../../dashboards/alarms.ts';
import { catalogue, type MetricName, metricNames } from '../../../dashboards/metrics/catalogue.ts';
import { isFormula, type Value } from '../../../dashboards/metrics/series.ts';
import type { Axis } from '../../../dashboards/page.ts';
import { pagesFor } from '../../../dashboards/pages.ts';
import { coldRate, hitRate, imageCount, refetchRate } from '../../../dashboards/rates.ts';
import type { Settings } from '../../../dashboards/settings.ts';
import type { ApiOn } from '../../../src/config.ts';
import { valueOfMinute } from './evaluate-value.ts';
import { ownHost, shipped } from './shipped.ts';
import { healthy, imagesOf, metricsOf, type Traffic } from './traffic.ts';

interface Shown {
  readonly name: string;
  readonly value: Value;
  readonly axis: Axis;
}

const uncounted = (settings: Settings): Settings => ({
  ...settings,
  config: { ...settings.config, countEdgeRedirects: false },
});
const choices = [shipped, ownHost, uncounted(shipped), uncounted(ownHost)].map((settings) => ({
  apiOn: settings.apiOn,
  shown: shownBy(settings),
}));

/** Calculated lines; a metric alone is as AWS sends it. Alarms compare rates in percent, but for counts and dollars. */
function shownBy(settings: Settings): Shown[] {
  const lines = pagesFor(settings)
    .flatMap(({ rows }) => rows.flatMap(({ panels }) => panels))
    .flatMap((panel) =>
      'lines' in panel
        ? panel.lines.map(({ label, value }) => ({ name: `${panel.title}: ${label}`, value, axis: panel.axis }))
        : [],
    );
  const inAlarms = [...alarmsFor(settings)].flatMap(([name, alarm]) =>
    conditionsOf(alarm).map(({ value }) => ({
      name,
      value,
      axis: /^(?:cost-runaway|cold-latency|metrics-rejected|purge-.*)$/.test(name)
        ? ('count' as const)
        : ('%' as const),
    })),
  );
  return [...lines, ...inAlarms].filter(({ value }) => isFormula(value));
}

type Metrics = Partial<Record<MetricName, number>>;

function outOfRange(shown: readonly Shown[], metrics: Metrics): string[] {
  return shown.flatMap(({ name, value, axis }) => {
    const number = valueOfMinute(value, metrics);
    // Percentages of floating-point numbers may be off by their last digit.
    const most = axis === '%' ? 100 + 1e-9 : Number.MAX_VALUE;
    return number === undefined || (number >= 0 && number <= most) ? [] : [`${name}: ${number}`];
  });
}

const count = fc.oneof(fc.nat(5), fc.nat(100), fc.nat(20_000));
const counts = Object.fromEntries((Object.keys(healthy) as (keyof Traffic)[]).map((kind) => [kind, count])) as Record<
  keyof Traffic,
  typeof count
>;
/** Views, loops, direct callers, scanners and faults, in any numbers. */
const traffic: fc.Arbitrary<Traffic> = fc.record(counts);

const minutes = 5;
/** Of a period of five minutes, how many each source has not sent yet; all: the source is missing. */
const lateness = fc.dictionary(fc.constantFrom(...metricNames.map((name) => catalogue[name].about)), fc.nat(minutes));

/** A period as CloudWatch has it: sums and averages of the minutes that have arrived. */
function periodOf(traffics: readonly Traffic[], apiOn: ApiOn, late: Readonly<Record<string, number>>): Metrics {
  const each = traffics.map((one) => metricsOf(one, apiOn));
  return Object.fromEntries(
    metricNames.flatMap((name) => {
      const { about, unit } = catalogue[name];
      const arrived = each.slice(0, traffics.length - (late[about] ?? 0)).flatMap((metrics) => metrics[name] ?? []);
      if (arrived.length === 0) return [];
      const sum = arrived.reduce((total, value) => total + value, 0);
      return [[name, unit === 'Percent' ? sum / arrived.length : sum]];
    }),
  );
}

describe('every calculated value is in its range', () => {
  it('of synthetic traffic, with sources that are late or missing', () => {
    const periods = fc.array(traffic, { minLength: minutes, maxLength: minutes });
    fc.assert(
      fc.property(periods, lateness, (traffics, late) => {
        for (const { apiOn, shown } of choices) expect(outOfRange(shown, periodOf(traffics, apiOn, late))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('of sources that contradict each other', () => {
    const metrics = fc.record(
      Object.fromEntries(
        metricNames.map((name) => [
          name,
          catalogue[name].unit === 'Percent' ? fc.double({ min: 0, max: 100, noNaN: true }) : count,
        ]),
      ) as Record<MetricName, fc.Arbitrary<number>>,
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(metrics, (some) => {
        for (const { shown } of choices) expect(outOfRange(shown, some)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

it.each([
  ['image-host', shipped],
  ['own-host', ownHost],
] as const)('on %s the rates are true of all traffic that its sources can tell apart', (apiOn, settings) => {
  // A path that the edge function refuses and a redirect to https at once, or a call that never ends, cannot be.
  const clear = fc.record({
    ...counts,
    ...Object.fromEntries(
      (
        [
          'looped',
          'lost',
          'crashed',
          'throttledByLambda',
          'fallbacks',
          'keptFallbacks',
          'mismatched',
          'failed',
        ] as const
      ).map((kind) => [kind, fc.constant(0)]),
    ),
  }) as fc.Arbitrary<Traffic>;
  fc.assert(
    fc.property(clear, (one) => {
      const images = imagesOf(one);
      fc.pre(images > 0);
      const metrics = metricsOf(one, apiOn);
      const rate = (value: Value) => valueOfMinute(value, metrics) ?? Number.NaN;
      expect(rate(imageCount(settings))).toBeCloseTo(images, 5);
      expect(rate(hitRate(settings))).toBeCloseTo((100 * one.hits) / images, 5);
      expect(rate(coldRate(settings))).toBeCloseTo((100 * one.made) / images, 5);
      expect(rate(refetchRate(settings))).toBeCloseTo((100 * one.refetched) / images, 5);
    }),
  );
});
