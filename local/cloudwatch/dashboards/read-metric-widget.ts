import type { Properties } from '../../properties.ts';
import type { Axis, MetricWidget, Threshold } from './dashboard.ts';
import { readColour, refuseUnknown } from './property-rules.ts';
import { readEntries } from './read-entries.ts';

const known = [
  'title',
  'region',
  'view',
  'stacked',
  'sparkline',
  'period',
  'stat',
  'setPeriodToTimeRange',
  'liveData',
  'metrics',
  'yAxis',
  'annotations',
];

export function readMetricWidget(properties: Properties, region: string): MetricWidget {
  refuseUnknown(properties, known);
  properties.oneOf('region', [region]);
  const periodSeconds = properties.number('period', 300);
  // Finer ones are kept for high-resolution metrics alone.
  if (!(periodSeconds >= 60 && periodSeconds % 60 === 0)) throw properties.refusal('period', 'a multiple of 60');
  const view = properties.oneOf('view', ['timeSeries', 'singleValue'], 'timeSeries');
  const periodIsRange = properties.flag('setPeriodToTimeRange', false);
  if (periodIsRange && view !== 'singleValue') {
    throw properties.refusal('setPeriodToTimeRange', 'false, unless the view is singleValue');
  }
  return {
    kind: 'metric',
    title: properties.text('title', ''),
    view,
    isStacked: properties.flag('stacked', false),
    hasSparkline: properties.flag('sparkline', false),
    periodSeconds,
    periodIsRange,
    isLive: properties.flag('liveData', false),
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
  // Units are known of samples here as little as CloudWatch knows them of expressions.
  if (left.flag('showUnits', true)) throw left.refusal('showUnits', 'false, with a label that says the unit');
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
