/** @import { Numbers } from '../contract.ts' */
import { h, part } from './dom.js';
import { times } from './format.js';

/** @param {Numbers} numbers */
export function showNumbers({ views, hits, redirects, resizes, loopSuspects, raced, refused, faults }) {
  const rate = views === 0 ? '–' : `${Math.round((hits / views) * 100)} %`;
  /** @type {readonly (readonly [string, string | number, string, string?])[]} */
  const tiles = [
    ['Edge hit rate', rate, `${hits} of ${times(views, 'request')}, ${times(redirects, 'redirect')}`],
    ['Resizes', resizes, 'derivatives made'],
    [
      'Loop suspects',
      loopSuspects,
      raced === 0 ? 'asked for though it existed' : `and ${times(raced, 'race')} of first viewers`,
      loopSuspects > 0 ? 'bad' : '',
    ],
    [
      'Errors',
      faults,
      refused === 0 ? 'answers of 5xx' : `and ${times(refused, 'refusal')} (4xx)`,
      faults > 0 ? 'bad' : '',
    ],
  ];
  part('numbers').replaceChildren(
    h(
      'dl',
      {},
      ...tiles.map(([name, value, says, state]) =>
        h('div', { class: state ?? '' }, h('dt', {}, name), h('dd', {}, h('b', {}, value), h('small', {}, says))),
      ),
    ),
  );
}
