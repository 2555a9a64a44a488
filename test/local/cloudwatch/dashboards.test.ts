import { describe, expect, it } from 'vitest';
import type { Dashboard, Widget } from '../../../local/aws/cloudwatch/dashboards/dashboard.ts';
import { rowsOf } from '../../../local/aws/cloudwatch/dashboards/log-queries.ts';
import { pointsOf } from '../../../local/aws/cloudwatch/dashboards/metric-points.ts';
import { readDashboard } from '../../../local/aws/cloudwatch/dashboards/read-dashboard.ts';
import { createMetricStore } from '../../../local/aws/cloudwatch/metrics/metric-store.ts';
import { resolveTemplate } from '../../../local/aws/template/resolve.ts';
import { templateOf } from '../../infra/synthesized.ts';
import { aResource } from '../a-resource.ts';

type Fields = Readonly<Record<string, unknown>>;

function read(body: unknown): Dashboard {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readDashboard(
    aResource('AWS::CloudWatch::Dashboard', { DashboardName: 'health', DashboardBody: text }, 'Health'),
    'us-east-1',
  );
}

function readWidget(type: string, properties: Fields, rest: Fields = {}): Widget | undefined {
  const widget = { type, x: 6, y: 3, width: 4, height: 5, properties, ...rest };
  return read({ periodOverride: 'inherit', widgets: [widget] }).widgets[0];
}

const calls = ['N', 'Calls', 'stage', 'test'];
const us = { region: 'us-east-1' };
const graph = (overrides: Fields = {}) => readWidget('metric', { ...us, period: 60, metrics: [calls], ...overrides });

describe('a dashboard body', () => {
  it('is read into widgets on their places', () => {
    const { name, rangeSeconds, widgets } = read({
      start: '-PT8H',
      periodOverride: 'inherit',
      widgets: [
        { type: 'text', x: 0, y: 0, width: 24, height: 3, properties: { markdown: '# Hello' } },
        {
          type: 'alarm',
          x: 0,
          y: 3,
          properties: { title: 'Alarms', alarms: ['arn:aws:cloudwatch:us-east-1:123456789012:alarm:loop'] },
        },
        { type: 'log', x: 6, y: 3, properties: { ...us, title: 'Keys', query: "SOURCE 'resize' | limit 2" } },
      ],
    });
    expect({ name, rangeSeconds }).toEqual({ name: 'health', rangeSeconds: 8 * 3600 });
    expect(widgets).toEqual([
      { x: 0, y: 0, width: 24, height: 3, kind: 'text', markdown: '# Hello', background: 'solid' },
      { x: 0, y: 3, width: 6, height: 6, kind: 'alarms', title: 'Alarms', alarms: ['loop'] },
      { x: 6, y: 3, width: 6, height: 6, kind: 'log', title: 'Keys', query: "SOURCE 'resize' | limit 2" },
    ]);
  });

  it.each([
    ['-P1D', 86_400],
    ['-P1DT1H30M', 91_800],
  ])('that starts at %s looks %i seconds back', (start, seconds) => {
    expect(read({ start, periodOverride: 'inherit', widgets: [] }).rangeSeconds).toBe(seconds);
  });

  it.each([
    ['{"widgets": [', /^health: the body is not JSON/],
    [{ periodOverride: 'auto', widgets: [] }, 'body.periodOverride is "auto": expected one of inherit'],
    [{ periodOverride: 'inherit', widgets: [], variables: [] }, 'body.variables is \\[\\]: expected no such property'],
  ])('that cannot be read is one box that says why: %j', (body, message) => {
    const { widgets } = read(body);
    expect(widgets).toEqual([
      { x: 0, y: 0, width: 24, height: 3, kind: 'unread', problem: expect.stringMatching(message) },
    ]);
  });
});

describe('a widget that cannot be shown as CloudWatch would', () => {
  const problem = (widget: Widget | undefined) => (widget?.kind === 'unread' ? widget.problem : undefined);

  it('stands where it was meant to be, and leaves the others alone', () => {
    const { widgets } = read({
      periodOverride: 'inherit',
      widgets: [
        { type: 'explorer', x: 12, y: 6, width: 9, height: 4, properties: {} },
        { type: 'text', x: 0, y: 0, properties: { markdown: 'fine' } },
      ],
    });
    expect(widgets[0]).toMatchObject({ kind: 'unread', x: 12, y: 6, width: 9, height: 4 });
    expect(widgets[1]).toMatchObject({ kind: 'text' });
  });

  it.each<[string, Widget | undefined, string]>([
    [
      'a type',
      readWidget('explorer', {}),
      'body.widgets.0.type is "explorer": expected one of text, alarm, log, metric',
    ],
    ['a property', graph({ legend: {} }), 'body.widgets.0.properties.legend is {}: expected no such property'],
    ['a view', graph({ view: 'pie' }), 'properties.view is "pie": expected one of timeSeries, singleValue'],
    ['a colour', graph({ metrics: [[...calls, { color: 'red' }]] }), 'metrics.0.4.color is "red": expected # and six'],
    ['half a dimension', graph({ metrics: [['N', 'Calls', 'stage']] }), 'pairs of a dimension and its value'],
    [
      'a command of Logs Insights',
      readWidget('log', { ...us, query: "SOURCE 'a' | pattern @message" }),
      'The command "pattern" is not supported',
    ],
  ])('names what it was and what was expected: %s', (_, widget, message) => {
    expect(problem(widget)).toContain(message);
    expect(problem(widget)).toMatch(/^health: /);
  });
});

describe('rows of metrics', () => {
  it('become entries with their own or the widget’s statistic', () => {
    const widget = graph({
      stat: 'Sum',
      metrics: [
        [...calls, { id: 'calls', visible: false }],
        ['N', 'Errors', 'stage', 'test', { stat: 'p95', label: 'errors', color: '#d13212' }],
        [{ expression: '100 * entry1 / calls', id: 'rate' }],
      ],
    });
    expect(widget).toMatchObject({
      entries: [
        {
          id: 'calls',
          label: 'Calls',
          isVisible: false,
          statistic: 'Sum',
          metric: { namespace: 'N', name: 'Calls', dimensions: { stage: 'test' } },
        },
        {
          id: 'entry1',
          label: 'errors',
          isVisible: true,
          statistic: 'p95',
          colour: '#d13212',
          metric: { namespace: 'N', name: 'Errors', dimensions: { stage: 'test' } },
        },
        { id: 'rate', label: 'rate', expression: '100 * entry1 / calls' },
      ],
    });
  });
});

/** The bodies that are deployed, as the console reads them. */

const account = {
  region: 'us-east-1',
  accountId: '123456789012',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
  stackName: 'ResizeOnMiss-staging',
};
const { resources } = resolveTemplate(templateOf({ withoutMonitoring: [] }), account);
const dashboards = resources
  .filter(({ type }) => type === 'AWS::CloudWatch::Dashboard')
  .map((resource) => readDashboard(resource, account.region));
const look = { nowSeconds: 1_700_000_000, rangeSeconds: 8 * 3600 };

describe.each(dashboards.map((dashboard) => [dashboard.name, dashboard] as const))('%s', (_, { widgets }) => {
  it('has no widget that cannot be shown', () => {
    expect(widgets.filter(({ kind }) => kind === 'unread')).toEqual([]);
    expect(widgets.length).toBeGreaterThan(5);
  });

  it('overlaps nowhere', () => {
    const taken = new Set<string>();
    for (const { x, y, width, height } of widgets) {
      for (let column = x; column < x + width; column += 1) {
        for (let row = y; row < y + height; row += 1) {
          expect(taken.has(`${column} ${row}`), `${column} ${row}`).toBe(false);
          taken.add(`${column} ${row}`);
        }
      }
    }
  });

  it('can be evaluated before there are any metrics, and when there are', () => {
    for (const widget of widgets) {
      if (widget.kind !== 'metric') continue;
      const store = createMetricStore();
      expect(pointsOf(widget, store, look).lines.flatMap(({ points }) => points)).toEqual([]);
      for (const entry of widget.entries) {
        if (!('metric' in entry)) continue;
        // More than of their parts: otherwise there were no images, and no rate of them.
        const value = /^(?:Requests|FunctionInvocations)$/.test(entry.metric.name) ? 800 : 8;
        store.put({ ...entry.metric, atSeconds: look.nowSeconds - 1800, value });
      }
      const { lines } = pointsOf(widget, store, look);
      expect(
        lines.filter(({ points }) => points.length === 0),
        widget.title,
      ).toEqual([]);
    }
  });

  it('can ask its logs', () => {
    for (const widget of widgets) {
      if (widget.kind === 'log') expect(rowsOf(widget.query, () => [], look).rows, widget.title).toEqual([]);
    }
  });

  it('names alarms of the template alone', () => {
    const names = resources.map(({ properties }) => properties.AlarmName);
    for (const widget of widgets) {
      if (widget.kind === 'alarms') expect(names).toEqual(expect.arrayContaining([...widget.alarms]));
    }
  });
});

it('there are three', () => {
  expect(dashboards.map(({ name }) => name)).toEqual(
    ['health', 'who-and-where', 'capacity-and-cost'].map((name) => `ResizeOnMiss-staging-${name}`),
  );
});
