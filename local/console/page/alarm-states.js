/** @import { AlarmCard, AlarmState } from '../watch-contract.ts' */
import { h, s } from './dom.js';
import { span } from './measures.js';
import { linkTo } from './places.js';

/** Shapes and words, so that states can be told apart without their colours. @type {Record<AlarmState, { name: string, className: string, shape: string }>} */
const states = {
  OK: { name: 'OK', className: 'is-ok', shape: 'M4 12.500l5.500 5.500L20 7' },
  ALARM: { name: 'in alarm', className: 'is-red', shape: 'M12 3 2 20.500h20zM12 9.500v5M12 17.300v.4' },
  INSUFFICIENT_DATA: { name: 'no data', className: 'is-unsure', shape: 'M5 12h14' },
};

/** @param {AlarmState} state */
export const stateName = (state) => states[state].name;

/** @param {AlarmState} state */
export const stateClass = (state) => states[state].className;

/** @param {AlarmState} state @param {number} size */
export function stateIcon(state, size) {
  const { className, shape } = states[state];
  return s(
    'svg',
    { class: `state ${className}`, viewBox: '0 0 24 24', width: size, height: size, 'aria-hidden': 'true' },
    s('path', { d: shape }),
  );
}

/** @param {AlarmCard} alarm @param {number} nowSeconds */
export function stateSince({ state, sinceSeconds }, nowSeconds) {
  return sinceSeconds === undefined ? stateName(state) : `${stateName(state)} for ${span(nowSeconds - sinceSeconds)}`;
}

/** A tile for each alarm; a red one says what is wrong. @param {AlarmCard} alarm @param {number} nowSeconds */
export function alarmTile(alarm, nowSeconds) {
  const { name, state, description, severity } = alarm;
  const isRed = state === 'ALARM';
  return h(
    'a',
    { class: `tile ${stateClass(state)}`, id: `tile-${name}`, href: linkTo('alarms', name) },
    stateIcon(state, 18),
    h('span', { class: 'tile-name' }, name),
    isRed && h('span', { class: 'tile-says' }, description),
    h(
      'span',
      { class: isRed ? 'tile-state' : 'hidden' },
      `${stateSince(alarm, nowSeconds)}${severity ? `, ${severity}` : ''}`,
    ),
  );
}
