import type { ImageFacts } from '../contract.ts';

export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  return count < 1e6 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1e6).toFixed(2)} MB`;
}

export function time(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return milliseconds >= 10 ? `${milliseconds.toFixed(0)} ms` : `${milliseconds.toFixed(1)} ms`;
}

export function dimensions({ width, height, format, bytes: size, frames }: ImageFacts): string {
  const animated = frames ? `, ${frames} frames` : '';
  return `${width} × ${height} ${format.toUpperCase()}${animated}, ${bytes(size)}`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Three significant digits. */
function plain(value: number): string {
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) || magnitude >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(magnitude >= 1 ? 3 : 2)));
}

const units: Readonly<Record<string, (value: number) => string>> = {
  '%': (value) => `${plain(value)} %`,
  $: (value) => `$${plain(value)}`,
  ms: (value) => (value === 0 ? '0 ms' : time(value)),
  s: duration,
  MB: (value) => `${plain(value)} MB`,
  bytes: (value) => bytes(Math.round(value)),
};

/** A number with its unit, where that is one of those above. */
export function measure(value: number, unit = ''): string {
  // Rounding errors leave values a hair below zero.
  const clean = Math.abs(value) < 1e-9 ? 0 : value;
  return (units[unit] ?? plain)(clean).replace('-', '−');
}

export function duration(seconds: number): string {
  const steps = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
  ] as const;
  const [length, unit] = steps.find(([one]) => seconds >= one) ?? [1, 's'];
  const many = seconds / length;
  // 90 minutes are 1.5 h, but nobody says 12.5 min.
  return `${unit === 'min' || many >= 10 ? Math.round(many) : Number(many.toFixed(1))} ${unit}`;
}

/** All times are UTC, as in the logs. */
export const clockTime = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 16);
export const clockTimeWithSeconds = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 19);

/** The unit of a number without an axis, as far as the words beside it name one. */
export function unitInWords(title: string, label: string): string {
  if (/ %/.test(title)) return '%';
  return label.startsWith('$') ? '$' : '';
}
