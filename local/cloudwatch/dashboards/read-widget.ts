import type { Properties } from '../../properties.ts';
import { parseQuery } from '../insights/parse-query.ts';
import type { AlarmWidget, Box, LogWidget, TextWidget, Widget } from './dashboard.ts';
import { refuseUnknown } from './property-rules.ts';
import { readMetricWidget } from './read-metric-widget.ts';

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
  if (box.x + box.width > columns) throw widget.refusal('width', `at most ${columns - box.x} from column ${box.x} on`);
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
  if (first?.command !== 'source') throw properties.refusal('query', "SOURCE '…' at its beginning");
  return { kind: 'log', title: properties.text('title', ''), query };
}

function parsed(properties: Properties, query: string) {
  try {
    return parseQuery(query);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw properties.refusal('query', `what Logs Insights reads (${why})`);
  }
}
