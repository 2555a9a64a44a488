import { statisticOfValues } from '../metrics/metric-store.ts';

/** What a field holds. Absent fields are `undefined`. */
export type Cell = string | number | undefined;

export function asNumber(cell: Cell): number | undefined {
  if (typeof cell === 'number') return cell;
  if (cell === undefined || cell.trim() === '') return undefined;
  const number = Number(cell);
  return Number.isNaN(number) ? undefined : number;
}

const spans: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `5m` in milliseconds. */
function span(text: Cell): number {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(String(text)) ?? [];
  const seconds = spans[unit];
  if (seconds === undefined) throw new Error(`"${text}" is no span of time: expected a number with s, m, h or d`);
  return Number(count) * seconds * 1000;
}

/** Of one line. `bin` gets the line's time first. */
export const functions: Readonly<Record<string, (given: readonly Cell[]) => Cell>> = {
  ispresent: ([cell]) => (cell === undefined ? 0 : 1),
  coalesce: (given) => given.find((cell) => cell !== undefined),
  strcontains: ([text, part]) => (String(text ?? '').includes(String(part)) ? 1 : 0),
  tolower: ([text]) => (text === undefined ? undefined : String(text).toLowerCase()),
  bin: ([time, width]) => Math.floor((asNumber(time) ?? 0) / span(width)) * span(width),
};

const numbers = (cells: readonly Cell[]) => cells.map(asNumber).filter((cell) => cell !== undefined);
const ofNumbers =
  (statistic: string) =>
  (cells: readonly Cell[]): Cell => {
    const values = numbers(cells);
    return values.length === 0 ? undefined : statisticOfValues(statistic, values);
  };

/** Of all lines of a group: the cells of the first argument, and the values of the others. */
export const aggregates: Readonly<Record<string, (cells: readonly Cell[], others: readonly Cell[]) => Cell>> = {
  count: (cells) => cells.filter((cell) => cell !== undefined).length,
  count_distinct: (cells) => new Set(cells.filter((cell) => cell !== undefined)).size,
  sum: ofNumbers('Sum'),
  avg: ofNumbers('Average'),
  min: ofNumbers('Minimum'),
  max: ofNumbers('Maximum'),
  pct: (cells, [percent]) => ofNumbers(`p${percent}`)(cells),
  latest: (cells) => cells.at(-1),
  earliest: (cells) => cells[0],
};
