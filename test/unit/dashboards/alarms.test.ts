import { describe, expect, it } from 'vitest';
import { type AlarmName, alarmNames, conditionsOf, inWords, pageAlarm } from '../../../dashboards/alarm.ts';
import { alarmsFor } from '../../../dashboards/alarms.ts';
import { renderAlarm, renderPageAlarm } from '../../../dashboards/render/render-alarm.ts';
import type { Settings } from '../../../dashboards/settings.ts';
import type { ServiceConfig } from '../../../src/config.ts';
import { valueOfMinute } from './evaluate-value.ts';
import { bare, place, shipped } from './shipped.ts';

const alarms = alarmsFor(shipped);
const render = (settings: Settings = shipped) =>
  [...alarmsFor(settings)].map(([name, alarm]) => renderAlarm(name, alarm, settings, place));
const thresholds = (name: AlarmName, settings: Settings = shipped) => {
  const alarm = alarmsFor(settings).get(name);
  return alarm && conditionsOf(alarm).map(({ threshold }) => Number(threshold.toFixed(6)));
};

describe('the alarms', () => {
  it('are all there where everything is switched on, most urgent first', () => {
    expect([...alarms.keys()]).toEqual(alarmNames);
    const severities = [...alarms.values()].map(({ severity }) => severity);
    expect(severities).toEqual(severities.toSorted());
  });

  it('leave out those whose source or limit an environment does not have', () => {
    const missing = alarmNames.filter((name) => !alarmsFor(bare).has(name));
    expect(missing.sort()).toEqual([
      'cached-redirects',
      'canary-failing',
      'cost-runaway',
      'lost-redirects',
      'purge-budget',
      'purge-dead-letters',
      'purge-failing',
      'purge-stuck',
    ]);
  });

  it('take their thresholds from the objectives', () => {
    const objectives = {
      ...shipped.config.objectives,
      loopRate: 0.02,
      hitRate: 0.8,
      faultRate: 0.002,
      purgeSeconds: 30,
      cold: { benchCase: 'any', p95Milliseconds: 999 },
    };
    const config: ServiceConfig = { ...shipped.config, objectives };
    const changed = { ...shipped, config };
    expect(thresholds('redirect-loop', changed)).toEqual([2]);
    expect(thresholds('hit-rate', changed)).toEqual([80]);
    expect(thresholds('cold-latency', changed)).toEqual([999]);
    expect(thresholds('purge-stuck', changed)).toEqual([600]);
    expect(thresholds('error-budget-burn-fast', changed)).toEqual([2.88, 2.88]);
    expect(thresholds('error-budget-burn-slow', changed)).toEqual([1.2, 1.2]);
    expect(thresholds('error-budget-burn-creeping', changed)).toEqual([0.6, 0.6]);
    expect(thresholds('edge-errors', changed)).toEqual([2.88]);
  });

  it('take their limits from what the environment may use', () => {
    expect(thresholds('lambda-concurrency', { ...shipped, concurrency: 10 })).toEqual([8]);
    expect(thresholds('lambda-memory', { ...shipped, memoryMegabytes: 1000 })).toEqual([850]);
    expect(thresholds('cost-runaway', { ...shipped, monthlyBudgetDollars: 730 })).toEqual([4]);
  });

  it('page for a purge that is stuck, but not for one key that fails always', () => {
    const [condition] = conditionsOf(alarms.get('purge-stuck') ?? raise());
    const ageOf = (metrics: Parameters<typeof valueOfMinute>[1]) =>
      condition && valueOfMinute(condition.value, { 'Purge.Visible': 0, 'SecondPass.Visible': 0, ...metrics });
    expect(ageOf({ 'Purge.Age': 700, 'Purge.InFlight': 1, 'SecondPass.Age': 690, 'SecondPass.InFlight': 1 })).toBe(0);
    expect(ageOf({ 'Purge.Age': 700, 'Purge.Visible': 5 })).toBe(700);
    expect(ageOf({ 'SecondPass.Age': 400, 'SecondPass.InFlight': 3, 'SecondPass.Visible': 2 })).toBe(400);
    expect(ageOf({})).toBe(0);
  });

  it('page within five minutes of bad data, the canary within fifteen', () => {
    for (const [name, alarm] of alarms) {
      if (alarm.severity !== 'page') continue;
      // Of a pair, the long window is sure at once when the fault is grave; the short one must be short.
      const { datapoints, periodSeconds } = conditionsOf(alarm).at(-1) ?? {
        datapoints: { count: 0 },
        periodSeconds: 0,
      };
      const minutes = (datapoints.count * periodSeconds) / 60;
      const allowed =
        { 'canary-failing': 10, 'error-budget-burn-slow': 30, 'routing-rules-lost': 6, 'edge-forbidden': 6 }[
          name as string
        ] ?? 5;
      expect(minutes, name).toBeLessThanOrEqual(allowed);
    }
  });

  it('have reasons for the threshold and for missing data', () => {
    for (const [name, alarm] of alarms) {
      expect(alarm.because.length, name).toBeGreaterThan(20);
      for (const { missing } of conditionsOf(alarm)) expect(missing.because.length, name).toBeGreaterThan(20);
    }
    expect(conditionsOf(alarms.get('canary-failing') ?? raise()).map(({ missing }) => missing.as)).toEqual([
      'breaching',
    ]);
  });

  it('read in words', () => {
    expect(inWords(conditionsOf(alarms.get('redirect-loop') ?? raise())[0] ?? raise())).toBe(
      'over 1 in 2 of 5 x 1 min',
    );
    expect(inWords(conditionsOf(alarms.get('error-budget-burn-slow') ?? raise())[0] ?? raise())).toBe(
      'over 0.6 in 6 h',
    );
  });
});

describe('an alarm in CloudWatch', () => {
  it('keeps to its limits: ten metrics, ten expressions, one result, one period, a day of data', () => {
    for (const { metricAlarms } of render()) {
      for (const { alarmName, metrics, evaluationPeriods, datapointsToAlarm } of metricAlarms) {
        const statistics = metrics.flatMap(({ metricStat }) => metricStat ?? []);
        expect(statistics.length, alarmName).toBeLessThanOrEqual(10);
        expect(metrics.length - statistics.length, alarmName).toBeLessThanOrEqual(10);
        expect(metrics.filter(({ returnData }) => returnData)).toHaveLength(1);
        expect(new Set(metrics.map(({ period, metricStat }) => period ?? metricStat?.period)).size).toBe(1);
        expect(evaluationPeriods * (statistics[0]?.period ?? 0)).toBeLessThanOrEqual(86_400);
        expect(datapointsToAlarm).toBeLessThanOrEqual(evaluationPeriods);
      }
    }
  });

  it('uses no function that behaves otherwise on more data than it evaluates', () => {
    const expressions = render().flatMap(({ metricAlarms }) =>
      metricAlarms.flatMap(({ metrics }) => metrics.flatMap(({ expression }) => expression ?? [])),
    );
    for (const expression of expressions) {
      expect(expression).not.toMatch(/AVG|SUM|MIN|MAX|STDDEV|RUNNING_SUM|DATAPOINT_COUNT|SEARCH|FILL/);
    }
  });

  it('has severity, sentence, runbook and reason within the limits of CloudWatch', () => {
    const described = render().flatMap(({ metricAlarms, composite }) => [
      ...metricAlarms,
      ...(composite ? [composite] : []),
    ]);
    for (const { alarmName, alarmDescription } of described) {
      expect(alarmDescription.length, alarmName).toBeLessThanOrEqual(1024);
      expect(alarmName).toMatch(/^[ -~]{1,255}$/);
    }
    const [loop] = render().filter(({ name }) => name === 'redirect-loop');
    expect(loop?.metricAlarms[0]?.alarmDescription).toMatch(/^Page: .* Runbook: docs\/runbooks\/redirect-loop\.md -- /);
  });

  it('links to where the runbooks are read', () => {
    const [first] = render({ ...shipped, runbooksUrl: 'https://example.com/runbooks' });
    expect(first?.metricAlarms[0]?.alarmDescription).toContain('https://example.com/runbooks/edge-forbidden.md');
  });

  it('of two conditions is one alarm of two that tell nobody', () => {
    const [pair] = render().filter(({ name }) => name === 'error-budget-burn-fast');
    expect(pair?.metricAlarms.map(({ alarmName }) => alarmName)).toEqual([
      'prod-error-budget-burn-fast-long',
      'prod-error-budget-burn-fast-short',
    ]);
    expect(pair?.composite).toMatchObject({
      alarmName: 'prod-error-budget-burn-fast',
      alarmRule: 'ALARM("prod-error-budget-burn-fast-long") AND ALARM("prod-error-budget-burn-fast-short")',
    });
  });

  it('that pages joins all that page', () => {
    const { alarmName, alarmRule } = renderPageAlarm(['canary-failing', 'redirect-loop'], shipped, place);
    expect(alarmName).toBe(`prod-${pageAlarm}`);
    expect(alarmRule).toBe('ALARM("prod-canary-failing") OR ALARM("prod-redirect-loop")');
  });
});

function raise(): never {
  throw new Error('not there');
}
