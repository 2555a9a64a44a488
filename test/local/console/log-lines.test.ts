import { describe, expect, test } from 'vitest';
import type { ResultType } from '../../../local/aws/cloudfront/edge-answer.ts';
import { createCounter, readLogLine } from '../../../local/console/log-lines.ts';

const read = (line: string) => readLogLine(0, '/aws/lambda/resize', line);
const metrics = JSON.stringify({
  _aws: { Timestamp: 1, CloudWatchMetrics: [] },
  service: 'resize-on-miss',
  Resized: 1,
  LoopSuspects: 0,
  GetMs: 12.345,
  InBytes: 151_674,
  PeakRssMB: 103.2,
});
const report = JSON.stringify({
  time: 't',
  type: 'platform.report',
  record: {
    requestId: 'r',
    status: 'success',
    metrics: { durationMs: 85.71, initDurationMs: 240.4, maxMemoryUsedMB: 106 },
  },
});
const edgePrefix = `${'x'.repeat(56)}== `;

describe('readLogLine()', () => {
  test('reads the metrics of a line that are not 0', () => {
    const line = read(metrics);
    expect(line).toMatchObject({ kind: 'metrics', level: 'info', raw: metrics });
    expect(line.facts).toEqual([
      ['Resized', '1'],
      ['GetMs', '12.3'],
      ['InBytes', '151674'],
      ['PeakRssMB', '103.2'],
    ]);
  });

  test('reads the report of an invocation', () => {
    expect(read(report)).toMatchObject({
      kind: 'report',
      level: 'info',
      facts: [
        ['durationMs', '85.7'],
        ['initDurationMs', '240.4'],
        ['maxMemoryUsedMB', '106'],
      ],
    });
  });

  test.each([
    [metrics.replace('"LoopSuspects":0', '"LoopSuspects":1'), 'metrics', 'warn'],
    [metrics.slice(0, -20), 'text', 'info'],
    ['{"_aws":{},"Resized":{}}', 'metrics', 'info'],
    [report.replace('success', 'timeout'), 'report', 'error'],
    ['{"time":"t","type":"platform.initStart","record":{"phase":"init"}}', 'lifecycle', 'info'],
    ['{"level":"ERROR","message":"The store took too long","code":"store-slow"}', 'service', 'error'],
    ['{"level":"WARN","message":"There is no original"}', 'service', 'warn'],
    ['{"method":"GET","route":"ANY /resize","status":"503","error":"-"}', 'access', 'error'],
    ['{"method":"GET","route":"ANY /resize","status":"404"}', 'access', 'warn'],
    [`${edgePrefix}{"event":"EdgeRedirect","status":307,"uri":"/200x200/a.jpg"}`, 'edge', 'info'],
    [`${edgePrefix}START DistributionID: E1`, 'edge', 'info'],
    ['RequestId: r Error: Runtime exited\nRuntime.ExitError', 'text', 'error'],
  ])('reads %s as %s, %s', (line, kind, level) => {
    expect(read(line)).toMatchObject({ kind, level });
  });
});

test('createCounter() counts requests, hits and errors at the endpoints, and the counters of metrics lines', () => {
  const counter = createCounter();
  const hop = (endpoint: 'edge' | 'website' | 'api', status: number, resultType?: ResultType) =>
    counter.on({
      at: 0,
      kind: 'hop',
      hop: {
        endpoint,
        method: 'GET',
        target: '/',
        status,
        bytes: 0,
        milliseconds: 1,
        ...(resultType && { edge: { requestId: '', resultType, receivedBytes: 0, fromOrigin: true } }),
      },
    });
  hop('edge', 307, 'Miss');
  hop('website', 307);
  hop('api', 301);
  hop('edge', 200, 'Hit');
  hop('edge', 200, 'RefreshHit');
  hop('edge', 404, 'Error');
  hop('api', 503);
  for (const line of [metrics, metrics.slice(0, -20), 'Resized 9', '{"Resized":9}']) {
    counter.on({ at: 0, kind: 'log', group: 'g', line });
  }
  expect(counter.numbers()).toEqual({
    requests: 4,
    hits: 2,
    redirects: 1,
    resizes: 1,
    loopSuspects: 0,
    raced: 0,
    refusals: 1,
    faults: 1,
  });
});
