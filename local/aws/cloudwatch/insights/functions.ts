import { statisticOfValues } from '../metrics/metric-store.ts';

/** The value of a field. A missing field is `undefined`. */
export type Cell = string | number | undefined;

export function asNumber(cell: Cell): number | undefined {
  if (typeof cell === 'number') return cell;
  if (cell === undefined || cell.trim() === '') return undefined;
  const number = Number(cell);
  return Number.isNaN(number) ? undefined : number;
}

/** Functions of one line. `bin` gets the line's time first. */
export const functions: Readonly<Record<string, (given: readonly Cell[]) => Cell>> = {
  ispresent: ([cell]) => (cell === undefined ? 0 : 1),
  bin([time, width]) {
    const span = spanMilliseconds(width);
    return Math.floor((asNumber(time) ?? 0) / span) * span;
  },
};

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function spanMilliseconds(text: Cell): number {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(String(text)) ?? [];
  const seconds = unitSeconds[unit];
  if (seconds === undefined) throw new Error(`"${text}" is not a time span: expected a number with s, m, h or d`);
  return Number(count) * seconds * 1000;
}

const statistic =
  (name: string) =>
  (cells: readonly Cell[]): Cell => {
    const values = cells.map(asNumber).filter((cell) => cell !== undefined);
    return values.length === 0 ? undefined : statisticOfValues(name, values);
  };

/** Functions of all lines of a group: the cells of the first argument, and the values of the others. */
export const aggregates: Readonly<Record<string, (cells: readonly Cell[], others: readonly Cell[]) => Cell>> = {
  count: (cells) => cells.filter((cell) => cell !== undefined).length,
  count_distinct: (cells) => new Set(cells.filter((cell) => cell !== undefined)).size,
  sum: statistic('Sum'),
  avg: statistic('Average'),
  min: statistic('Minimum'),
  max: statistic('Maximum'),
  pct: (cells, [percent]) => statistic(`p${percent}`)(cells),
};
