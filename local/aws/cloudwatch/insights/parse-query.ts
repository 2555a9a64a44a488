import { aggregates, functions } from './functions.ts';

/** The part of CloudWatch Logs Insights' query language that dashboards and runbooks use. The rest is refused by name. */
export type Command =
  | { readonly command: 'source'; readonly group: string }
  | { readonly command: 'filter'; readonly condition: Term }
  | { readonly command: 'fields'; readonly columns: readonly Column[] }
  | { readonly command: 'parse'; readonly field: string; readonly pattern: RegExp; readonly names: readonly string[] }
  | { readonly command: 'stats'; readonly aggregates: readonly Column[]; readonly by: readonly Column[] }
  | { readonly command: 'sort'; readonly by: readonly { readonly field: string; readonly descending: boolean }[] }
  | { readonly command: 'limit'; readonly count: number };

export interface Column {
  readonly term: Term;
  /** The name after `as`, else the text of the term. */
  readonly name: string;
}

export type Term =
  | { readonly is: 'value'; readonly value: string | number }
  | { readonly is: 'pattern'; readonly pattern: RegExp }
  | { readonly is: 'field'; readonly name: string }
  | { readonly is: 'call'; readonly name: string; readonly arguments: readonly Term[] }
  | { readonly is: 'not'; readonly of: Term }
  | { readonly is: 'operation'; readonly operator: string; readonly left: Term; readonly right: Term };

export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/** Reads a query: commands separated by bars. */
export function parseQuery(query: string): readonly Command[] {
  const reader = createReader(tokenize(query));
  const commands: Command[] = [];
  do commands.push(parseCommand(reader));
  while (reader.takeIf('|'));
  if (reader.peek()) throw reader.unexpected('"|" or the end');
  if (commands.slice(1).some(({ command }) => command === 'source')) {
    throw new QueryError('SOURCE must be the first command');
  }
  return commands;
}

const parsers: Readonly<Record<string, (reader: Reader) => Command>> = {
  source: (reader) => ({ command: 'source', group: reader.takeKind('text') }),
  filter: (reader) => ({ command: 'filter', condition: parseTerm(reader) }),
  fields: (reader) => ({ command: 'fields', columns: parseColumns(reader) }),
  parse: parseParse,
  stats(reader) {
    const aggregates = parseColumns(reader);
    return { command: 'stats', aggregates, by: reader.takeIf('by') ? parseColumns(reader) : [] };
  },
  sort: (reader) => ({
    command: 'sort',
    by: parseList(reader, () => {
      const field = reader.takeKind('word');
      const descending = reader.takeIf('desc');
      if (!descending) reader.takeIf('asc');
      return { field, descending };
    }),
  }),
  limit: (reader) => ({ command: 'limit', count: Number(reader.takeKind('number')) }),
};

function parseCommand(reader: Reader): Command {
  const word = reader.takeKind('word');
  const parse = parsers[word.toLowerCase()];
  if (parse) return parse(reader);
  throw new QueryError(`The command "${word}" is not supported: expected one of ${Object.keys(parsers).join(', ')}`);
}

function parseColumns(reader: Reader): Column[] {
  return parseList(reader, () => {
    const from = reader.position();
    const term = parseTerm(reader);
    const text = reader.textFrom(from);
    return { term, name: reader.takeIf('as') ? reader.takeKind('word') : text };
  });
}

function parseList<Item>(reader: Reader, parse: () => Item): Item[] {
  const items = [parse()];
  while (reader.takeIf(',')) items.push(parse());
  return items;
}

/** `parse @message "user=*, ms=*" as user, ms`. */
function parseParse(reader: Reader): Command {
  const field = reader.takeKind('word');
  const glob = reader.takeKind('text');
  if (!reader.takeIf('as')) throw reader.unexpected('"as"');
  const names = parseList(reader, () => reader.takeKind('word'));
  const parts = glob.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (parts.length - 1 !== names.length) {
    throw new QueryError(`"${glob}" has ${parts.length - 1} stars for ${names.length} names`);
  }
  // A star at the end takes the rest of the line, all others are as short as possible.
  const source = parts.join('(.*?)').replace(/\(\.\*\?\)$/, '(.*)');
  return { command: 'parse', field, pattern: new RegExp(source, 's'), names };
}

/** Operators by precedence, lowest first. */
const levels = [['or'], ['and'], ['=', '!=', '<=', '>=', '<', '>', 'like']];
const comparisonLevel = 2;

function parseTerm(reader: Reader, level = 0): Term {
  const operators = levels[level];
  if (!operators) return parsePrimary(reader);
  if (level === comparisonLevel && reader.takeIf('not')) return { is: 'not', of: parseTerm(reader, level) };
  let left = parseTerm(reader, level + 1);
  for (;;) {
    const isNegated = level === comparisonLevel && reader.takeIf('not');
    const operator = operators.find((one) => (!isNegated || one === 'like') && reader.takeIf(one));
    if (isNegated && !operator) throw reader.unexpected('"like"');
    if (!operator) return left;
    const positive: Term = { is: 'operation', operator, left, right: parseTerm(reader, level + 1) };
    left = isNegated ? { is: 'not', of: positive } : positive;
  }
}

function parsePrimary(reader: Reader): Term {
  switch (reader.peek()?.is) {
    case 'number':
      return { is: 'value', value: Number(reader.takeKind('number')) };
    case 'text':
      return { is: 'value', value: reader.takeKind('text') };
    case 'pattern':
      return { is: 'pattern', pattern: new RegExp(reader.takeKind('pattern')) };
    case 'word':
      return parseFieldOrCall(reader);
    default:
      if (!reader.takeIf('(')) throw reader.unexpected('a value');
      return closed(reader, parseTerm(reader));
  }
}

function parseFieldOrCall(reader: Reader): Term {
  const name = reader.takeKind('word');
  if (!reader.takeIf('(')) return { is: 'field', name };
  if (!(name in functions) && !(name in aggregates)) {
    const known = [...Object.keys(functions), ...Object.keys(aggregates)].join(', ');
    throw new QueryError(`The function "${name}" is not supported: expected one of ${known}`);
  }
  // `count(*)` counts lines.
  if (reader.takeIf('*')) return closed(reader, { is: 'call', name, arguments: [] });
  return closed(reader, { is: 'call', name, arguments: parseList(reader, () => parseTerm(reader)) });
}

function closed(reader: Reader, term: Term): Term {
  if (!reader.takeIf(')')) throw reader.unexpected('")"');
  return term;
}

interface Token {
  readonly is: 'number' | 'text' | 'pattern' | 'word' | 'sign';
  readonly text: string;
}

const kinds = [
  ['number', /\d+(?:\.\d+)?(?![\w.])/y],
  ['text', /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y],
  ['pattern', /\/((?:[^/\\\n]|\\.)+)\//y],
  ['word', /[@A-Za-z_][\w.@]*|\d+[a-z]+/y],
  ['sign', /<=|>=|!=|[|(),=<>*]/y],
] as const;

/** The words of a query, without comments (`# …`). */
function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    const space = /^(?:\s+|#[^\n]*)/.exec(query.slice(at));
    if (space) {
      at += space[0].length;
      continue;
    }
    const found = kinds
      .map(([is, form]) => {
        form.lastIndex = at;
        return { is, match: form.exec(query) };
      })
      .find(({ match }) => match);
    if (!found?.match) throw new QueryError(`The query cannot be read from "${query.slice(at, at + 20)}" on`);
    const [whole, first, second] = found.match;
    tokens.push({ is: found.is, text: first ?? second ?? whole });
    at += whole.length;
  }
  return tokens;
}

type Reader = ReturnType<typeof createReader>;

function createReader(tokens: readonly Token[]) {
  let at = 0;
  const peek = () => tokens[at];
  const unexpected = (expected: string) =>
    new QueryError(`${peek() ? JSON.stringify(peek()?.text) : 'The end'} given, expected ${expected}`);
  return {
    peek,
    unexpected,
    position: () => at,
    textFrom: (from: number) =>
      tokens
        .slice(from, at)
        .map(({ text }) => text)
        .join(''),
    /** Takes the word or sign if it comes next. */
    takeIf(text: string): boolean {
      const next = peek();
      if (!next || !['sign', 'word'].includes(next.is) || next.text.toLowerCase() !== text) return false;
      at += 1;
      return true;
    },
    takeKind(kind: Token['is']): string {
      const next = peek();
      if (next?.is !== kind) throw unexpected(`a ${kind}`);
      at += 1;
      return next.text;
    },
  };
}
