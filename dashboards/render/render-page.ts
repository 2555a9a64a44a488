import { alarmNames, pageAlarm } from '../alarm.ts';
import type { Page, PageName, Row } from '../page.ts';
import { dashboardLink, type Place } from '../place.ts';
import { runbook, type Settings } from '../settings.ts';
import { gridColumns, renderPanel, type Widget } from './render-panel.ts';

/** What CloudWatch calls a dashboard body. */
export interface DashboardBody {
  readonly start: string;
  readonly periodOverride: 'inherit';
  readonly widgets: readonly Widget[];
}

/** A shift. */
const window = '-PT8H';
const panelHeight = 6;

export function renderPage(page: Page, others: readonly Page[], settings: Settings, place: Place): DashboardBody {
  const widgets: Widget[] = [];
  let y = 0;
  const text = (markdown: string, height: number) => {
    widgets.push({
      type: 'text',
      x: 0,
      y,
      width: gridColumns,
      height,
      properties: { markdown, background: 'transparent' },
    });
    y += height;
  };
  text(heading(page, others, place), 3);
  for (const row of page.rows) {
    text(rowText(row, settings), 1 + Math.ceil((row.panels.length + 2) / 2));
    let x = 0;
    const height = row.panels.some(({ kind }) => kind === 'alarms') ? alarmsHeight : panelHeight;
    for (const panel of row.panels) {
      widgets.push({ x, y, width: panel.width, height, ...renderPanel(panel, settings, place) });
      x += panel.width;
    }
    if (x > gridColumns)
      throw new Error(`The row "${row.title}" is ${x} columns wide, expected at most ${gridColumns}`);
    y += height;
  }
  // CloudWatch would otherwise widen periods to its taste, and counts a minute would silently become counts an hour.
  return { start: window, periodOverride: 'inherit', widgets };
}

/** Eight names in a line. */
const alarmsHeight = 1 + Math.ceil((alarmNames.length + [pageAlarm].length) / 8);

function heading({ title, intro, name }: Page, others: readonly Page[], place: Place): string {
  const links = others.map((other) =>
    other.name === name ? `**${other.title}**` : link(other.title, other.name, place),
  );
  return `# ${title} ${place.stage}\n${intro}\n\n${links.join(' | ')}`;
}

function link(title: string, page: PageName, place: Place): string {
  return `[${title}](${dashboardLink(page, place)})`;
}

function rowText({ title, panels, runbooks }: Row, settings: Settings): string {
  const bad = panels.map((panel) => `- *${panel.title}* is bad when: ${panel.bad}`);
  const go = runbooks.map((name) => `[${name}](${runbook(name, settings)})`);
  return [`## ${title}`, ...bad, '', `Runbooks: ${go.join(', ')}`].join('\n');
}
