import { size, time } from './format.js';

/** Three digits that count. @param {number} value */
function plain(value) {
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) || magnitude >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(magnitude >= 1 ? 3 : 2)));
}

/** @type {Record<string, (value: number) => string>} */
const units = {
  '%': (value) => `${plain(value)} %`,
  $: (value) => `$${plain(value)}`,
  ms: (value) => (value === 0 ? '0 ms' : time(value)),
  s: span,
  MB: (value) => `${plain(value)} MB`,
  bytes: (value) => size(Math.round(value)),
};

/** A number as it is read, with its unit where that is one of those above. @param {number} value @param {string} [unit] */
export function measure(value, unit = '') {
  // A hair below zero is what rounding leaves.
  const clean = Math.abs(value) < 1e-9 ? 0 : value;
  return (units[unit] ?? plain)(clean).replace('-', '−');
}

/** @param {number} seconds */
export function span(seconds) {
  /** @type {readonly (readonly [number, string])[]} */
  const steps = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
  ];
  const [length, unit] = steps.find(([one]) => seconds >= one) ?? [1, 's'];
  const count = seconds / length;
  // 90 minutes are 1.5 h, but nobody says 12.5 min.
  return `${unit === 'min' || count >= 10 ? Math.round(count) : Number(count.toFixed(1))} ${unit}`;
}

/** All times are UTC, as in the log. @param {number} seconds */
export const clockTime = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 16);

/** @param {number} seconds */
export const clockTimeWithSeconds = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 19);

/** What a number without an axis is counted in, as far as its words tell. @param {string} title @param {string} label */
export function unitInWords(title, label) {
  if (/ %/.test(title)) return '%';
  return label.startsWith('$') ? '$' : '';
}
