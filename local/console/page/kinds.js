/** @import { ViewKind } from '../contract.ts' */
import { s } from './dom.js';

/** Shapes, so that the kinds of views can be told apart without their colours. @type {Record<ViewKind, readonly string[]>} */
const shapes = {
  // A sun.
  warm: ['M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z', 'M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2'],
  // A snowflake.
  cold: [
    'M12 2v20M3.300 7l17.400 10M20.700 7 3.300 17',
    'M9 3.500 12 6l3-2.500M9 20.500 12 18l3 2.500M3.500 10.500 7 9.200 6.400 5.500M20.500 13.500 17 14.800l.6 3.700M20.500 10.500 17 9.200l.6-3.700M3.500 13.500 7 14.800l-.6 3.700',
  ],
  // Taken out of a drawer.
  refetched: ['M12 14V3M8 7l4-4 4 4', 'M4 13v7h16v-7'],
  // Round, and yet out.
  shortcut: ['M20 12a8 8 0 1 1-3-6.200', 'M8 12l3 3 9-10'],
  // No entry.
  refused: ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z', 'M7 12h10'],
  // A warning.
  fault: ['M12 3 2 20.500h20z', 'M12 10v5M12 17.500v.500'],
  // A stop sign with an arrow that goes round.
  loop: ['M8 2h8l6 6v8l-6 6H8l-6-6V8z', 'M16 12a4 4 0 1 1-1.300-3', 'M15.500 6.500V9.300h-2.800'],
};

/** @param {unknown} kind @returns {kind is ViewKind} */
export const isKind = (kind) => typeof kind === 'string' && Object.hasOwn(shapes, kind);

/** @param {ViewKind} kind @param {number} size */
export function kindIcon(kind, size) {
  return s(
    'svg',
    { class: `icon ${kind}`, viewBox: '0 0 24 24', width: size, height: size, 'aria-hidden': 'true' },
    ...shapes[kind].map((d) => s('path', { d })),
  );
}
