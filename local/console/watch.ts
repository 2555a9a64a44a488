import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { edgeLogGroup } from '../aws/cloudfront/edge-function.ts';
import type { Dashboard, Widget } from '../aws/cloudwatch/dashboards/dashboard.ts';
import { createLogQueries } from '../aws/cloudwatch/dashboards/log-queries.ts';
import { pointsOf, type TimeRange } from '../aws/cloudwatch/dashboards/metric-points.ts';
import { readDashboard } from '../aws/cloudwatch/dashboards/read-dashboard.ts';
import type { ChainParts } from '../chain/read-parts.ts';
import type { Chain } from '../chain/start-chain.ts';
import { UserError } from '../faults/setup.ts';
import { createAlarmCards, shortNames } from './alarm-cards.ts';
import type { AlarmDetails, DashboardCard, DashboardData, LogAnswer, Runbook, WidgetData } from './contract.ts';

/** The dashboards, alarms and logs of the running chain, as CloudWatch would show them. */
export interface Watch {
  readonly dashboards: readonly DashboardCard[];
  /** Without a range: since the start. */
  dataOf(name: string, rangeSeconds: number | undefined): DashboardData;
  alarm(name: string): AlarmDetails;
  /** Runs a query of a runbook on a log: `resize`, `canary`, `purge`, `api` or `edge`. */
  rows(log: string, query: string, rangeSeconds: number | undefined): LogAnswer;
  redAlarms(): number;
  stop(): void;
}

/** Seconds; CloudWatch offers the same. */
export const ranges: readonly number[] = [900, 3600, 3 * 3600, 8 * 3600, 24 * 3600];

const [shortest = 900] = ranges;
/** The range since the start grows in these steps, so that graphs do not shrink with every refresh. */
const stepSeconds = 300;

export function createWatch(chain: Chain): Watch {
  const { resources, account } = chain.parts.template;
  const { cloudWatch, clock } = chain;
  const read = resources
    .filter(({ type }) => type === 'AWS::CloudWatch::Dashboard')
    .map((resource) => readDashboard(resource, account.region));
  const short = shortNames(read.map(({ name }) => name));
  const dashboards = new Map(read.map((dashboard) => [short.get(dashboard.name) ?? dashboard.name, dashboard]));
  const alarms = createAlarmCards(resources, cloudWatch.alarms, cloudWatch.store);
  const groups = logGroupsOf(chain.parts);
  const startedSeconds = clock.now() / 1000;
  const queries = createLogQueries(chain.logs.groups, cloudWatch.linesOf);

  function lookOf(rangeSeconds: number | undefined, longest: number): TimeRange {
    const nowSeconds = clock.now() / 1000;
    const age = Math.ceil((nowSeconds - startedSeconds) / stepSeconds) * stepSeconds;
    return { nowSeconds, rangeSeconds: rangeSeconds ?? Math.min(Math.max(age, shortest), longest) };
  }

  function widgetData(widget: Widget, look: TimeRange, chosen: string): WidgetData {
    try {
      if (widget.kind === 'metric') return { kind: 'metric', ...pointsOf(widget, cloudWatch.store, look) };
      if (widget.kind === 'log') return queries.latest(widget.query, look, chosen);
      return { kind: 'none' };
    } catch (error) {
      return { kind: 'problem', problem: error instanceof Error ? error.message : String(error) };
    }
  }

  return {
    dashboards: [...dashboards].map(([name, { name: fullName, widgets }]) => ({
      name,
      fullName,
      title: titleOf(widgets)?.replace(` ${chain.target.stage}`, '') ?? name,
      widgets,
    })),
    dataOf(name, rangeSeconds) {
      const dashboard = dashboards.get(name);
      if (!dashboard) throw unknownDashboard(name, [...dashboards.keys()]);
      const look = lookOf(rangeSeconds, dashboard.rangeSeconds);
      return {
        ...look,
        startedSeconds,
        widgets: dashboard.widgets.map((widget) => widgetData(widget, look, String(rangeSeconds))),
        alarms: alarms.list(),
        rejected: cloudWatch.rejected().slice(-20),
      };
    },
    alarm: (name) => alarms.details(name, clock.now() / 1000),
    rows(log, query, rangeSeconds) {
      const group = groups.get(log);
      if (group === undefined) {
        throw new UserError(`There is no log "${log}".`, `Expected one of ${[...groups.keys()].join(', ')}.`);
      }
      return queries.latest(`SOURCE '${group}' | ${query}`, lookOf(rangeSeconds, 24 * 3600), String(rangeSeconds));
    },
    redAlarms: () => cloudWatch.alarms.names.filter((name) => cloudWatch.alarms.stateOf(name) === 'ALARM').length,
    stop: queries.stop,
  };
}

function unknownDashboard(name: string, names: readonly string[]): UserError {
  return names.length === 0
    ? new UserError('The template has no dashboards.')
    : new UserError(`There is no dashboard "${name}".`, `The template has ${names.join(', ')}.`);
}

/** The first heading of a text widget. */
function titleOf(widgets: Dashboard['widgets']): string | undefined {
  const [text] = widgets.flatMap((widget) => (widget.kind === 'text' ? [widget.markdown] : []));
  return /^# (.+)$/m.exec(text ?? '')?.[1];
}

/** Log groups by the names that runbooks use in their queries. */
function logGroupsOf({ api, functions, template }: ChainParts): ReadonlyMap<string, string> {
  const [called] = functions;
  const logOf = (variable: string) => functions.find(({ variables }) => variable in variables)?.logGroup;
  // Of the one that logs.
  const edge = template
    .ofType('AWS::Logs::LogGroup')
    .map(({ properties }) => String(properties.LogGroupName))
    .find((name) => name.startsWith(edgeLogGroup('')));
  const groups: readonly (readonly [string, string | undefined])[] = [
    ['resize', called?.logGroup],
    ['canary', logOf('CANARY_PREFIX')],
    ['purge', logOf('SECOND_PASS_QUEUE_ARN')],
    ['api', api.accessLog?.group],
    ['edge', edge],
  ];
  return new Map(groups.flatMap(([name, group]) => (group === undefined ? [] : [[name, group] as const])));
}

const folder = resolve(import.meta.dirname, '../../docs/runbooks');

function runbookNames(): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.md'))
      .map((file) => file.replace(/\.md$/, ''));
  } catch {
    // Another project's template, run from elsewhere.
    return [];
  }
}

/** Reads the file each time, so that an edited runbook shows after a reload. */
export function readRunbook(name: string): Runbook {
  const names = runbookNames();
  if (!names.includes(name)) {
    throw new UserError(`There is no runbook "${name}".`, `docs/runbooks has ${names.join(', ') || 'none'}.`);
  }
  return { name, markdown: readFileSync(join(folder, `${name}.md`), 'utf8') };
}
