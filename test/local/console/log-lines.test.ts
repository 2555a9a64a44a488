import { describe, expect, test } from 'vitest';
import { createCounter, readLogLine } from '../../../local/console/log-lines.ts';

const read = (line: string) => readLogLine(0, '/aws/lambda/resize', line);
const metrics = JSON.stringify({
  _aws: {
    Timestamp: 1,
    CloudWatchMetrics: [
      {
        Namespace: 'ImageResize',
        Dimensions: [['service']],
        Metrics: [
          { Name: 'Resized', Unit: 'Count' },
          { Name: 'LoopSuspects', Unit: 'Count' },
          { Name: 'GetMs', Unit: 'Milliseconds' },
          { Name: 'InBytes', Unit: 'Bytes' },
          { Name: 'PeakRssMB', Unit: 'Megabytes' },
        ],
      },
    ],
  },
  service: 'resize-on-miss',
  Resized: 1,
  LoopSuspects: 0,
  GetMs: 12.345,
  InBytes: 151_674,
  PeakRssMB: 103.2,
});

describe('readLogLine()', () => {
  test('reads a metrics line: units written out, counters of 0 left to the raw line', () => {
    const line = read(metrics);
    expect(line).toMatchObject({ kind: 'metrics', level: 'info', raw: metrics });
    expect(line.facts).toEqual([
      ['Resized', '1'],
      ['GetMs', '12.3 ms'],
      ['InBytes', '151.7 kB'],
      ['PeakRssMB', '103.2 MB'],
    ]);
  });

  test('warns of a metrics line with a fault or a loop suspect', () => {
    expect(read(metrics.replace('"LoopSuspects":0', '"LoopSuspects":1')).level).toBe('warn');
  });

  test.each([
    ['is cut', metrics.slice(0, -20), 'text'],
    ['has no metrics', '{"_aws":{"CloudWatchMetrics":[{"Namespace":"N"}]}}', 'metrics'],
    ['has metrics that are none', '{"_aws":{"CloudWatchMetrics":[null,{"Metrics":[1,{"Unit":"Count"}]}]}}', 'metrics'],
    ['says nothing', '{"_aws":7,"CloudWatchMetrics":1}', 'metrics'],
  ])('passes over a metrics line that CloudWatch would reject: one that %s', (_, line, kind) => {
    expect(read(line)).toMatchObject({ kind, facts: [] });
    const counter = createCounter();
    counter.note({ at: 0, kind: 'log', group: 'g', line });
    expect(counter.numbers().resizes).toBe(0);
  });

  const jsonReport = JSON.stringify({
    time: 't',
    type: 'platform.report',
    record: {
      requestId: 'r',
      status: 'success',
      metrics: { durationMs: 85.71, initDurationMs: 240.4, maxMemoryUsedMB: 106 },
    },
  });
  const textReport =
    'REPORT RequestId: r\tDuration: 85.71 ms\tBilled Duration: 327 ms\tMemory Size: 512 MB\tMax Memory Used: 106 MB\tInit Duration: 240.40 ms';

  test.each([jsonReport, textReport])('reads a report in either format of Lambda: %s', (line) => {
    expect(read(line)).toMatchObject({
      kind: 'report',
      level: 'info',
      facts: [
        ['took', '85.7 ms'],
        ['start', '240 ms'],
        ['peak memory', '106 MB'],
      ],
    });
  });

  test.each([
    ['a timeout in a report', jsonReport.replace('success', 'timeout'), 'report', 'error', 'Lambda ended: timeout'],
    [
      'an error of the service',
      '{"level":"ERROR","message":"The store took too long","code":"store-slow"}',
      'service',
      'error',
      'The store took too long',
    ],
    [
      'a refusal of the service',
      '{"level":"WARN","message":"There is no original"}',
      'service',
      'warn',
      'There is no original',
    ],
    [
      'the API’s access log',
      '{"method":"GET","route":"ANY /resize","status":"503","error":"-"}',
      'access',
      'error',
      'API GET ANY /resize: 503',
    ],
    [
      'an edge function’s redirect',
      `${'x'.repeat(56)}== {"event":"EdgeRedirect","status":307,"uri":"/200x200/a.jpg"}`,
      'edge',
      'info',
      'The edge redirects /200x200/a.jpg',
    ],
    [
      'the start of an edge function',
      `${'x'.repeat(56)}== START DistributionID: E1`,
      'edge',
      'info',
      'The edge’s function begins',
    ],
    [
      'a new environment',
      '{"time":"t","type":"platform.initStart","record":{"phase":"init"}}',
      'lifecycle',
      'info',
      'A new Lambda environment starts',
    ],
    [
      'a process that ended',
      'RequestId: r Error: Runtime exited\nRuntime.ExitError',
      'text',
      'error',
      'RequestId: r Error: Runtime exited\nRuntime.ExitError',
    ],
    ['text that begins with a brace', '{ not JSON', 'text', 'info', '{ not JSON'],
    ['JSON without a message', '{"a":1}', 'service', 'info', '{"a":1}'],
  ])('reads %s', (_, line, kind, level, headline) => {
    expect(read(line)).toMatchObject({ kind, level, headline });
  });
});

describe('createCounter()', () => {
  test('counts views, hits and errors at the endpoints, and resizes by the metrics lines', () => {
    const counter = createCounter();
    const seen = (endpoint: 'edge' | 'website' | 'api', status: number, cache?: string) =>
      counter.note({
        at: 0,
        kind: 'hop',
        hop: { endpoint, method: 'GET', target: '/', status, bytes: 0, milliseconds: 1, ...(cache ? { cache } : {}) },
      });
    seen('edge', 307, 'Miss');
    seen('website', 307);
    seen('api', 301);
    seen('edge', 200, 'Hit');
    seen('edge', 200, 'RefreshHit');
    seen('edge', 404, 'Error');
    seen('api', 503);
    for (const line of [metrics, 'Resized 9', '{"Resized":9}']) counter.note({ at: 0, kind: 'log', group: 'g', line });
    expect(counter.numbers()).toEqual({
      views: 4,
      hits: 2,
      redirects: 1,
      resizes: 1,
      loopSuspects: 0,
      raced: 0,
      refused: 1,
      faults: 1,
    });
  });
});
