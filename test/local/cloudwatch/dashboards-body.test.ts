import { describe, expect, it } from 'vitest';
import type { Dashboard, Widget } from '../../../local/aws/cloudwatch/dashboards/dashboard.ts';
import { readDashboard } from '../../../local/aws/cloudwatch/dashboards/read-dashboard.ts';
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
/** A label that CloudWatch fills in. */
const dynamic = '$'.concat('{LAST}');
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
    ['-PT15M', 900],
    ['-P1D', 86_400],
    ['-P1DT1H30M', 91_800],
  ])('that starts at %s looks %i seconds back', (start, seconds) => {
    expect(read({ start, periodOverride: 'inherit', widgets: [] }).rangeSeconds).toBe(seconds);
  });

  it.each([
    ['{"widgets": [', /^health: the body is not JSON/],
    [{ widgets: [] }, 'health: body.periodOverride is missing: expected one of inherit'],
    [{ periodOverride: 'auto', widgets: [] }, 'body.periodOverride is "auto": expected one of inherit'],
    [{ periodOverride: 'inherit', widgets: [], variables: [] }, 'body.variables is \\[\\]: expected no such property'],
    [{ periodOverride: 'inherit', widgets: [], start: '2026-01-01T00:00:00Z' }, 'expected a time before now'],
    [{ periodOverride: 'inherit', widgets: 7 }, 'body.widgets is 7: expected a list'],
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
    ['a region', graph({ region: 'eu-west-1' }), 'region is "eu-west-1": expected one of us-east-1'],
    ['a period', graph({ period: 90 }), 'period is 90: expected a multiple of 60'],
    ['the right axis', graph({ yAxis: { right: {} } }), 'yAxis.right is {}: expected no such property'],
    ['units on an axis', graph({ yAxis: { left: { label: 'ms' } } }), 'yAxis.left.showUnits is missing'],
    ['a vertical line', graph({ annotations: { vertical: [] } }), 'annotations.vertical is []'],
    ['a colour', graph({ metrics: [[...calls, { color: 'red' }]] }), 'metrics.0.4.color is "red": expected # and six'],
    ['an option', graph({ metrics: [[...calls, { accountId: '1' }]] }), 'metrics.0.4.accountId is "1"'],
    ['another period', graph({ metrics: [[...calls, { period: 300 }]] }), 'metrics.0.4.period is 300: expected 60'],
    ['a label that changes', graph({ metrics: [[...calls, { label: dynamic }]] }), `label is "${dynamic}"`],
    [
      'one id twice',
      graph({
        metrics: [
          [...calls, { id: 'a' }],
          [...calls, { id: 'a' }],
        ],
      }),
      'metrics.1.4.id is "a"',
    ],
    ['half a dimension', graph({ metrics: [['N', 'Calls', 'stage']] }), 'pairs of a dimension and its value'],
    ['an abbreviation', graph({ metrics: [['.', 'Calls']] }), 'without the abbreviations'],
    ['no metrics', graph({ metrics: [] }), 'metrics is []: expected a list of metrics'],
    ['a place off the grid', graph({}) && readWidget('text', {}, { x: 22 }), 'width is 4: expected at most 2'],
    ['an alarm without ARN', readWidget('alarm', { alarms: ['loop'] }), 'alarms is ["loop"]: expected ARNs'],
    ['another way to show a log', readWidget('log', { ...us, query: "SOURCE 'a'", view: 'bar' }), 'view is "bar"'],
    ['a query of nowhere', readWidget('log', { ...us, query: 'limit 1' }), "SOURCE '…' must be the first command"],
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
