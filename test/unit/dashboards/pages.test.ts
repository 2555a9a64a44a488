import { describe, expect, it } from 'vitest';
import { alarmsFor } from '../../../dashboards/alarms.ts';
import type { Page } from '../../../dashboards/page.ts';
import { pagesFor } from '../../../dashboards/pages.ts';
import { queries } from '../../../dashboards/queries.ts';
import { queriesOf } from '../../../dashboards/render/render-metric.ts';
import { renderPage, type Widget } from '../../../dashboards/render/render-page.ts';
import type { Settings } from '../../../dashboards/settings.ts';
import { parseQuery } from '../../../local/aws/cloudwatch/insights/parse-query.ts';
import { parseExpression } from '../../../local/aws/cloudwatch/metrics/metric-math.ts';
import { bare, place, shipped } from './shipped.ts';

const bodies = (settings: Settings) =>
  pagesFor(settings).map((page, _, pages) => ({ page, ...renderPage(page, pages, settings, place) }));
const everything = [...bodies(shipped), ...bodies(bare), ...bodies({ ...shipped, alarms: false })];
const overlaps = (a: Widget, b: Widget) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const entries = ({ properties }: Widget) => (properties.metrics ?? []) as unknown[][];
const optionsOf = (entry: unknown[]) => entry.at(-1) as { id: string; expression?: string; visible?: boolean };

describe.each(everything.map((body) => [body.page.title, body] as const))('the page "%s"', (_, { page, widgets }) => {
  it('lays its widgets on the grid of 24 columns, none over another', () => {
    for (const widget of widgets) {
      expect(widget.x + widget.width).toBeLessThanOrEqual(24);
      expect(widgets.filter((other) => other !== widget && overlaps(widget, other))).toEqual([]);
    }
  });

  it('fills each row to its end', () => {
    for (const row of page.rows) {
      const width = row.panels.reduce((sum, panel) => sum + panel.width, 0);
      expect(width, row.title).toBeLessThanOrEqual(page.texts === 'beside' ? 18 : 24);
      expect(width, row.title).toBeGreaterThanOrEqual(page.texts === 'beside' ? 18 : 12);
    }
  });

  it('gives ids that CloudWatch takes, each once in a widget, and expressions of ids that are there', () => {
    for (const widget of widgets) {
      const ids = entries(widget).map((entry) => optionsOf(entry).id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) expect(id).toMatch(/^[a-z]\w*$/);
      for (const entry of entries(widget)) {
        const { expression } = optionsOf(entry);
        if (expression !== undefined) expect(() => parseExpression(expression)).not.toThrow();
      }
    }
  });

  it('says in the title of a number that it is a percentage', () => {
    for (const panel of page.rows.flatMap(({ panels }) => panels)) {
      if (panel.kind === 'number') expect(panel.title.includes('%'), panel.title).toBe(panel.axis === '%');
    }
  });

  it('shows lines that have a name, and hides what they are made of', () => {
    for (const entry of widgets.flatMap(entries)) {
      const options = optionsOf(entry);
      expect(options.visible === false || 'label' in options).toBe(true);
    }
  });

  it('asks logs in a language that is known, and of a log that is there', () => {
    for (const { type, properties } of widgets) {
      if (type !== 'log') continue;
      const [source] = parseQuery(String(properties.query));
      expect(source).toMatchObject({
        command: 'source',
        group: expect.stringMatching(/^\/(?:resize|api|edge|canary)$/),
      });
    }
  });

  it('says of each panel what bad looks like, and where to go', () => {
    for (const row of page.rows) {
      const text = widgets.find(
        ({ type, properties }) => type === 'text' && String(properties.markdown).startsWith(`## ${row.title}`),
      );
      for (const panel of row.panels)
        expect(text?.properties.markdown).toContain(`*${panel.title}*, bad: ${panel.bad}`);
      for (const name of row.runbooks) expect(text?.properties.markdown).toContain(`docs/runbooks/${name}.md`);
    }
  });

  it('stays far below what CloudWatch takes: 500 widgets, 500 metrics in each', () => {
    expect(widgets.length).toBeLessThan(50);
    for (const widget of widgets) expect(entries(widget).length).toBeLessThan(100);
  });
});

const [health, who, capacity] = bodies(shipped);
const widgetOf = (body: { widgets: readonly Widget[] } | undefined, title: string) =>
  body?.widgets.find(({ properties }) => String(properties.title).startsWith(title));

describe('page 1', () => {
  it('begins with the alarms, causes before the canary and the one that pages', () => {
    const first = health?.widgets.find(({ type }) => type !== 'text');
    expect(first?.type).toBe('alarm');
    const arns = first?.properties.alarms as string[];
    expect(arns.at(-1)).toContain('service-unhealthy');
    const at = (name: string) => arns.findIndex((arn) => arn.endsWith(`-${name}`));
    for (const cause of [
      'edge-forbidden',
      'routing-rules-lost',
      'cached-redirects',
      'api-throttled',
      'lambda-throttled',
    ]) {
      for (const effect of ['error-budget-burn-fast', 'canary-failing']) expect(at(cause)).toBeLessThan(at(effect));
    }
    expect(arns).toHaveLength(1 + alarmsFor(shipped).size);
  });

  it('has no row of alarms where there are none', () => {
    const [withoutAlarms] = bodies({ ...shipped, alarms: false });
    expect(withoutAlarms?.widgets.filter(({ type }) => type === 'alarm')).toEqual([]);
  });

  it('shows loops, lost redirects and hits as numbers with their objective, within the first screen', () => {
    for (const [title, good] of [
      ['Redirect loops %', 'good: at most 1'],
      ['Cached redirects %', 'good: at most 5'],
      ['Lost redirects %', 'good: at most 5'],
      ['Image hit rate %', 'good: at least 90'],
    ]) {
      const widget = widgetOf(health, title ?? '');
      expect(widget?.properties).toMatchObject({ view: 'singleValue', title: `${title} (${good})` });
      expect(widget?.y).toBeLessThan(20);
    }
  });

  it('draws the objectives as lines', () => {
    expect(widgetOf(health, 'Image hit rate')).toBeDefined();
    const lines = health?.widgets.flatMap(({ properties }) => {
      const annotations = properties.annotations as { horizontal: { value: number; fill: string }[] } | undefined;
      return annotations?.horizontal.map(({ value, fill }) => `${value} ${fill}`) ?? [];
    });
    expect(lines).toEqual(['90 below', '1500 above', '15 above', '300 above']);
  });

  it('reads no log, which would be paid for with each look', () => {
    expect(health?.widgets.filter(({ type }) => type === 'log')).toEqual([]);
  });

  it('leads to the other pages', () => {
    const text = String(health?.widgets[0]?.properties.markdown);
    expect(text).toContain('(/cloudwatch/home?region=us-east-1#dashboards/dashboard/prod-who-and-where)');
    expect(text).toContain('(/cloudwatch/home?region=us-east-1#dashboards/dashboard/prod-capacity-and-cost)');
  });

  it('keeps the periods it was given, so that a count a minute stays one', () => {
    expect(health).toMatchObject({ periodOverride: 'inherit', start: '-PT8H' });
  });
});

describe('pages 2 and 3', () => {
  it('name the looping keys first', () => {
    const [first] = who?.widgets.filter(({ type }) => type === 'log') ?? [];
    expect(first?.properties.query).toBe(`SOURCE '/resize' | ${queries.loopingKeys.query}`);
  });

  it('draw every preset of the list', () => {
    const widget = widgetOf(who, 'Requests by preset');
    expect(widget && entries(widget).map((entry) => entry[7])).toEqual(shipped.presets);
  });

  it('draw how far it is to the limits', () => {
    const limits = ['Concurrent executions', 'Memory'].map(
      (title) => widgetOf(capacity, title)?.properties.annotations,
    );
    expect(limits).toMatchObject([
      { horizontal: [{ value: shipped.config.capacity.prod.reservedConcurrency }] },
      { horizontal: [{ value: shipped.memoryMegabytes }] },
    ]);
  });
});

describe('a formula is refused before CloudWatch would draw nothing', () => {
  it.each([
    [{ of: {}, result: 'unknown + 1' }, '"unknown" in "unknown + 1" is not defined'],
    [{ of: {}, result: 'FILL(1, 0)' }, '"FILL" in "FILL(1, 0)" is not defined'],
    [{ of: { Big: { metric: 'Faults', statistic: 'Sum' } }, result: 'Big' }, '"Big" is not an id'],
    [{ of: { idle: { metric: 'Faults', statistic: 'Sum' } }, result: '1 + 1' }, '"idle" is defined and not used'],
  ] as const)('case %#', (formula, message) => {
    expect(() => queriesOf(formula, 'line')).toThrow(message);
  });

  it('two lines of a graph that mean other things by one id', () => {
    const [page] = pagesFor(shipped);
    const line = (metric: 'Faults' | 'Refused') => ({
      label: metric,
      value: { of: { same: { metric, statistic: 'Sum' } as const }, result: 'same * 1' },
    });
    const broken: Page = {
      ...(page as Page),
      rows: [
        {
          title: 'x',
          runbooks: [],
          panels: [
            { kind: 'graph', title: 'x', bad: 'x', axis: '%', width: 18, lines: [line('Faults'), line('Refused')] },
          ],
        },
      ],
    };
    expect(() => renderPage(broken, [], shipped, place)).toThrow('The id "same" has two meanings');
  });
});
