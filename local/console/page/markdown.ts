/**
 * The part of Markdown that dashboards and runbooks are written in, as a tree. There is no markup in it: a text stays a
 * text, whatever it holds.
 */
export type Inline =
  | { readonly is: 'text' | 'code'; readonly text: string }
  | { readonly is: 'bold' | 'italic'; readonly of: readonly Inline[] }
  | { readonly is: 'link'; readonly href: string; readonly of: readonly Inline[] };

export type Block =
  | { readonly is: 'heading'; readonly level: number; readonly of: readonly Inline[] }
  | { readonly is: 'paragraph'; readonly of: readonly Inline[] }
  | { readonly is: 'code'; readonly language: string; readonly text: string }
  | { readonly is: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly is: 'table'; readonly head: Row; readonly rows: readonly Row[] };

type Row = readonly (readonly Inline[])[];

const item = /^ {0,3}(?:[-*]|(\d+)\.) +(.*)$/;
const fence = /^```(.*)$/;
const heading = /^(#{1,6}) +(.*)$/;
const isPlain = (line: string) =>
  line.trim() !== '' && ![heading, fence, item].some((form) => form.test(line)) && !line.startsWith('|');

export function readMarkdown(source: string): readonly Block[] {
  const lines = source.split(/\r?\n/);
  const blocks: Block[] = [];
  /** Takes the lines from here on for as long as they belong together. */
  const take = (belongs: (line: string) => boolean) => {
    const end = lines.findIndex((line) => !belongs(line));
    return lines.splice(0, end < 0 ? lines.length : end);
  };
  while (lines.length > 0) {
    const line = lines[0] ?? '';
    const [, marks, title = ''] = heading.exec(line) ?? [];
    const [, language] = fence.exec(line) ?? [];
    const [first] = item.exec(line) ?? [];
    if (line.trim() === '') lines.shift();
    else if (marks !== undefined) {
      lines.shift();
      blocks.push({ is: 'heading', level: marks.length, of: readInline(title) });
    } else if (language !== undefined) {
      lines.shift();
      blocks.push({ is: 'code', language: language.trim(), text: take((one) => !fence.test(one)).join('\n') });
      lines.shift();
    } else if (first !== undefined) {
      // A line that is indented, or follows without a gap, continues its item.
      blocks.push({
        is: 'list',
        isOrdered: /^ *\d/.test(first),
        items: itemsOf(take((one) => item.test(one) || isPlain(one))),
      });
    } else if (line.startsWith('|')) {
      const [head = '', , ...rows] = take((one) => one.startsWith('|'));
      blocks.push({ is: 'table', head: cellsOf(head), rows: rows.map(cellsOf) });
    } else {
      blocks.push({ is: 'paragraph', of: readInline(take(isPlain).join(' ')) });
    }
  }
  return blocks;
}

function itemsOf(lines: readonly string[]): Row {
  const items: string[] = [];
  for (const line of lines) {
    const [, , text] = item.exec(line) ?? [];
    items.push(text ?? `${items.pop() ?? ''} ${line.trim()}`);
  }
  return items.map(readInline);
}

/** A bar in a cell is written `\|`. */
function cellsOf(line: string): Row {
  const cells = line.replace(/^\||\|\s*$/g, '').split(/(?<!\\)\|/);
  return cells.map((cell) => readInline(cell.trim().replaceAll('\\|', '|')));
}

const inline = /`([^`]+)`|\*\*(.+?)\*\*|\*([^\s*](?:[^*]*[^\s*])?)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

export function readInline(text: string): readonly Inline[] {
  const found: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(inline)) {
    const [whole, code, bold, italic, label = '', href = ''] = match;
    if (match.index > end) found.push({ is: 'text', text: text.slice(end, match.index) });
    end = match.index + whole.length;
    if (code !== undefined) found.push({ is: 'code', text: code });
    else if (bold !== undefined) found.push({ is: 'bold', of: readInline(bold) });
    else if (italic !== undefined) found.push({ is: 'italic', of: readInline(italic) });
    else found.push({ is: 'link', href, of: readInline(label) });
  }
  if (end < text.length) found.push({ is: 'text', text: text.slice(end) });
  return found;
}
