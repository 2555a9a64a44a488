import { expect, test } from 'vitest';
import { alarmFaults } from '../../../dashboards/render/check-limits.ts';
import type { MetricAlarmProps } from '../../../dashboards/render/render-alarm.ts';

const alarm: MetricAlarmProps = {
  alarmName: 'a',
  alarmDescription: 'd',
  comparisonOperator: 'GreaterThanThreshold',
  threshold: 1,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  treatMissingData: 'ignore',
  metrics: [{ id: 'm', returnData: true, expression: 'a + b', period: 60 }],
};
const metric = {
  id: 'x',
  returnData: false,
  metricStat: { metric: { namespace: 'n', metricName: 'm', dimensions: [] }, stat: 'Sum', period: 60 },
};

test.each<[what: string, change: Partial<MetricAlarmProps>, says: string[]]>([
  ['fits', {}, []],
  ['has a description of 1,025 characters', { alarmDescription: 'd'.repeat(1025) }, ['description is 1025']],
  ['has a name of 256 characters', { alarmName: 'n'.repeat(256) }, ['name is 256']],
  ['reads eleven metrics', { metrics: Array.from({ length: 11 }, () => metric) }, ['metrics is 11']],
  [
    'has a long expression',
    { metrics: [{ id: 'e', returnData: true, expression: '1'.repeat(2049), period: 60 }] },
    ['expression is 2049'],
  ],
  ['judges more than a day in minutes', { evaluationPeriods: 1441 }, ['window in seconds is 86460']],
  [
    'judges a week in hours',
    { evaluationPeriods: 168, metrics: [{ id: 'e', returnData: true, expression: '1', period: 3600 }] },
    [],
  ],
])('an alarm that %s', (_, change, says) => {
  const faults = alarmFaults({ ...alarm, ...change });
  expect(faults).toHaveLength(says.length);
  for (const [index, text] of says.entries()) expect(faults[index]).toContain(text);
});

test('a composite of too many alarms', () => {
  const alarmRule = Array.from({ length: 101 }, (__, index) => `ALARM("${index}")`).join(' OR ');
  expect(alarmFaults({ alarmName: 'a', alarmDescription: 'd', alarmRule })).toEqual([
    expect.stringContaining('number of its alarms is 101'),
  ]);
});
