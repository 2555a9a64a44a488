import type { LogLine } from '../../logs.ts';
import { aggregates, asNumber, type Cell, functions } from './functions.ts';
import { type Column, type Command, parseQuery, QueryError, type Term } from './parse-query.ts';

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

type Row = Readonly<Record<string, Cell>>;

/** What Insights returns for a query without `limit`. */
const defaultLimit = 10_000;

/** Runs a query over lines, oldest first. `linesOf` returns those of the group that SOURCE names. */
export function runQuery(query: string, linesOf: (group: string) => readonly LogLine[]): Table {
  let columns: readonly string[] | undefined;
  let rows: readonly Row[] = [];
  let limit = defaultLimit;
  for (const command of parseQuery(query)) {
    switch (command.command) {
      case 'source':
        rows = linesOf(command.group).map(fieldsOf);
        break;
      case 'filter':
        rows = rows.filter((row) => isTrue(evaluate(command.condition, row)));
        break;
      case 'fields':
        columns = [...(columns ?? []), ...command.columns.map(({ name }) => name)];
        rows = rows.map((row) => ({ ...row, ...valuesOf(command.columns, row) }));
        break;
      case 'parse':
        rows = rows.map((row) => ({ ...row, ...parsedFields(command, row) }));
        break;
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

/** Insights discovers the fields of JSON lines; nested fields are named by their path. */
function fieldsOf({ atMilliseconds, message }: LogLine): Row {
  const row: Record<string, Cell> = {};
  if (message.startsWith('{')) collectFields(parsed(message), '', row);
  row['@timestamp'] = atMilliseconds;
  row['@message'] = message;
  return row;
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

/** Adds to one object, since a query reads thousands of lines. */
function collectFields(value: unknown, prefix: string, row: Record<string, Cell>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const path = prefix + name;
    if (typeof inner === 'object' && inner !== null) collectFields(inner, `${path}.`, row);
    else row[path] = typeof inner === 'number' ? inner : inner === null ? undefined : String(inner);
  }
}

function parsedFields({ field, pattern, names }: Extract<Command, { command: 'parse' }>, row: Row): Row {
  const [, ...groups] = pattern.exec(String(row[field] ?? '')) ?? [];
  return Object.fromEntries(names.map((name, index) => [name, groups[index]]));
}

function grouped(rows: readonly Row[], columns: readonly Column[], by: readonly Column[]): readonly Row[] {
  const groups = new Map<string, { key: Row; rows: Row[] }>();
  for (const row of rows) {
    const key = valuesOf(by, row);
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
  if (term.is !== 'call' || !reduce) {
    throw new QueryError(`stats supports only ${Object.keys(aggregates).join(', ')}`);
  }
  const [of, ...others] = term.arguments;
  const cells = rows.map((row) => (of ? evaluate(of, row) : 1));
  return reduce(
    cells,
    others.map((other) => evaluate(other, rows[0] ?? {})),
  );
}

function valuesOf(columns: readonly Column[], row: Row): Row {
  return Object.fromEntries(columns.map(({ name, term }) => [name, evaluate(term, row)]));
}

function evaluate(term: Term, row: Row): Cell {
  switch (term.is) {
    case 'value':
      return term.value;
    case 'pattern':
      throw new QueryError(`Expected a value, got the pattern ${term.pattern}`);
    case 'field':
      return row[term.name];
    case 'not':
      return isTrue(evaluate(term.of, row)) ? 0 : 1;
    case 'call':
      return callOf(term, row);
    case 'operation':
      return holds(term.operator, evaluate(term.left, row), term.right, row) ? 1 : 0;
  }
}

function callOf({ name, arguments: given }: Extract<Term, { is: 'call' }>, row: Row): Cell {
  const call = functions[name];
  if (!call) throw new QueryError(`${name} is supported in stats only`);
  if (name !== 'bin') return call(given.map((one) => evaluate(one, row)));
  // The parser reads `5m` as the name of a field.
  const [span] = given;
  return call([row['@timestamp'], span?.is === 'field' ? span.name : undefined]);
}

function holds(operator: string, left: Cell, right: Term, row: Row): boolean {
  if (operator === 'like') {
    if (left === undefined) return false;
    if (right.is === 'pattern') return right.pattern.test(String(left));
    return String(left).includes(String(evaluate(right, row)));
  }
  const other = evaluate(right, row);
  if (operator === 'and') return isTrue(left) && isTrue(other);
  if (operator === 'or') return isTrue(left) || isTrue(other);
  // A missing field is neither equal nor unequal to anything.
  if (left === undefined || other === undefined) return false;
  const order = compare(left, other);
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

/** Compares as numbers where both are numbers. */
function compare(left: Cell, right: Cell): number {
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a !== undefined && b !== undefined) return a - b;
  const [one, other] = [String(left ?? ''), String(right ?? '')];
  return one < other ? -1 : one > other ? 1 : 0;
}

function isTrue(cell: Cell): boolean {
  return cell !== undefined && cell !== 0 && cell !== '';
}
