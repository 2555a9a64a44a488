import { alarmNames, pageAlarm } from '../alarm.ts';
import { alarmsFor } from '../alarms.ts';
import type { GraphPanel, Line, LogPanel, NumberPanel, Objective, Page, PageName, Panel, Row } from '../page.ts';
import { queries } from '../queries.ts';
import { dashboardLink, type ResourceNames, runbook, type Settings } from '../settings.ts';
import { merged, type Query, queriesOf, renderMetric } from './render-metric.ts';

/** The body of a CloudWatch dashboard. */
export interface DashboardBody {
  readonly start: string;
  readonly periodOverride: 'inherit';
  readonly widgets: readonly Widget[];
}

const gridColumns = 24;
const textColumns = 6;
const panelHeight = 6;
const alarmsHeight = 5;
/** Eight hours: a shift. */
const window = '-PT8H';

export function renderPage(
  page: Page,
  others: readonly Page[],
  settings: Settings,
  names: ResourceNames,
): DashboardBody {
  const widgets: Widget[] = [text(heading(page, others, names), { x: 0, y: 0, width: gridColumns, height: 3 })];
  let y = 3;
  for (const row of page.rows) {
    const height = row.panels.some(({ kind }) => kind === 'alarms') ? alarmsHeight : panelHeight;
    const beside = page.texts === 'beside';
    const markdown = rowText(row, settings);
    let x = beside ? textColumns : 0;
    if (beside) {
      widgets.push(text(markdown, { x: 0, y, width: textColumns, height }));
    } else {
      // A heading, a line for each panel, a line of links: about two to a unit of the grid.
      const textHeight = 1 + Math.ceil((row.panels.length + 2) / 2);
      widgets.push(text(markdown, { x: 0, y, width: gridColumns, height: textHeight }));
      y += textHeight;
    }
    for (const panel of row.panels) {
      widgets.push({ x, y, width: panel.width, height, ...renderPanel(panel, settings, names) });
      x += panel.width;
    }
    if (x > gridColumns)
      throw new Error(`The row "${row.title}" is ${x} columns wide, expected at most ${gridColumns}`);
    y += height;
  }
  // Otherwise CloudWatch chooses longer periods, and counts per minute silently become counts per hour.
  return { start: window, periodOverride: 'inherit', widgets };
}

function text(markdown: string, box: Pick<Widget, 'x' | 'y' | 'width' | 'height'>): Widget {
  return { type: 'text', ...box, properties: { markdown, background: 'transparent' } };
}

function heading({ title, intro, name }: Page, others: readonly Page[], names: ResourceNames): string {
  const links = others.map((other) =>
    other.name === name ? `**${other.title}**` : link(other.title, other.name, names),
  );
  return `# ${title} ${names.stage}\n${intro}\n\n${links.join(' | ')}`;
}

function link(title: string, page: PageName, names: ResourceNames): string {
  return `[${title}](${dashboardLink(page, names)})`;
}

function rowText({ title, panels, runbooks }: Row, settings: Settings): string {
  const bad = panels.map((panel) => `- *${panel.title}*, bad: ${panel.bad}`);
  const go = runbooks.map((name) => `[${name}](${runbook(name, settings)})`);
  return [`## ${title}`, ...bad, '', `Runbooks: ${go.join(', ')}`].join('\n');
}

export interface Widget {
  readonly type: 'metric' | 'text' | 'alarm' | 'log';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

const badColour = '#d13212';

function renderPanel(panel: Panel, settings: Settings, names: ResourceNames): Pick<Widget, 'type' | 'properties'> {
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
