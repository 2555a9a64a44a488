import type { LogLine } from '../../logs.ts';
import type { Cell } from '../insights/functions.ts';
import { parseQuery } from '../insights/parse-query.ts';
import { runQuery } from '../insights/run-query.ts';
import type { Column, Term } from '../insights/syntax.ts';
import type { Look } from './metric-points.ts';

export interface LogRows {
  readonly columns: readonly LogColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface LogColumn {
  readonly name: string;
  /** Its numbers are milliseconds since 1970. */
  readonly isTime: boolean;
}

/** A query over the lines of the time that is looked at. */
export function rowsOf(query: string, linesOf: (group: string) => readonly LogLine[], look: Look): LogRows {
  const from = (look.nowSeconds - look.rangeSeconds) * 1000;
  const table = runQuery(query, (group) => linesOf(group).filter(({ atMilliseconds }) => atMilliseconds >= from));
  const times = timesIn(query);
  return {
    columns: table.columns.map((name) => ({ name, isTime: times.has(name) })),
    rows: table.rows.map((row) => table.columns.map((name) => row[name])),
  };
}

/** The columns that hold a line's time, or the first or last of several. */
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
  return (
    term.name === 'bin' || (['min', 'max', 'latest', 'earliest'].includes(term.name) && term.arguments.some(isTime))
  );
}
