import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDashboard } from '../../../local/aws/cloudwatch/dashboards/read-dashboard.ts';
import { resolveTemplate } from '../../../local/aws/template/resolve.ts';
import { duration, measure, unitInWords } from '../../../local/console/page/format.ts';
import { readInline, readMarkdown } from '../../../local/console/page/markdown.ts';
import { routeOf, routeOfLink, routeOfWidget } from '../../../local/console/page/routes.ts';
import { templateOf } from '../../infra/synthesized.ts';

it.each([
  [96.4321, '%', '96.4 %'],
  [0.0412, '%', '0.041 %'],
  [-0, '%', '0 %'],
  [-1.724, '%', '−1.72 %'],
  [0.0019312, '$', '$0.0019'],
  [12.3456, '$', '$12.3'],
  [85.4, 'ms', '85 ms'],
  [1250, 'ms', '1.25 s'],
  [1_456_600, 'bytes', '1.46 MB'],
  [12_345, 'count', '12,345'],
  [1.5, 'count', '1.5'],
  [14 * 86_400, 's', '14 d'],
])('%s in %s is written %s', (value, unit, expected) => {
  expect(measure(value, unit)).toBe(expected);
});

it.each([
  [125, '2 min'],
  [5400, '1.5 h'],
  [86_400, '1 d'],
])('%i seconds are %s', (seconds, expected) => {
  expect(duration(seconds)).toBe(expected);
});

it.each([
  ['Image hit rate % (good: at least 90)', 'of images', '%'],
  ['Dollars, last day', '$ a day', '$'],
  ['Calls', 'calls', ''],
])('a number called "%s" is counted in what its words say', (title, label, unit) => {
  expect(unitInWords(title, label)).toBe(unit);
});

const dashboards = [
  { name: 'health', fullName: 'Stack-prod-health', widgets: [{ kind: 'text' }, { kind: 'log', title: 'Keys' }] },
] as const;

describe('a fragment', () => {
  it.each([
    ['#chain', { page: 'chain' }],
    ['#view=abc', { page: 'chain' }],
    ['#dashboards/health', { page: 'dashboards', name: 'health' }],
    ['#dashboards/health/3', { page: 'dashboards', name: 'health', widget: 3 }],
    ['#alarms/redirect-loop', { page: 'alarms', name: 'redirect-loop' }],
    ['#runbooks/README', { page: 'runbooks', name: 'README' }],
    ['#runbooks/../secret', { page: 'chain' }],
  ])('%s is a route', (fragment, route) => {
    expect(routeOf(fragment)).toEqual(route);
  });
});

describe('a link', () => {
  it.each([
    ['docs/runbooks/redirect-loop.md', '#runbooks/redirect-loop'],
    ['https://git.example.com/team/repo/blob/main/docs/runbooks/hit-rate.md', '#runbooks/hit-rate'],
    ['roll-back-release.md', '#runbooks/roll-back-release'],
    ['/cloudwatch/home?region=us-east-1#dashboards/dashboard/Stack-prod-health', '#dashboards/health'],
    ['/cloudwatch/home?region=us-east-1#dashboards/dashboard/Another', undefined],
    ['https://console.aws.amazon.com/lambda', undefined],
    ['javascript:alert(1)', undefined],
    ['javascript:alert(1)//docs/runbooks/x.md', '#runbooks/x'],
  ])('to %s leads to %s', (href, route) => {
    expect(routeOfLink(href, dashboards)).toBe(route);
  });

  it('may name a widget by its title', () => {
    expect(routeOfWidget('Keys', dashboards)).toBe('#dashboards/health/1');
    expect(routeOfWidget('Other', dashboards)).toBeUndefined();
  });
});

/** Any node of the tree, so that all of them can be printed alike. */
interface Node {
  readonly is: string;
  readonly text?: string;
  readonly href?: string;
  readonly language?: string;
  readonly level?: number;
  readonly isOrdered?: boolean;
  readonly of?: readonly Node[];
  readonly items?: readonly (readonly Node[])[];
  readonly head?: readonly (readonly Node[])[];
  readonly rows?: readonly (readonly (readonly Node[])[])[];
}

/** As short as it can be told apart: `*` italic, `**` bold, `` ` `` code, `<href>` link. */
function shown(nodes: readonly Node[] = []): string {
  return nodes
    .map(({ is, text = '', href, of }) => {
      if (is === 'text') return text;
      if (is === 'code') return `\`${text}\``;
      if (is === 'link') return `${shown(of)}<${href}>`;
      return is === 'bold' ? `**${shown(of)}**` : `*${shown(of)}*`;
    })
    .join('');
}

describe('Markdown', () => {
  it('is read block by block', () => {
    const blocks: readonly Node[] = readMarkdown(
      [
        '# Title `code`',
        'One line',
        'and the next.',
        '',
        '- first',
        '  goes on',
        '- **second**',
        '',
        '1. one',
        '2. two',
        '```insights resize',
        'filter a = 1',
        '',
        '| limit 2',
        '```',
        '| a | b \\| c |',
        '| --- | --- |',
        '| `x` |  |',
        'After.',
      ].join('\n'),
    );
    expect(blocks.map(({ is }) => is)).toEqual(['heading', 'paragraph', 'list', 'list', 'code', 'table', 'paragraph']);
    const [heading, paragraph, list, ordered, code, table] = blocks;
    expect([heading?.level, shown(heading?.of)]).toEqual([1, 'Title `code`']);
    expect(shown(paragraph?.of)).toBe('One line and the next.');
    expect(list?.items?.map(shown)).toEqual(['first goes on', '**second**']);
    expect(list?.isOrdered).toBe(false);
    expect(ordered?.isOrdered).toBe(true);
    expect(code).toMatchObject({ language: 'insights resize', text: 'filter a = 1\n\n| limit 2' });
    expect(table?.head?.map(shown)).toEqual(['a', 'b | c']);
    expect(table?.rows?.map((row) => row.map(shown))).toEqual([['`x`', '']]);
  });

  it.each([
    ['a **bold *and* so** on', 'a **bold *and* so** on'],
    ['[a `b`](docs/x.md), [c](#d)', 'a `b`<docs/x.md>, c<#d>'],
    ['`*not* [a](link)`', '`*not* [a](link)`'],
    ['snake_case_stays and so does an [ or a `', 'snake_case_stays and so does an [ or a `'],
  ])('has its marks in %s', (text, expected) => {
    expect(shown(readInline(text))).toBe(expected);
  });

  it('takes markup for text', () => {
    expect(readMarkdown('<script>alert(1)</script>\n\n<img src=x onerror=y>')).toEqual([
      { is: 'paragraph', of: [{ is: 'text', text: '<script>alert(1)</script>' }] },
      { is: 'paragraph', of: [{ is: 'text', text: '<img src=x onerror=y>' }] },
    ]);
  });
});

describe('all of it that is shown', () => {
  const root = join(import.meta.dirname, '../../..');
  const runbooks = globSync('docs/runbooks/*.md', { cwd: root }).map(
    (file) => [file, readFileSync(join(root, file), 'utf8')] as const,
  );
  const account = { region: 'us-east-1', accountId: '123456789012', partition: 'aws', urlSuffix: 'amazonaws.com' };
  const { resources } = resolveTemplate(templateOf({ withoutMonitoring: [] }), { ...account, stackName: 'Stack' });
  const texts = resources
    .filter(({ type }) => type === 'AWS::CloudWatch::Dashboard')
    .flatMap((resource) => readDashboard(resource, account.region).widgets)
    .flatMap((widget) => (widget.kind === 'text' ? [['a dashboard', widget.markdown] as const] : []));

  it('is there', () => {
    expect(runbooks.length).toBeGreaterThan(20);
    expect(texts.length).toBeGreaterThan(10);
  });

  it.each([...runbooks, ...texts])('leaves no mark unread: %s', (_, markdown) => {
    const unread = textsIn(readMarkdown(markdown)).filter((text) => /\*\*|\]\(|^#|^```|^\|/.test(text));
    expect(unread).toEqual([]);
  });
});

/** Every text that is neither code nor a link's address. */
function textsIn(nodes: readonly Node[]): string[] {
  return nodes.flatMap(({ is, text, of = [], items = [], head = [], rows = [] }) => [
    ...(is === 'text' ? [text ?? ''] : []),
    ...[of, ...items, ...head, ...rows.flat()].flatMap(textsIn),
  ]);
}
