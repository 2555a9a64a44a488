import { afterEach, describe, expect, it } from 'vitest';
import type { MetricWidget } from '../../../local/aws/cloudwatch/dashboards/dashboard.ts';
import {
  createLogQueries,
  type LogAnswer,
  type LogQueries,
  rowsOf,
} from '../../../local/aws/cloudwatch/dashboards/log-queries.ts';
import { pointsOf } from '../../../local/aws/cloudwatch/dashboards/metric-points.ts';
import { createMetricStore, type MetricStore } from '../../../local/aws/cloudwatch/metrics/metric-store.ts';
import type { LogLine } from '../../../local/aws/logs.ts';

const midnight = 1_700_006_400;
const at = (minutes: number, seconds = 0) => midnight + minutes * 60 + seconds;
const calls = { namespace: 'N', name: 'Calls', dimensions: {} };
const errors = { ...calls, name: 'Errors' };
const sum = { isVisible: true, statistic: 'Sum' };

const widgetOf = (overrides: Partial<MetricWidget> = {}): MetricWidget => ({
  kind: 'metric',
  title: '',
  view: 'timeSeries',
  isStacked: false,
  hasSparkline: false,
  periodSeconds: 60,
  entries: [{ ...sum, id: 'calls', label: 'calls', metric: calls }],
  axis: {},
  thresholds: [],
  ...overrides,
});

function storeOf(...values: readonly (readonly [atSeconds: number, value: number, of?: typeof calls])[]): MetricStore {
  const store = createMetricStore();
  for (const [atSeconds, value, of = calls] of values) store.put({ ...of, atSeconds, value });
  return store;
}

const quarter = (nowSeconds: number) => ({ nowSeconds, rangeSeconds: 900 });
const points = (widget: MetricWidget, store: MetricStore, look: ReturnType<typeof quarter>) =>
  pointsOf(widget, store, look).lines[0]?.points;

describe('a widget’s lines', () => {
  it('have a point for each period that has samples, and none between', () => {
    const store = storeOf([at(1, 5), 2], [at(1, 50), 3], [at(4), 7]);
    expect(pointsOf(widgetOf(), store, quarter(at(10)))).toEqual({
      periodSeconds: 60,
      isRunning: false,
      lines: [
        {
          label: 'calls',
          points: [
            [at(1), 5],
            [at(4), 7],
          ],
        },
      ],
    });
  });

  it('have periods that begin at multiples of themselves, whatever the range', () => {
    const store = storeOf([at(4), 1], [at(6), 2], [at(11), 4]);
    const widget = widgetOf({ periodSeconds: 300 });
    const expected = [
      [at(0), 1],
      [at(5), 2],
      [at(10), 4],
    ];
    expect(points(widget, store, { nowSeconds: at(17, 23), rangeSeconds: 900 })).toEqual(expected);
    expect(points(widget, store, { nowSeconds: at(17, 23), rangeSeconds: 86_400 })).toEqual(expected);
    expect(points(widget, store, { nowSeconds: at(17, 23), rangeSeconds: 480 })).toEqual(expected.slice(1));
  });

  it.each([
    ['at 12:40, while its minute of grace runs', at(40), 0],
    ['at 12:41', at(41), 1],
  ])('show the five minutes from 12:35 on as the documentation has it: %s', (_, nowSeconds, extra) => {
    const store = storeOf([at(30), 1], [at(36), 2]);
    expect(points(widgetOf({ periodSeconds: 300 }), store, quarter(nowSeconds))).toHaveLength(1 + extra);
  });

  it('show the running period where nothing has come of an ended one, and say so', () => {
    const store = storeOf([at(2, 10), 3]);
    expect(pointsOf(widgetOf(), store, quarter(at(2, 30)))).toMatchObject({
      isRunning: true,
      lines: [{ points: [[at(2), 3]] }],
    });
    const daily = pointsOf(widgetOf({ periodSeconds: 86_400 }), store, quarter(at(12)));
    expect(daily).toMatchObject({ isRunning: true, lines: [{ points: [[midnight, 3]] }] });
  });

  it('are what expressions make of hidden metrics, without the points that a division by zero drops', () => {
    const entries: MetricWidget['entries'] = [
      { ...sum, id: 'calls', label: 'calls', isVisible: false, metric: calls },
      { ...sum, id: 'errors', label: 'errors', isVisible: false, metric: errors },
      { id: 'rate', label: 'error rate', isVisible: true, colour: '#d13212', expression: '100 * errors / calls' },
    ];
    const store = storeOf([at(1), 4], [at(1), 1, errors], [at(2), 0], [at(2), 1, errors]);
    expect(pointsOf(widgetOf({ entries }), store, quarter(at(10))).lines).toEqual([
      { label: 'error rate', colour: '#d13212', points: [[at(1), 25]] },
    ]);
  });

  it.each([
    ['SEARCH("N", "Sum")', 'The function SEARCH is not supported'],
    ['5 * 2', '"e" is 10: expected a series'],
  ])('refuse what they cannot evaluate, by name: %s', (expression, message) => {
    const entries = [...widgetOf().entries, { id: 'e', label: '', isVisible: true, expression }];
    expect(() => pointsOf(widgetOf({ entries }), createMetricStore(), quarter(at(10)))).toThrow(message);
  });
});

describe('a log widget’s rows', () => {
  const line = (minute: number, fields: object) => ({
    atMilliseconds: at(minute) * 1000,
    message: JSON.stringify(fields),
  });
  const lines = [line(0, { key: 'old', n: 1 }), line(10, { key: 'a', n: 2 }), line(11, { key: 'a', n: 3 })];

  it('are of the time that is looked at, and say which columns are times', () => {
    const query = "SOURCE 'g' | stats count(*) as calls, max(@timestamp) as last, sum(n) as n by bin(5m) as five, key";
    expect(rowsOf(query, (group) => (group === 'g' ? lines : []), quarter(at(16)))).toEqual({
      columns: [
        { name: 'five', isTime: true },
        { name: 'key', isTime: false },
        { name: 'calls', isTime: false },
        { name: 'last', isTime: true },
        { name: 'n', isTime: false },
      ],
      rows: [[at(10) * 1000, 'a', 2, at(11) * 1000, 5]],
    });
  });
});

const noon = 1_700_006_400;
const look = { nowSeconds: noon + 600, rangeSeconds: 900 };
const countOf = (log: string) => `SOURCE '${log}' | stats count(*) as lines`;

let queries: LogQueries | undefined;
afterEach(() => queries?.stop());

/** Two logs that grow and, as those of the chain, lose their oldest lines. */
function createLogs() {
  const logs: Record<string, LogLine[]> = { a: [], b: [] };
  const write = (log: string, count: number) => {
    for (let line = 0; line < count; line += 1) logs[log]?.push({ atMilliseconds: noon * 1000, message: '{}' });
  };
  queries = createLogQueries(
    () => Object.keys(logs),
    (log) => logs[log] ?? [],
  );
  return { logs, write };
}

/** `asked` keeps apart what is asked of the same logs later: an answer is not asked for again at once. */
async function answer(query: string, asked = ''): Promise<LogAnswer | undefined> {
  await expect.poll(() => queries?.latest(query, look, asked).kind, { timeout: 60_000 }).not.toBe('asking');
  return queries?.latest(query, look, asked);
}

it('answers beside the process that asks, and says so until then', async () => {
  const { write } = createLogs();
  write('a', 3);
  expect(queries?.latest(countOf('a'), look, '')).toEqual({ kind: 'asking' });
  expect(await answer(countOf('a'))).toEqual({
    kind: 'log',
    columns: [{ name: 'lines', isTime: false }],
    rows: [[3]],
  });
});

it('sees lines that have come since, and none that the log has lost', async () => {
  const { logs, write } = createLogs();
  write('a', 3);
  expect(await answer(countOf('a'), 'first')).toMatchObject({ rows: [[3]] });
  write('a', 4);
  write('b', 1);
  logs.a?.splice(0, 2);
  expect(await answer(countOf('a'), 'second')).toMatchObject({ rows: [[5]] });
  expect(await answer(countOf('b'), 'second')).toMatchObject({ rows: [[1]] });
  logs.a?.splice(0, 5);
  write('a', 2);
  expect(await answer(countOf('a'), 'third')).toMatchObject({ rows: [[2]] });
});

it('does not ask again at once', async () => {
  const { write } = createLogs();
  write('a', 1);
  await answer(countOf('a'));
  write('a', 1);
  queries?.latest(countOf('a'), look, '');
  expect(await answer(countOf('a'), 'later')).toMatchObject({ rows: [[2]] });
  expect(queries?.latest(countOf('a'), look, '')).toMatchObject({ rows: [[1]] });
});
