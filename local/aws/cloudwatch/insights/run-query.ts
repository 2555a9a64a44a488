import type { LogLine } from '../../logs.ts';
import { discoverFields, type Row } from './discover-fields.ts';
import { compare, isTrue, valueOfTerm } from './evaluate-term.ts';
import { aggregates, type Cell } from './functions.ts';
import { parseQuery } from './parse-query.ts';
import { type Column, QueryError, type Term } from './syntax.ts';

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** What Insights returns when a query has no `limit` of its own. */
const defaultLimit = 10_000;

/** Runs a query over lines, oldest first. `linesOf` gives those of the group that SOURCE names. */
export function runQuery(query: string, linesOf: (group: string) => readonly LogLine[]): Table {
  let columns: readonly string[] | undefined;
  let rows: readonly Row[] = [];
  let limit = defaultLimit;
  for (const command of parseQuery(query)) {
    switch (command.command) {
      case 'source':
        rows = linesOf(command.group).map(discoverFields);
        break;
      case 'filter':
        rows = rows.filter((row) => isTrue(valueOfTerm(command.condition, row)));
        break;
      case 'fields':
        columns = [...(columns ?? []), ...command.columns.map(({ name }) => name)];
        rows = rows.map((row) => ({ ...row, ...evaluated(command.columns, row) }));
        break;
      case 'parse': {
        const { field, pattern, names } = command;
        rows = rows.map((row) => {
          const [, ...groups] = pattern.exec(String(row[field] ?? '')) ?? [];
          return { ...row, ...Object.fromEntries(names.map((name, index) => [name, groups[index]])) };
        });
        break;
      }
      case 'stats':
        columns = [...command.by, ...command.aggregates].map(({ name }) => name);
        rows = grouped(rows, command.aggregates, command.by);
        break;
      case 'sort':
        rows = rows.toSorted((a, b) => {
          for (const { field, descending } of command.by) {
            const order = compare(a[field], b[field]);
            if (order !== 0) return descending ? -order : order;
          }
          return 0;
        });
        break;
      case 'limit':
        limit = command.count;
    }
  }
  return { columns: columns ?? ['@timestamp', '@message'], rows: rows.slice(0, limit) };
}

function grouped(rows: readonly Row[], columns: readonly Column[], by: readonly Column[]): readonly Row[] {
  const groups = new Map<string, { key: Row; rows: Row[] }>();
  for (const row of rows) {
    const key = evaluated(by, row);
    const id = JSON.stringify(Object.values(key).map((cell) => cell ?? null));
    const group = groups.get(id) ?? { key, rows: [] };
    groups.set(id, group);
    group.rows.push(row);
  }
  return [...groups.values()].map(({ key, rows: inner }) => ({
    ...key,
    ...Object.fromEntries(columns.map(({ name, term }) => [name, aggregate(term, inner)])),
  }));
}

function aggregate(term: Term, rows: readonly Row[]): Cell {
  const reduce = term.is === 'call' ? aggregates[term.name] : undefined;
  if (term.is !== 'call' || !reduce) throw new QueryError(`stats takes ${Object.keys(aggregates).join(', ')} only`);
  const [of, ...others] = term.arguments;
  const cells = rows.map((row) => (of ? valueOfTerm(of, row) : 1));
  return reduce(
    cells,
    others.map((other) => valueOfTerm(other, rows[0] ?? {})),
  );
}

function evaluated(columns: readonly Column[], row: Row): Row {
  return Object.fromEntries(columns.map(({ name, term }) => [name, valueOfTerm(term, row)]));
}
