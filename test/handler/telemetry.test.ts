/** What leaves the process on standard output: metrics by the rules of EMF, and one log line for each request. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { powertoolsTelemetry } from '../../src/adapters/powertools-telemetry.ts';
import { counters, measures, metricNamespace, presetCounter, serviceName } from '../../src/metrics.ts';
import { startTestHandler, type TestHandler } from '../fixtures/handler.ts';
import { rightImages } from '../fixtures/images.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';

type Line = Record<string, unknown> & { _aws?: { CloudWatchMetrics: Directive[] } };
interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string; Unit: string }[];
}

let s3: TestS3;
let service: TestHandler;
let lines: Line[] = [];

beforeAll(async () => {
  // Powertools writes through the global console then, where a test can listen.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line: string) => {
      for (const one of String(line).split(/\n(?=\{)/)) lines.push(JSON.parse(one));
    });
  }
  s3 = await startTestS3();
  service = await startTestHandler(s3, {
    variables: { POWERTOOLS_LOG_LEVEL: 'INFO', POWERTOOLS_METRICS_DISABLED: 'false' },
  });
  await service.putOriginal('a.jpg', await rightImages.jpeg());
  await service.putOriginal('broken.jpg', (await rightImages.jpeg()).subarray(0, 600));
});
beforeEach(() => {
  lines = [];
});
afterAll(() => s3.stop());

const emfLines = () => lines.filter((line) => line._aws);
const totals = () => emfLines().find((line) => line._aws?.CloudWatchMetrics[0]?.Dimensions[0]?.length === 2) as Line;
const logLine = () => lines.find((line) => !line._aws) as Line;

describe('the metrics', () => {
  it('of a phase in two parts are their sum', () => {
    const request = powertoolsTelemetry({ stage: 'test', serviceVersion: '1' }).begin('1');
    for (const milliseconds of [1, 2]) request.measure('GetMs', milliseconds);
    expect(request.finish(301)).toMatchObject({ get: 3 });
    expect(totals()).toMatchObject({ GetMs: 3 });
  });

  it('of a cold resize: every counter with its 0 or 1, every phase, in the units of the catalogue', async () => {
    const { headers } = await service.call('key=200x200/a.jpg');
    expect(headers['Server-Timing']).toMatch(/^init;dur=[\d.]+, /);
    const [directive] = totals()._aws?.CloudWatchMetrics ?? [];
    expect(directive).toMatchObject({ Namespace: metricNamespace, Dimensions: [['service', 'stage']] });
    const catalogue = { ...counters, ...measures };
    const { TargetAgeSeconds: _, ...expected } = catalogue;
    expect(Object.fromEntries(directive?.Metrics.map(({ Name, Unit }) => [Name, Unit]) ?? [])).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, { unit }]) => [name, unit])),
    );
    expect(totals()).toMatchObject({
      service: serviceName,
      stage: 'test',
      ResizeRequests: 1,
      Resized: 1,
      ColdStarts: 1,
      LoopSuspects: 0,
      RacedRequests: 0,
      ReducedReplies: 0,
      LookUpFailures: 0,
      FocalPointsIgnored: 0,
      Fallbacks: 0,
      OriginalMissing: 0,
      OriginalBroken: 0,
      Refused: 0,
      Faults: 0,
      InBytes: expect.any(Number),
      OutBytes: expect.any(Number),
    });
  });

  it('count the preset apart, so that the totals exist without it', async () => {
    const { headers } = await service.call('key=48x48.webp/a.jpg');
    expect(headers['Server-Timing']).not.toContain('init');
    const apart = emfLines().filter((line) => presetCounter.name in line);
    expect(apart).toHaveLength(1);
    expect(apart[0]).toMatchObject({
      preset: '48x48.webp',
      service: serviceName,
      stage: 'test',
      [presetCounter.name]: 1,
    });
    expect(apart[0]?._aws?.CloudWatchMetrics[0]?.Dimensions).toEqual([['service', 'stage', 'preset']]);
  });

  it.each([
    ['RacedRequests', 'key=200x200/a.jpg'],
    ['OriginalMissing', 'key=200x200/nobody.jpg'],
    ['OriginalBroken', 'key=200x200/broken.jpg'],
    ['Refused', 'key=999x1/a.jpg'],
    ['Refused', ''],
  ])('count %s for %j, and a cold start only once', async (counter, query) => {
    await service.call(query);
    const counted = Object.keys(counters).filter((name) => totals()[name] === 1);
    expect(counted.sort()).toEqual([counter, 'ResizeRequests'].sort());
  });

  it('count LoopSuspects with the age of the derivative, once the grace period is over', async () => {
    const strict = await startTestHandler(s3, {
      change: (config) => ({ ...config, cache: { ...config.cache, raceGraceSeconds: 0 } }),
      variables: { POWERTOOLS_LOG_LEVEL: 'INFO', POWERTOOLS_METRICS_DISABLED: 'false' },
    });
    await strict.putOriginal('a.jpg', await rightImages.jpeg());
    await strict.call('key=200x200/a.jpg');
    lines = [];
    await strict.call('key=200x200/a.jpg');
    expect(totals()).toMatchObject({ LoopSuspects: 1, RacedRequests: 0, TargetAgeSeconds: expect.any(Number) });
    expect(totals()._aws?.CloudWatchMetrics[0]?.Metrics).toContainEqual({ Name: 'TargetAgeSeconds', Unit: 'Seconds' });
  });

  it('never have a key of an image as a dimension', async () => {
    await service.call('key=200x200/a.jpg');
    const dimensions = emfLines().flatMap(
      (line) => line._aws?.CloudWatchMetrics.flatMap((one) => one.Dimensions.flat()) ?? [],
    );
    expect([...new Set(dimensions)].sort()).toEqual(['preset', 'service', 'stage']);
    expect(totals()).toMatchObject({ key: 'a.jpg', preset: '200x200' });
  });

  it('are lines that the rules of EMF allow', async () => {
    await service.call('key=320x/a.jpg');
    for (const line of emfLines()) {
      for (const { Dimensions, Metrics } of line._aws?.CloudWatchMetrics ?? []) {
        expect(Metrics.length).toBeLessThanOrEqual(100);
        for (const name of Dimensions.flat()) expect(typeof line[name]).toBe('string');
        for (const { Name } of Metrics) expect(Number.isFinite(line[Name])).toBe(true);
      }
    }
  });
});

describe('the log', () => {
  it.each([
    ['INFO', 'key=640x/a.jpg', { status: 301, code: 'ok', preset: '640x', key: 'a.jpg' }],
    ['WARN', 'key=640x/nobody.jpg', { status: 404, code: 'original-missing', preset: '640x', key: 'nobody.jpg' }],
    ['WARN', 'key=', { status: 400, code: 'key-missing' }],
  ])('has one %s line for %j, found by the request id of the reply', async (level, query, facts) => {
    const answer = await service.call(query);
    expect(lines.filter((line) => !line._aws)).toHaveLength(1);
    expect(logLine()).toMatchObject({
      level,
      ...facts,
      correlation_id: expect.any(String),
      version: expect.any(String),
    });
    if (answer.status >= 400) expect(logLine().correlation_id).toBe(answer.json.requestId);
  });

  it('has the cause of a fault, which the viewer is not told', async () => {
    const broken = await startTestHandler(s3, {
      change: (config) => ({ ...config, codecs: { ...config.codecs, jpg: { ...config.codecs.jpg, quality: 1000 } } }),
      variables: { POWERTOOLS_LOG_LEVEL: 'INFO', POWERTOOLS_METRICS_DISABLED: 'false' },
    });
    await broken.putOriginal('a.jpg', await rightImages.jpeg());
    const answer = await broken.call('key=200x200/a.jpg');
    expect(answer).toMatchObject({
      status: 500,
      headers: { 'Cache-Control': 'no-store' },
      json: { code: 'internal-error' },
    });
    expect(answer.body.toString()).not.toContain('quality');
    expect(JSON.stringify(logLine())).toContain('Expected integer between 1 and 100 for quality');
    expect(logLine().level).toBe('ERROR');
    expect(totals()).toMatchObject({ ResizeRequests: 1, Faults: 1, Refused: 0, Resized: 0 });
  });
});

describe('a request whose telemetry fails', () => {
  it('writes its metrics once and its total time once', async () => {
    const { promise: failed, reject } = Promise.withResolvers<never>();
    failed.catch(() => undefined);
    const writes = vi.mocked(console.log).mockImplementationOnce(() => {
      reject(new Error('standard output is closed'));
      throw new Error('standard output is closed');
    });
    writes.mockClear();
    await expect(service.call('key=200x200/a.jpg')).rejects.toThrow('standard output is closed');
    expect(emfLines()).toEqual([]);
  });
});
