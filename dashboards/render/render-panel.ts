import { alarmNames, pageAlarm } from '../alarm.ts';
import { alarmsFor } from '../alarms.ts';
import type { GraphPanel, Line, LogPanel, NumberPanel, Objective, Panel } from '../page.ts';
import { queries } from '../queries.ts';
import type { ResourceNames } from '../resource-names.ts';
import type { Settings } from '../settings.ts';
import { renderMetric } from './render-metric.ts';
import { merged, type Query, queriesOf } from './render-value.ts';

export interface Widget {
  readonly type: 'metric' | 'text' | 'alarm' | 'log';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

const badColour = '#d13212';

export function renderPanel(
  panel: Panel,
  settings: Settings,
  names: ResourceNames,
): Pick<Widget, 'type' | 'properties'> {
  switch (panel.kind) {
    case 'alarms':
      return { type: 'alarm', properties: { title: panel.title, alarms: alarmArns(settings, names) } };
    case 'log':
      return { type: 'log', properties: logProperties(panel, names) };
    case 'graph':
      return { type: 'metric', properties: graphProperties(panel, names) };
    case 'number':
      return { type: 'metric', properties: numberProperties(panel, names) };
  }
}

function alarmArns(settings: Settings, names: ResourceNames): string[] {
  const there = alarmsFor(settings);
  return [...alarmNames.filter((name) => there.has(name)), pageAlarm].map((name) => names.alarmArn(name));
}

function graphProperties(panel: GraphPanel, names: ResourceNames) {
  const { title, lines, axis, objective, stacked = false, periodSeconds = 60 } = panel;
  return {
    title,
    region: names.region,
    view: 'timeSeries',
    stacked,
    period: periodSeconds,
    metrics: metricEntries(lines, names),
    yAxis: { left: { min: 0, label: axis, showUnits: false } },
    ...(objective && { annotations: { horizontal: [annotation(objective)] } }),
  };
}

function numberProperties({ title, lines, objective, periodSeconds }: NumberPanel, names: ResourceNames) {
  const good = objective && `good: ${objective.bad === 'above' ? 'at most' : 'at least'} ${objective.value}`;
  return {
    title: good ? `${title} (${good})` : title,
    region: names.region,
    view: 'singleValue',
    sparkline: true,
    period: periodSeconds,
    metrics: metricEntries(lines, names),
  };
}

function annotation({ value, bad }: Objective) {
  return { label: 'objective', value, fill: bad, color: badColour };
}

function logProperties({ title, query }: LogPanel, names: ResourceNames) {
  const { log, query: text } = queries[query];
  const group = names.logs[log];
  if (group === undefined)
    throw new Error(`The query ${query} reads the log "${log}", which this environment does not have`);
  return { title, region: names.region, view: 'table', query: `SOURCE '${group}' | ${text}` };
}

/** Lines as the widget's `metrics`; the parts of a formula are there too, hidden. */
function metricEntries(lines: readonly Line[], names: ResourceNames): unknown[] {
  const queries = lines.flatMap(({ label, value }, index) => queriesOf(value, `line${index + 1}`, label));
  return merged(queries).map((query) => metricEntry(query, names));
}

function metricEntry(query: Query, names: ResourceNames): unknown[] {
  const { id, shown, label } = query;
  const options = { id, ...(label !== undefined && { label }), ...(!shown && { visible: false }) };
  if ('expression' in query) return [{ expression: query.expression, ...options }];
  const { namespace, name, dimensions } = renderMetric(query.series, names);
  return [namespace, name, ...Object.entries(dimensions).flat(), { stat: query.series.statistic, ...options }];
}
