/** @import { Numbers } from '../contract.ts' */
import { h, part } from './dom.js';
import { times } from './format.js';

/** @param {Numbers} numbers */
export function showNumbers({ requests, hits, redirects, resizes, loopSuspects, raced, refusals, faults }) {
  const rate = requests === 0 ? '–' : `${Math.round((hits / requests) * 100)} %`;
  /** @type {readonly (readonly [string, string | number, string, string?])[]} */
  const tiles = [
    ['Edge hit rate', rate, `${hits} of ${times(requests, 'request')}, ${times(redirects, 'redirect')}`],
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
      refusals === 0 ? 'answers of 5xx' : `and ${times(refusals, 'refusal')} (4xx)`,
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
