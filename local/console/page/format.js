/** @import { ImageFacts } from '../contract.ts' */

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}

/** @param {number} milliseconds */
export function time(milliseconds) {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return milliseconds >= 10 ? `${milliseconds.toFixed(0)} ms` : `${milliseconds.toFixed(1)} ms`;
}

/** @param {ImageFacts} facts */
export function dimensions({ width, height, format, bytes, frames }) {
  const moving = frames ? `, ${frames} frames` : '';
  return `${width} × ${height} ${format.toUpperCase()}${moving}, ${size(bytes)}`;
}

/** @param {number} count @param {string} noun */
export function times(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
