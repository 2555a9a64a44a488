/**
 * The part of Markdown that dashboards and runbooks are written in, as a tree. Nothing here knows what a document is: a
 * text stays a text, whatever stands in it.
 * @typedef {{ is: 'text', text: string } | { is: 'code', text: string } | { is: 'bold' | 'italic', of: readonly Inline[] } | { is: 'link', href: string, of: readonly Inline[] }} Inline
 * @typedef {{ is: 'heading', level: number, of: readonly Inline[] } | { is: 'paragraph', of: readonly Inline[] } | { is: 'code', language: string, text: string } | { is: 'list', isOrdered: boolean, items: readonly (readonly Inline[])[] } | { is: 'table', head: readonly (readonly Inline[])[], rows: readonly (readonly (readonly Inline[])[])[] }} Block
 */

const item = /^ {0,3}(?:[-*]|(\d+)\.) +(.*)$/;
const fence = /^```(.*)$/;
const heading = /^(#{1,6}) +(.*)$/;

/** @param {string} source @returns {readonly Block[]} */
export function readMarkdown(source) {
  const lines = source.split(/\r?\n/);
  /** @type {Block[]} */
  const blocks = [];
  let at = 0;
  const peek = () => lines[at] ?? '';
  /** The lines from here on as long as they go on. @param {(line: string) => boolean} goesOn */
  const take = (goesOn) => {
    const from = at;
    while (at < lines.length && goesOn(peek())) at += 1;
    return lines.slice(from, at);
  };
  const isPlain = (/** @type {string} */ line) =>
    line.trim() !== '' && !heading.test(line) && !fence.test(line) && !item.test(line) && !line.startsWith('|');

  while (at < lines.length) {
    const [, marks, title] = heading.exec(peek()) ?? [];
    const [, language] = fence.exec(peek()) ?? [];
    const [first] = item.exec(peek()) ?? [];
    if (peek().trim() === '') at += 1;
    else if (marks !== undefined) {
      at += 1;
      blocks.push({ is: 'heading', level: marks.length, of: readInline(title ?? '') });
    } else if (language !== undefined) {
      at += 1;
      blocks.push({ is: 'code', language: language.trim(), text: take((line) => !fence.test(line)).join('\n') });
      at += 1;
    } else if (first !== undefined) {
      const isOrdered = /^ *\d/.test(first);
      // A line that is indented, or follows without a gap, goes on with its item.
      const text = take((line) => item.test(line) || isPlain(line));
      blocks.push({ is: 'list', isOrdered, items: itemsOf(text) });
    } else if (peek().startsWith('|')) {
      const [head = '', , ...rows] = take((line) => line.startsWith('|'));
      blocks.push({ is: 'table', head: cellsOf(head), rows: rows.map(cellsOf) });
    } else {
      blocks.push({ is: 'paragraph', of: readInline(take(isPlain).join(' ')) });
    }
  }
  return blocks;
}

/** @param {readonly string[]} lines */
function itemsOf(lines) {
  /** @type {string[]} */
  const items = [];
  for (const line of lines) {
    const [, , text] = item.exec(line) ?? [];
    if (text !== undefined) items.push(text);
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  return items.map(readInline);
}

/** A bar in a cell is written `\|`. @param {string} line */
function cellsOf(line) {
  return line
    .replace(/^\|/, '')
    .replace(/\|\s*$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => readInline(cell.trim().replaceAll('\\|', '|')));
}

const inline = /`([^`]+)`|\*\*(.+?)\*\*|\*([^\s*](?:[^*]*[^\s*])?)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

/** @param {string} text @returns {readonly Inline[]} */
export function readInline(text) {
  /** @type {Inline[]} */
  const found = [];
  let end = 0;
  for (const match of text.matchAll(inline)) {
    const [whole, code, bold, italic, label, href] = match;
    if (match.index > end) found.push({ is: 'text', text: text.slice(end, match.index) });
    end = match.index + whole.length;
    if (code !== undefined) found.push({ is: 'code', text: code });
    else if (bold !== undefined) found.push({ is: 'bold', of: readInline(bold) });
    else if (italic !== undefined) found.push({ is: 'italic', of: readInline(italic) });
    else found.push({ is: 'link', href: href ?? '', of: readInline(label ?? '') });
  }
  if (end < text.length) found.push({ is: 'text', text: text.slice(end) });
  return found;
}
