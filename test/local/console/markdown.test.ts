import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDashboard } from '../../../local/aws/cloudwatch/dashboards/read-dashboard.ts';
import { resolveTemplate } from '../../../local/aws/template/resolve.ts';
import { readInline, readMarkdown } from '../../../local/console/page/markdown.ts';
import { templateOf } from '../../infra/synthesized.ts';

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
    ['2 * 3 * 4', '2 * 3 * 4'],
    ['snake_case_stays and so does an [ or a `', 'snake_case_stays and so does an [ or a `'],
    ['<b onclick="x()">', '<b onclick="x()">'],
  ])('has its marks in %s', (text, expected) => {
    expect(shown(readInline(text))).toBe(expected);
  });

  it('takes markup for text', () => {
    expect(readMarkdown('<script>alert(1)</script>\n\n<img src=x onerror=y>')).toEqual([
      { is: 'paragraph', of: [{ is: 'text', text: '<script>alert(1)</script>' }] },
      { is: 'paragraph', of: [{ is: 'text', text: '<img src=x onerror=y>' }] },
    ]);
  });

  it('ends what is never closed with the text', () => {
    expect(readMarkdown('```\nopen')).toEqual([{ is: 'code', language: '', text: 'open' }]);
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
