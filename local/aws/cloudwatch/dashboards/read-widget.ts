import type { Properties } from '../../template/properties.ts';
import { parseQuery } from '../insights/parse-query.ts';
import type { AlarmWidget, Axis, Box, LogWidget, MetricWidget, TextWidget, Threshold, Widget } from './dashboard.ts';
import { readColour, readEntries, refuseUnknown } from './read-entries.ts';

const readers = {
  text: readTextWidget,
  alarm: readAlarmWidget,
  log: readLogWidget,
  metric: readMetricWidget,
} as const;

const columns = 24;

export function readWidget(widget: Properties, region: string): Widget {
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
  const [first] = parsed(properties, query);
  if (first?.command !== 'source') throw properties.refusal('query', "SOURCE '…' first");
  return { kind: 'log', title: properties.text('title', ''), query };
}

function parsed(properties: Properties, query: string) {
  try {
    return parseQuery(query);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw properties.refusal('query', `a supported query (${why})`);
  }
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
