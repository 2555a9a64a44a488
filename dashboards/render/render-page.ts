import type { Page, PageName, Row } from '../page.ts';
import { dashboardLink, type ResourceNames } from '../resource-names.ts';
import { runbook, type Settings } from '../settings.ts';
import { renderPanel, type Widget } from './render-panel.ts';

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
