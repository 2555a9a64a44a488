import type { LogLine } from '../../logs.ts';
import type { Cell } from '../insights/functions.ts';
import { type Column, parseQuery, type Term } from '../insights/parse-query.ts';
import { runQuery } from '../insights/run-query.ts';
import type { TimeRange } from './metric-points.ts';

export interface LogRows {
  readonly columns: readonly LogColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface LogColumn {
  readonly name: string;
  /** Its numbers are milliseconds since 1970. */
  readonly isTime: boolean;
}

/** Runs a query over the lines of a time range. */
export function rowsOf(query: string, linesOf: (group: string) => readonly LogLine[], range: TimeRange): LogRows {
  const from = (range.nowSeconds - range.rangeSeconds) * 1000;
  const table = runQuery(query, (group) => linesOf(group).filter(({ atMilliseconds }) => atMilliseconds >= from));
  const times = timesIn(query);
  return {
    columns: table.columns.map((name) => ({ name, isTime: times.has(name) })),
    rows: table.rows.map((row) => table.columns.map((name) => row[name])),
  };
}

/** The columns of times: of a line, or the first or last of several lines. */
function timesIn(query: string): ReadonlySet<string> {
  const columns = parseQuery(query).flatMap((command): readonly Column[] => {
    if (command.command === 'fields') return command.columns;
    return command.command === 'stats' ? [...command.aggregates, ...command.by] : [];
  });
  return new Set(['@timestamp', ...columns.filter(({ term }) => isTime(term)).map(({ name }) => name)]);
}

function isTime(term: Term): boolean {
  if (term.is === 'field') return term.name === '@timestamp';
  if (term.is !== 'call') return false;
  return term.name === 'bin' || (['min', 'max'].includes(term.name) && term.arguments.some(isTime));
}
