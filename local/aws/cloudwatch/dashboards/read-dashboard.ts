import { Properties } from '../../template/properties.ts';
import type { Resource } from '../../template/template.ts';
import { parseQuery } from '../insights/parse-query.ts';
import {
  type AlarmWidget,
  type Axis,
  type Box,
  type Dashboard,
  type LogWidget,
  type MetricWidget,
  readColour,
  readEntries,
  refuseUnknown,
  type TextWidget,
  type Threshold,
  type Widget,
} from './dashboard.ts';

/** The range of a body without `start`. */
const defaultRangeSeconds = 3 * 3600;

/**
 * Reads an `AWS::CloudWatch::Dashboard`. A widget that is not supported becomes a widget with the problem. An error in the
 * body becomes one such widget across the page.
 */
export function readDashboard(resource: Resource, region: string): Dashboard {
  const properties = Properties.of(resource);
  const name = properties.text('DashboardName', resource.logicalId);
  try {
    const body = new Properties(name, parsed(name, properties.text('DashboardBody')), 'body');
    refuseUnknown(body, ['start', 'periodOverride', 'widgets']);
    // How CloudWatch adjusts periods with `auto` is not documented.
    body.oneOf('periodOverride', ['inherit'], 'auto' as 'inherit');
    const rangeSeconds = body.has('start') ? rangeOf(body) : defaultRangeSeconds;
    return { name, rangeSeconds, widgets: body.children('widgets').map((widget) => readOne(widget, region)) };
  } catch (error) {
    const box = { x: 0, y: 0, width: 24, height: 3 };
    return { name, rangeSeconds: defaultRangeSeconds, widgets: [{ ...box, ...unread(error) }] };
  }
}

function parsed(name: string, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new Error(`${name}: the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A range such as `-PT8H`. Absolute times are not supported: a chain has just started. */
function rangeOf(body: Properties): number {
  const [, days = '0', hours = '0', minutes = '0'] =
    /^-P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(body.text('start')) ?? [];
  const seconds = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60;
  if (seconds === 0) throw body.refusal('start', 'a time before now, such as -PT8H');
  return seconds;
}

function readOne(widget: Properties, region: string): Widget {
  try {
    return readWidget(widget, region);
  } catch (error) {
    return { ...boxOrCorner(widget), ...unread(error) };
  }
}

/** The position of the widget, as far as it can be read. */
function boxOrCorner(widget: Properties) {
  const number = (name: string, otherwise: number) => {
    const value = widget.value(name);
    return Number.isInteger(value) ? (value as number) : otherwise;
  };
  return { x: number('x', 0), y: number('y', 0), width: number('width', 6), height: number('height', 6) };
}

function unread(error: unknown) {
  return { kind: 'unread', problem: error instanceof Error ? error.message : String(error) } as const;
}

const readers = {
  text: readTextWidget,
  alarm: readAlarmWidget,
  log: readLogWidget,
  metric: readMetricWidget,
} as const;

const columns = 24;

function readWidget(widget: Properties, region: string): Widget {
  refuseUnknown(widget, ['type', 'x', 'y', 'width', 'height', 'properties']);
  const type = widget.oneOf('type', Object.keys(readers) as (keyof typeof readers)[]);
  const properties = widget.child('properties');
  if (!properties) throw widget.refusal('properties', 'an object');
  return { ...readBox(widget), ...readers[type](properties, region) };
}

function readBox(widget: Properties): Box {
  const whole = (name: string, least: number, fallback?: number) => {
    const value = widget.number(name, fallback);
    if (!Number.isInteger(value) || value < least) throw widget.refusal(name, `a whole number of at least ${least}`);
    return value;
  };
  const box = { x: whole('x', 0), y: whole('y', 0), width: whole('width', 1, 6), height: whole('height', 1, 6) };
  if (box.x + box.width > columns) throw widget.refusal('width', `at most ${columns - box.x} for column ${box.x}`);
  return box;
}

function readTextWidget(properties: Properties): TextWidget {
  refuseUnknown(properties, ['markdown', 'background']);
  return {
    kind: 'text',
    markdown: properties.text('markdown'),
    background: properties.oneOf('background', ['solid', 'transparent'], 'solid'),
  };
}

function readAlarmWidget(properties: Properties): AlarmWidget {
  refuseUnknown(properties, ['title', 'alarms']);
  const names = properties.texts('alarms').map((arn) => {
    const [, name] = /^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(arn) ?? [];
    if (name === undefined) throw properties.refusal('alarms', 'ARNs of alarms');
    return name;
  });
  return { kind: 'alarms', title: properties.text('title', ''), alarms: names };
}

function readLogWidget(properties: Properties, region: string): LogWidget {
  refuseUnknown(properties, ['title', 'region', 'view', 'query']);
  properties.oneOf('region', [region]);
  properties.oneOf('view', ['table'], 'table');
  const query = properties.text('query');
  try {
    if (parseQuery(query)[0]?.command !== 'source') throw new Error("SOURCE '…' must be the first command");
  } catch (error) {
    throw properties.refusal('query', `a supported query (${error instanceof Error ? error.message : String(error)})`);
  }
  return { kind: 'log', title: properties.text('title', ''), query };
}

const known = ['title', 'region', 'view', 'stacked', 'sparkline', 'period', 'stat', 'metrics', 'yAxis', 'annotations'];

function readMetricWidget(properties: Properties, region: string): MetricWidget {
  refuseUnknown(properties, known);
  properties.oneOf('region', [region]);
  const periodSeconds = properties.number('period', 300);
  // Shorter periods exist only for high-resolution metrics.
  if (!(periodSeconds >= 60 && periodSeconds % 60 === 0)) throw properties.refusal('period', 'a multiple of 60');
  const view = properties.oneOf('view', ['timeSeries', 'singleValue'], 'timeSeries');
  return {
    kind: 'metric',
    title: properties.text('title', ''),
    view,
    isStacked: properties.flag('stacked', false),
    hasSparkline: properties.flag('sparkline', false),
    periodSeconds,
    entries: readEntries(properties, { periodSeconds, region, statistic: properties.text('stat', 'Average') }),
    axis: readAxis(properties.child('yAxis')),
    thresholds: readThresholds(properties.child('annotations')),
  };
}

function readAxis(axes: Properties | undefined): Axis {
  if (!axes) return {};
  refuseUnknown(axes, ['left']);
  const left = axes.child('left');
  if (!left) return {};
  refuseUnknown(left, ['min', 'max', 'label', 'showUnits']);
  // Samples are stored without units.
  if (left.flag('showUnits', true)) throw left.refusal('showUnits', 'false, and a label with the unit');
  return {
    ...(left.has('min') && { min: left.number('min') }),
    ...(left.has('max') && { max: left.number('max') }),
    ...(left.has('label') && { label: left.text('label') }),
  };
}

function readThresholds(annotations: Properties | undefined): readonly Threshold[] {
  if (!annotations) return [];
  refuseUnknown(annotations, ['horizontal']);
  return annotations.children('horizontal').map((line) => {
    refuseUnknown(line, ['value', 'label', 'fill', 'color']);
    return {
      value: line.number('value'),
      fill: line.oneOf('fill', ['above', 'below', 'none'], 'none'),
      ...(line.has('label') && { label: line.text('label') }),
      ...(line.has('color') && { colour: readColour(line) }),
    };
  });
}
