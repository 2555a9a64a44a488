import { describe, expect, it } from 'vitest';
import { aResource } from '../a-resource.ts';
import { aCloudWatch, additionalMetrics, apiHop, distribution, edgeHop, invocation, noon } from './a-cloudwatch.ts';

/** After the longest lag. */
const settled = 5;
const ofDistribution = { DistributionId: 'E1', Region: 'Global' };

describe('AWS/CloudFront', () => {
  it('has requests and bytes as sums, and each rate as a percentage of the requests of its minute', () => {
    const { context, pass, points } = aCloudWatch(distribution, additionalMetrics('Enabled'));
    for (const record of [
      { status: 200, bytes: 1000 },
      { status: 403, resultType: 'Error' },
      { status: 404, resultType: 'Error' },
      { status: 503, resultType: 'Error', method: 'POST', receivedBytes: 70, bytes: 7 },
    ] as const) {
      context.events.emit(edgeHop(record));
    }
    pass(settled);
    const of = (name: string, statistic = 'Average') => points('AWS/CloudFront', name, ofDistribution, statistic)[0];
    expect(of('Requests', 'Sum')).toBe(4);
    expect(of('BytesDownloaded', 'Sum')).toBe(1200);
    expect(of('BytesUploaded', 'Sum')).toBe(70);
    expect(of('TotalErrorRate')).toBe(75);
    expect(of('4xxErrorRate')).toBe(50);
    expect(of('5xxErrorRate')).toBe(25);
    expect(of('403ErrorRate')).toBe(25);
    expect(of('404ErrorRate')).toBe(25);
    expect(of('503ErrorRate')).toBe(25);
  });

  it('takes a redirect for a miss unless the edge has kept it, and leaves errors and uploads out of the hit rate', () => {
    const { context, pass, points } = aCloudWatch(distribution, additionalMetrics('Enabled'));
    const emit = (record: Parameters<typeof edgeHop>[0]) => context.events.emit(edgeHop(record));
    emit({ status: 307, resultType: 'Miss', fromOrigin: true, milliseconds: 30 });
    emit({ status: 200, resultType: 'Miss', fromOrigin: true, milliseconds: 10 });
    emit({ status: 200, resultType: 'Hit' });
    emit({ status: 307, resultType: 'Hit' });
    emit({ status: 404, resultType: 'Error' });
    emit({ status: 200, resultType: 'Miss', method: 'PUT', fromOrigin: true, milliseconds: 20 });
    pass(settled);
    expect(points('AWS/CloudFront', 'CacheHitRate', ofDistribution, 'Average')).toEqual({ 0: 50 });
    // Only where the cache did not have it.
    expect(points('AWS/CloudFront', 'OriginLatency', ofDistribution, 'p50')).toEqual({ 0: 20 });
    expect(points('AWS/CloudFront', 'OriginLatency', ofDistribution, 'SampleCount')).toEqual({ 0: 3 });
  });

  it('has the additional metrics only with a monitoring subscription that is enabled', () => {
    for (const resources of [[distribution], [distribution, additionalMetrics('Disabled')]]) {
      const { context, pass, cloudWatch } = aCloudWatch(...resources);
      context.events.emit(edgeHop({}));
      pass(settled);
      expect(cloudWatch.store.metrics().map(({ name }) => name)).toEqual([
        'Requests',
        'BytesDownloaded',
        'BytesUploaded',
        'TotalErrorRate',
        '4xxErrorRate',
        '5xxErrorRate',
      ]);
    }
  });

  it('has nothing for a minute without requests, and no hit rate where nothing can be cached', () => {
    const { context, pass, points } = aCloudWatch(distribution, additionalMetrics('Enabled'));
    pass(2);
    context.events.emit(edgeHop({ status: 404, resultType: 'Error' }));
    pass(settled);
    expect(points('AWS/CloudFront', 'Requests', ofDistribution)).toEqual({ 2: 1 });
    expect(points('AWS/CloudFront', 'CacheHitRate', ofDistribution, 'Average')).toEqual({});
  });

  it('counts runs of a CloudFront Function by its name, and those that failed by how', () => {
    const { context, pass, points } = aCloudWatch();
    for (const outcome of ['ran', 'ran', 'execution-error', 'validation-error'] as const) {
      context.events.emit({ kind: 'edge-function', functionName: 'log-redirects', outcome });
    }
    pass(settled);
    const of = (name: string) => points('AWS/CloudFront', name, { FunctionName: 'log-redirects', Region: 'Global' })[0];
    expect(of('FunctionInvocations')).toBe(4);
    expect(of('FunctionExecutionErrors')).toBe(1);
    expect(of('FunctionValidationErrors')).toBe(1);
    expect(of('FunctionThrottles')).toBe(0);
  });
});

describe('AWS/ApiGateway', () => {
  it('counts by API, and by API and stage; averages of 4xx and 5xx are rates', () => {
    const { context, pass, points } = aCloudWatch();
    for (const record of [
      {},
      { status: 404 },
      { status: 503, integrationLatency: 300, responseLatency: 310 },
      // Throttled, so that no integration was asked.
      { status: 429, integrationLatency: '-', responseLatency: 1 },
    ]) {
      context.events.emit(apiHop(record));
    }
    pass(settled);
    for (const dimensions of [{ ApiId: 'api1' }, { ApiId: 'api1', Stage: '$default' }]) {
      const of = (name: string, statistic: string) => points('AWS/ApiGateway', name, dimensions, statistic)[0];
      expect(of('Count', 'Sum')).toBe(4);
      expect(of('4xx', 'Sum')).toBe(2);
      expect(of('5xx', 'Average')).toBe(0.25);
      expect(of('Latency', 'Maximum')).toBe(310);
      expect(of('IntegrationLatency', 'SampleCount')).toBe(3);
      expect(of('DataProcessed', 'Sum')).toBe(40);
    }
  });
});

describe('AWS/Lambda', () => {
  it('counts by function, and by function and alias; a throttled call is neither invocation nor error', () => {
    const { context, pass, points } = aCloudWatch();
    for (const call of [
      { milliseconds: 40 },
      { outcome: 'failed', milliseconds: 60, concurrent: 2 },
      { outcome: 'throttled', milliseconds: 0, concurrent: 3 },
    ] as const) {
      context.events.emit({ kind: 'invocation', invocation: invocation(call) });
    }
    pass(settled);
    for (const dimensions of [{ FunctionName: 'resize' }, { FunctionName: 'resize', Resource: 'resize:live' }]) {
      const of = (name: string, statistic = 'Sum') => points('AWS/Lambda', name, dimensions, statistic)[0];
      expect(of('Invocations')).toBe(2);
      expect(of('Errors')).toBe(1);
      expect(of('Throttles')).toBe(1);
      expect(of('Duration', 'Average')).toBe(50);
      expect(of('ConcurrentExecutions', 'Maximum')).toBe(2);
    }
  });
});

describe('what log lines become', () => {
  const emf = (timestamp: number, value: unknown) =>
    JSON.stringify({
      _aws: {
        Timestamp: timestamp,
        CloudWatchMetrics: [{ Namespace: 'N', Dimensions: [['stage']], Metrics: [{ Name: 'Calls' }] }],
      },
      stage: 'prod',
      Calls: value,
    });

  it('makes lines of metrics of any log group metrics, in the minute that they state', () => {
    const { context, clock, pass, points } = aCloudWatch();
    clock.advance(90_000);
    context.log('/aws/lambda/resize', emf(noon + 30_000, [1, 2]));
    context.log('/aws/lambda/canary', emf(noon + 80_000, 4));
    pass(settled);
    expect(points('N', 'Calls', { stage: 'prod' })).toEqual({ 0: 3, 1: 4 });
  });

  it('counts lines that break a rule by their log group, and keeps them with the rule', () => {
    const { context, cloudWatch, pass, points } = aCloudWatch();
    context.log('/aws/lambda/resize', emf(noon, 1).slice(0, -1));
    context.log('/aws/lambda/resize', emf(noon, 'many'));
    context.log('/aws/lambda/resize', emf(noon, null));
    pass(settled);
    const of = (name: string) => points('AWS/Logs', name, { LogGroupName: '/aws/lambda/resize' });
    expect(of('EMFParsingErrors')).toEqual({ 0: 1 });
    expect(of('EMFValidationErrors')).toEqual({ 0: 2 });
    expect(points('N', 'Calls', { stage: 'prod' })).toEqual({});
    expect(cloudWatch.rejected().map(({ group, because }) => `${group}: ${because}`)).toEqual([
      '/aws/lambda/resize: The line is not one JSON object',
      '/aws/lambda/resize: Calls is "many": expected a number or a list of numbers',
      '/aws/lambda/resize: Calls is null: expected a number or a list of numbers',
    ]);
    expect(cloudWatch.linesOf('/aws/lambda/resize')[2]).toEqual({ atMilliseconds: noon, message: emf(noon, null) });
  });

  it('counts lines that match a filter; a minute with other lines alone has the default value, one without lines nothing', () => {
    const filter = aResource('AWS::Logs::MetricFilter', {
      LogGroupName: 'access',
      FilterPattern: '{ $.status = "429" }',
      MetricTransformations: [{ MetricNamespace: 'Api', MetricName: 'Throttled', MetricValue: '1', DefaultValue: 0 }],
    });
    const { context, pass, points } = aCloudWatch(filter);
    const log = (status: string, group = 'access') => context.log(group, JSON.stringify({ status }));
    log('429');
    log('301');
    log('429');
    pass(1);
    log('301');
    pass(1);
    log('429', 'another group');
    pass(settled);
    expect(points('Api', 'Throttled', {})).toEqual({ 0: 2, 1: 0 });
    expect(points('Api', 'Throttled', {}, 'SampleCount')).toEqual({ 0: 2, 1: 1 });
  });
});
