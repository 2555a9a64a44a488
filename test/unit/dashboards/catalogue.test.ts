import { describe, expect, it } from 'vitest';
import { conditionsOf } from '../../../dashboards/alarm.ts';
import { alarmsFor } from '../../../dashboards/alarms.ts';
import { catalogue, type MetricName, metricNames } from '../../../dashboards/metrics/catalogue.ts';
import { isFormula, metricsOf, type Series, type Value } from '../../../dashboards/metrics/series.ts';
import { pagesFor } from '../../../dashboards/pages.ts';
import { renderMetric } from '../../../dashboards/render/render-metric.ts';
import type { Settings } from '../../../dashboards/settings.ts';
import { canaryMetrics, counters, logCounters, measures, presetCounter, purgeMetrics } from '../../../src/metrics.ts';
import { bare, place, shipped } from './shipped.ts';

function watched(settings: Settings): Value[] {
  const inAlarms = [...alarmsFor(settings).values()].flatMap(conditionsOf).map(({ value }) => value);
  const onPages = pagesFor(settings)
    .flatMap(({ rows }) => rows)
    .flatMap(({ panels }) => panels)
    .flatMap((panel) => ('lines' in panel ? panel.lines : []))
    .map(({ value }) => value);
  return [...inAlarms, ...onPages];
}

const names = (settings: Settings): Set<MetricName> => new Set(watched(settings).flatMap(metricsOf));
const series = watched(shipped).flatMap((value): Series[] => (isFormula(value) ? Object.values(value.of) : [value]));

describe('the catalogue of metrics', () => {
  it('has nothing that nobody watches', () => {
    const seen = names(shipped);
    expect(metricNames.filter((name) => !seen.has(name))).toEqual([]);
  });

  it('has everything that the Lambdas emit, under the same name and in the same unit', () => {
    const emitted = Object.entries({
      ...counters,
      ...measures,
      ...purgeMetrics,
      [presetCounter.name]: presetCounter,
    });
    for (const [name, { unit }] of emitted) expect(catalogue[name as MetricName]).toMatchObject({ name, unit });
    const own = metricNames.filter((name) => !name.includes('.'));
    const others = [...Object.keys(canaryMetrics), ...Object.keys(logCounters)];
    expect(own.sort()).toEqual([...emitted.map(([name]) => name), ...others].sort());
  });

  it('is asked only for statistics that mean something', () => {
    for (const { metric, statistic } of series) {
      const kind = statistic.startsWith('p') ? 'Percentile' : statistic;
      expect(catalogue[metric].statistics, metric).toContain(kind);
    }
  });

  it('asks CloudFront with both dimensions, without which it has no data', () => {
    for (const one of series.filter(({ metric }) => metric.startsWith('CloudFront.'))) {
      const { namespace, dimensions } = renderMetric(one, place);
      expect(namespace).toBe('AWS/CloudFront');
      expect(dimensions).toMatchObject({ Region: 'Global' });
      expect(Object.keys(dimensions)).toHaveLength(2);
    }
  });

  it('gives each metric one place: no two names are the same metric', () => {
    const rendered = metricNames.map((metric) => JSON.stringify(renderMetric({ metric, statistic: 'Sum' }, place)));
    expect(new Set(rendered).size).toBe(rendered.length);
  });

  it('is not asked for what an environment does not have', () => {
    const seen = names(bare);
    const absent = [
      'EdgeRedirects',
      'EdgeReturns',
      'CanaryFailures',
      'CanaryMs',
      'Purge.Age',
      'Invalidations',
    ] as const;
    for (const name of absent) {
      expect(seen.has(name), name).toBe(false);
    }
  });
});
