/** @import { Block, Inline } from './markdown.js' */
import { h } from './dom.js';
import { readMarkdown } from './markdown.js';

/**
 * @typedef {{
 *   link: (href: string) => string | undefined,
 *   widget?: (title: string) => string | undefined,
 *   code?: (block: { language: string, text: string }) => HTMLElement | undefined,
 * }} Reading `link` says where a link leads on this page; one that leads elsewhere stays a text. `widget` says
 * where a widget is whose title stands in italics. `code` may show a block of code in its own way.
 */

/** Headings are one level lower than they are written: the page has a heading of its own. @param {string} markdown @param {Reading} reading */
export function prose(markdown, reading) {
  return readMarkdown(markdown).map((block) => blockElement(block, reading));
}

/** @param {Block} block @param {Reading} reading @returns {HTMLElement} */
function blockElement(block, reading) {
  const inner = (/** @type {readonly Inline[]} */ of) => of.map((one) => inlineNode(one, reading));
  switch (block.is) {
    case 'heading':
      return h(`h${Math.min(block.level + 1, 6)}`, {}, ...inner(block.of));
    case 'paragraph':
      return h('p', {}, ...inner(block.of));
    case 'list':
      return h(block.isOrdered ? 'ol' : 'ul', {}, ...block.items.map((item) => h('li', {}, ...inner(item))));
    case 'table':
      return h(
        'div',
        { class: 'scrolls', tabindex: 0, role: 'group', 'aria-label': 'Table' },
        h(
          'table',
          {},
          h('thead', {}, h('tr', {}, ...block.head.map((cell) => h('th', { scope: 'col' }, ...inner(cell))))),
          h('tbody', {}, ...block.rows.map((row) => h('tr', {}, ...row.map((cell) => h('td', {}, ...inner(cell)))))),
        ),
      );
    case 'code':
      return reading.code?.(block) ?? codeElement(block.text);
  }
}

/** @param {string} text */
export function codeElement(text) {
  return h('pre', { tabindex: 0 }, h('code', {}, text));
}

/** @param {Inline} inline @param {Reading} reading @returns {Node} */
function inlineNode(inline, reading) {
  const inner = (/** @type {readonly Inline[]} */ of) => of.map((one) => inlineNode(one, reading));
  switch (inline.is) {
    case 'text':
      return document.createTextNode(inline.text);
    case 'code':
      return h('code', {}, inline.text);
    case 'bold':
      return h('strong', {}, ...inner(inline.of));
    case 'italic': {
      const words = h('em', {}, ...inner(inline.of));
      const href = reading.widget?.(words.textContent ?? '');
      return href === undefined ? words : h('a', { href }, words);
    }
    case 'link': {
      const href = reading.link(inline.href);
      if (href !== undefined) return h('a', { href }, ...inner(inline.of));
      return h('span', { title: inline.href }, ...inner(inline.of));
    }
  }
}
