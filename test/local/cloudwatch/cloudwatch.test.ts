import { describe, expect, it } from 'vitest';
import { type Lag, lags, type Source, visibleAtSeconds } from '../../../local/aws/cloudwatch/publish/publisher.ts';
import { aResource } from '../a-resource.ts';
import { aCloudWatch, apiHop } from './a-cloudwatch.ts';

const alarm = aResource('AWS::CloudWatch::Alarm', {
  AlarmName: 'busy',
  Metrics: [
    {
      Id: 'calls',
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ApiGateway',
          MetricName: 'Count',
          Dimensions: [{ Name: 'ApiId', Value: 'api1' }],
        },
        Stat: 'Sum',
        Period: 60,
      },
    },
  ],
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 1,
  EvaluationPeriods: 1,
  TreatMissingData: 'notBreaching',
});

describe('createCloudWatch()', () => {
  it('evaluates once for each full minute, and tells of each transition', () => {
    const { cloudWatch, clock, pass, context } = aCloudWatch(alarm);
    const told: string[] = [];
    context.events.listen((event) => {
      if (event.kind === 'alarm') told.push(`${event.transition.alarm} ${event.transition.to}`);
    });
    expect(cloudWatch.tick()).toEqual([]);
    for (let call = 0; call < 5; call += 1) context.events.emit(apiHop());
    clock.advance(59_000);
    expect(cloudWatch.tick()).toEqual([]);
    // The minute after that of the calls has ended: their lag is over.
    clock.advance(1000);
    expect(pass(1).map(({ to }) => to)).toEqual(['OK', 'ALARM']);
    expect(cloudWatch.tick()).toEqual([]);
    pass(3);
    expect(told).toEqual(['busy OK', 'busy ALARM', 'busy OK']);
    expect(cloudWatch.alarms.history().map(({ to }) => `busy ${to}`)).toEqual(told);
  });

  it('evaluates only the newest minutes after a jump of days, and goes on when the clock is put back', () => {
    const { cloudWatch, clock, pass, context } = aCloudWatch(alarm);
    for (let call = 0; call < 5; call += 1) context.events.emit(apiHop());
    clock.advance(30 * 86_400_000);
    expect(cloudWatch.tick().map(({ to }) => to)).toEqual(['OK']);
    clock.reset();
    cloudWatch.tick();
    for (let call = 0; call < 5; call += 1) context.events.emit(apiHop());
    expect(pass(2).map(({ to }) => to)).toEqual(['ALARM']);
  });

  it.each([
    ['at the start', 0],
    ['after days in which nobody was there', 30 * 86_400_000],
  ])('takes nothing amiss that was missing before it was there, %s', (_, jump) => {
    const canary = aResource('AWS::CloudWatch::Alarm', {
      ...alarm.properties,
      AlarmName: 'nobody-calls',
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 5,
      DatapointsToAlarm: 3,
      TreatMissingData: 'breaching',
    });
    const { cloudWatch, clock, pass } = aCloudWatch(canary);
    clock.advance(jump);
    cloudWatch.tick();
    expect(pass(4)).toEqual([]);
    expect(cloudWatch.alarms.stateOf('nobody-calls')).toBe('INSUFFICIENT_DATA');
    pass(1);
    expect(cloudWatch.alarms.stateOf('nobody-calls')).toBe('ALARM');
  });
});

describe('visibleAtSeconds()', () => {
  it.each(Object.entries<Lag>(lags))('stays within the stated lag of %s, and takes all of it', (source, lag) => {
    const minutes = [...Array(60).keys()];
    const waits = minutes.map((at) => visibleAtSeconds(source as Source, at * 60 + 30, at * 60 + 30) / 60 - (at + 1));
    expect(Math.min(...waits)).toBe(lag.leastMinutes);
    expect(Math.max(...waits)).toBe(lag.mostMinutes);
  });

  it('counts from the arrival where that was later, and shows a minute as a whole', () => {
    expect(visibleAtSeconds('embeddedMetrics', 30, 200)).toBe(visibleAtSeconds('embeddedMetrics', 200, 200));
    expect(visibleAtSeconds('embeddedMetrics', 0, 0)).toBe(visibleAtSeconds('embeddedMetrics', 59.9, 59.9));
  });
});
