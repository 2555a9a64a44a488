import { type ComponentChild, type ComponentChildren, createElement } from 'preact';
import type { LogAnswer, LogRows as Rows } from '../contract.ts';
import { clockTimeWithSeconds, measure } from './format.ts';
import { type Block, type Inline, readMarkdown } from './markdown.ts';

/** How links and code of a text are shown on this page. */
export interface Reading {
  /** Where a link leads on this page; one that leads elsewhere is shown as text. */
  readonly link: (href: string) => string | undefined;
  /** Where the widget is whose title is written in italics. */
  readonly widget?: (title: string) => string | undefined;
  /** Shows a block of code in its own way. */
  readonly code?: (language: string, text: string) => ComponentChild;
}

export function Prose({ markdown, reading }: { readonly markdown: string; readonly reading: Reading }) {
  return readMarkdown(markdown).map((block) => showBlock(block, reading));
}

/** Headings are one level lower than they are written: the page has a heading of its own. */
function showBlock(block: Block, reading: Reading): ComponentChild {
  const show = (inlines: readonly Inline[]) => inlines.map((one) => showInline(one, reading));
  switch (block.is) {
    case 'heading':
      return createElement(`h${Math.min(block.level + 1, 6)}`, {}, show(block.of));
    case 'paragraph':
      return <p>{show(block.of)}</p>;
    case 'list': {
      const items = block.items.map((item) => <li>{show(item)}</li>);
      return block.isOrdered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case 'table':
      return <Table label="Table" head={block.head.map(show)} rows={block.rows.map((row) => row.map(show))} />;
    case 'code':
      return reading.code?.(block.language, block.text) ?? <Code text={block.text} />;
  }
}

interface TableProps {
  readonly label: string;
  readonly head: readonly ComponentChildren[];
  readonly rows: readonly (readonly ComponentChildren[])[];
  /** Of each column. */
  readonly classes?: readonly string[];
}

/** A table that scrolls in its frame where it is too large. */
function Table({ label, head, rows, classes = [] }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus
    <section class="scrolls" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            {head.map((cell, at) => (
              <th scope="col" class={classes[at]}>
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((cell, at) => (
                <td class={classes[at]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The text of a query, folded. */
export function Folded({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <details>
      <summary>{title}</summary>
      <Code text={text} />
    </details>
  );
}

function Code({ text }: { readonly text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus
    <pre tabIndex={0}>
      <code>{text}</code>
    </pre>
  );
}

function showInline(inline: Inline, reading: Reading): ComponentChild {
  switch (inline.is) {
    case 'text':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'bold':
      return <strong>{inline.of.map((one) => showInline(one, reading))}</strong>;
    case 'italic': {
      const words = <em>{inline.of.map((one) => showInline(one, reading))}</em>;
      const href = reading.widget?.(textOf(inline.of));
      return href === undefined ? words : <a href={href}>{words}</a>;
    }
    case 'link': {
      const words = inline.of.map((one) => showInline(one, reading));
      const href = reading.link(inline.href);
      return href === undefined ? <span title={inline.href}>{words}</span> : <a href={href}>{words}</a>;
    }
  }
}

function textOf(inlines: readonly Inline[]): string {
  return inlines.map((one) => ('text' in one ? one.text : textOf(one.of))).join('');
}

interface LogRowsProps {
  /** `undefined`: not asked yet. */
  readonly answer: LogAnswer | undefined;
  readonly label: string;
}

/** What a query of a log found. */
export function LogRows({ answer, label }: LogRowsProps) {
  return <div class="rows">{show(answer, label)}</div>;
}

function show(answer: LogAnswer | undefined, label: string) {
  if (answer === undefined || answer.kind === 'asking') return <p class="soft">Reading the log …</p>;
  if (answer.kind === 'problem') return <p class="problem box">{answer.problem}</p>;
  if (answer.rows.length === 0) return <p class="soft">No rows in this time.</p>;
  const { columns, rows } = answer;
  const classes = columns.map(({ isTime }, at) => {
    return isTime || rows.every((row) => typeof row[at] !== 'string') ? 'number' : '';
  });
  const cells = rows.map((row) => row.map((cell, at) => cellText(cell, columns[at]?.isTime)));
  return <Table label={label} head={columns.map(({ name }) => name)} rows={cells} classes={classes} />;
}

function cellText(cell: Rows['rows'][number][number], isTime = false): string {
  if (typeof cell !== 'number') return cell ?? '–';
  return isTime ? clockTimeWithSeconds(cell / 1000) : measure(cell);
}
