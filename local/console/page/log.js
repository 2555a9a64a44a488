/** @import { LogLine } from '../contract.ts' */
import { h, part } from './dom.js';

const mostLines = 300;

/** @type {Record<LogLine['kind'], string>} */
const tags = {
  metrics: 'metrics',
  report: 'report',
  lifecycle: 'Lambda',
  service: 'service',
  access: 'API',
  edge: 'edge',
  text: 'Lambda',
};

/** The newest lines at the bottom; held, they wait. */
export function createLog() {
  const list = part('log');
  const [filter, hold] = [part('log-filter', HTMLSelectElement), part('log-hold', HTMLButtonElement)];
  /** @type {HTMLElement[]} */
  let waiting = [];
  const isHeld = () => hold.getAttribute('aria-pressed') === 'true';

  function flush() {
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(...waiting);
    waiting = [];
    while (list.childElementCount > mostLines) list.firstElementChild?.remove();
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  hold.addEventListener('click', () => {
    hold.setAttribute('aria-pressed', String(!isHeld()));
    if (!isHeld()) flush();
  });
  part('log-clear').addEventListener('click', () => {
    waiting = [];
    list.replaceChildren();
  });
  filter.addEventListener('change', () => {
    list.dataset.show = filter.value;
    for (const line of list.children) if (line instanceof HTMLElement) line.hidden = !isShown(line);
    list.scrollTop = list.scrollHeight;
  });

  /** @param {HTMLElement} line */
  function isShown({ dataset }) {
    if (filter.value === '') return true;
    if (filter.value === 'trouble') return dataset.level !== 'info';
    return filter.value.split(' ').includes(dataset.kind ?? '');
  }

  return {
    /** @param {readonly LogLine[]} lines @param {number} leftOut */
    add(lines, leftOut) {
      const elements = lines.map((line) => {
        const element = lineElement(line);
        element.hidden = !isShown(element);
        return element;
      });
      waiting.push(...elements);
      if (leftOut > 0)
        waiting.push(h('p', { class: 'line left-out' }, `${leftOut} more lines came too fast to be shown`));
      waiting = waiting.slice(-mostLines);
      if (!isHeld()) flush();
    },
    clear: () => list.replaceChildren(),
  };
}

/** @param {LogLine} line */
function lineElement({ at, kind, level, headline, facts, raw, group }) {
  return h(
    'details',
    { class: `line ${level}`, 'data-kind': kind, 'data-level': level },
    h(
      'summary',
      {},
      h('time', {}, new Date(at).toISOString().slice(11, 23)),
      h('span', { class: `tag ${kind}` }, tags[kind]),
      h('span', { class: 'headline' }, headline),
      ...facts.map(([name, value]) => h('span', { class: 'fact' }, `${name} `, h('b', {}, value))),
    ),
    h('pre', {}, `${group}\n${pretty(raw)}`),
  );
}

/** @param {string} raw */
function pretty(raw) {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}
