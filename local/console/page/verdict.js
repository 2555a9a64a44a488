/** @import { State, View } from '../contract.ts' */
import { h } from './dom.js';
import { dimensions, time } from './format.js';
import { kindIcon } from './kinds.js';
import { derivativeUrl, originalUrl } from './server.js';

/** @param {View} view @param {{ copy: () => void }} actions */
export function verdict(view, { copy }) {
  const statuses = view.hops
    .slice(0, 4)
    .map(({ status }) => status)
    .join(' → ');
  return h(
    'div',
    { class: `verdict ${view.kind}` },
    kindIcon(view.kind, 44),
    h(
      'div',
      {},
      h('p', { class: 'verdict-title' }, view.title),
      h('p', {}, view.description),
      h(
        'p',
        { class: 'verdict-facts' },
        h('span', {}, view.hops.length > 4 ? `${statuses} → … ${view.hops.length} hops` : statuses),
        h('span', {}, time(view.milliseconds)),
        h('button', { type: 'button', class: 'quiet', onclick: copy }, 'Copy a link to this'),
      ),
    ),
  );
}

/** Why it goes round, or why what is shown is old; and what an error says. @param {View} view */
export function explanation({ cause, error }) {
  return h(
    'div',
    {},
    cause &&
      h(
        'section',
        { class: 'why', 'aria-label': 'The cause' },
        h('h3', {}, h('span', { class: 'id' }, cause.code), ` ${cause.title}`),
        h('p', {}, cause.description),
        h(
          'dl',
          {},
          h('dt', {}, 'The setting that causes it'),
          h('dd', {}, cause.setting),
          h('dt', {}, 'The remedy'),
          h('dd', {}, cause.remedy),
        ),
      ),
    error &&
      h(
        'section',
        { class: 'why', 'aria-label': 'What the error says' },
        h('h3', {}, error.message),
        h('dl', {}, h('dt', {}, 'What to do'), h('dd', {}, error.hint)),
      ),
  );
}

/** @param {View} view @param {boolean} isHere whether this chain's server still has the bytes */
export function comparison(view, isHere) {
  const { derivative, id, image, preset, at, milliseconds, kind } = view;
  const original = typeof view.original === 'object' ? view.original : undefined;
  const share =
    original && derivative ? ` (${((derivative.bytes / original.bytes) * 100).toFixed(1)} % of the bytes)` : '';
  const version = at.replace(/\D/g, '');
  return h(
    'div',
    { class: 'comparison' },
    h(
      'figure',
      {},
      original
        ? framed(originalUrl(image, version), `The original ${image}`)
        : empty(view.original === 'missing' ? 'There is no such original.' : 'No browser can show this original.'),
      h('figcaption', {}, h('strong', {}, 'Original'), h('span', {}, original ? dimensions(original) : image)),
    ),
    h(
      'figure',
      {},
      derivative && isHere
        ? framed(derivativeUrl(id), `The derivative ${preset} of ${image}`)
        : empty(
            derivative
              ? 'The image itself is not in the link: view it here.'
              : kind === 'loop'
                ? 'No image: the browser gave up.'
                : 'No image.',
          ),
      h(
        'figcaption',
        {},
        h('strong', {}, `Derivative ${preset}`),
        h(
          'span',
          {},
          derivative ? `${dimensions(derivative)}${share}, ${time(milliseconds)}` : `after ${time(milliseconds)}`,
        ),
      ),
    ),
  );
}

/** @param {string} src @param {string} alt */
function framed(src, alt) {
  const img = h('img', { src, alt });
  img.addEventListener('error', () => img.replaceWith(empty('This browser cannot show it.')));
  return h('div', { class: 'frame' }, img);
}

/** @param {string} text */
function empty(text) {
  return h('div', { class: 'frame empty' }, text);
}

/**
 * What is not as it was at the start, and the button that resets it.
 * @param {State} state @param {() => void} reset
 */
export function changeBar({ changes }, reset) {
  if (changes.length === 0) return undefined;
  return h(
    'div',
    { class: 'changes', role: 'group', 'aria-label': 'What is changed now' },
    h('span', { class: 'changes-title' }, 'Changed now'),
    h('ul', {}, ...changes.map(({ title }) => h('li', {}, h('span', {}, title)))),
    h('button', { type: 'button', onclick: reset }, 'Reset'),
  );
}

/**
 * For who opens a link that was made while that chain stood otherwise than this one does.
 * @param {readonly string[]} differences @param {{ accept: () => void, dismiss: () => void }} actions
 */
export function offer(differences, { accept, dismiss }) {
  return h(
    'div',
    { class: 'offer', role: 'group', 'aria-label': 'The setup of this link' },
    h('p', {}, 'This link was made with another setup: ', h('b', {}, differences.join(', ')), '.'),
    h('button', { type: 'button', onclick: accept }, 'Do the same here'),
    h('button', { type: 'button', class: 'quiet', onclick: dismiss }, 'Leave it'),
  );
}

/** @param {unknown} error */
export function problem(error) {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof Error && 'hint' in error ? String(error.hint) : '';
  return h('div', { class: 'problem' }, h('p', {}, h('strong', {}, message)), hint !== '' && h('p', {}, hint));
}
