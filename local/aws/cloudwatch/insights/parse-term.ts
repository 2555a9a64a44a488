import { aggregates, functions } from './functions.ts';
import { QueryError, type Term } from './syntax.ts';

/** What the parser asks of the words of a query. */
export interface Reader {
  peek(): Token | undefined;
  position(): number;
  textFrom(position: number): string;
  /** Takes the word or sign if it comes next. */
  takeIf(text: string): boolean;
  takeKind(kind: Token['is']): string;
  takeField(): string;
  unexpected(expected: string): QueryError;
}

/** What binds weakest comes first. */
const levels = [['or'], ['and'], ['=', '!=', '<=', '>=', '<', '>', 'like', '=~'], ['+', '-'], ['*', '/', '%'], ['^']];

export function parseTerm(reader: Reader, level = 0): Term {
  const operators = levels[level];
  if (!operators) return parsePrimary(reader);
  if (level === 2 && reader.takeIf('not')) return { is: 'not', of: parseTerm(reader, level) };
  let left = parseTerm(reader, level + 1);
  for (let operator = nextOf(operators, reader); operator; operator = nextOf(operators, reader)) {
    const right = parseTerm(reader, level + 1);
    const positive: Term = { is: 'operation', operator: operator.name, left, right };
    left = operator.negated ? { is: 'not', of: positive } : positive;
  }
  return left;
}

function nextOf(operators: readonly string[], reader: Reader): { name: string; negated: boolean } | undefined {
  const name = operators.find((operator) => reader.takeIf(operator));
  if (name) return { name: name === '=~' ? 'like' : name, negated: false };
  if (!operators.includes('like') || !reader.takeIf('not')) return undefined;
  if (!reader.takeIf('like')) throw reader.unexpected('"like"');
  return { name: 'like', negated: true };
}

function parsePrimary(reader: Reader): Term {
  const next = reader.peek();
  switch (next?.is) {
    case 'number':
      return { is: 'value', value: Number(reader.takeKind('number')) };
    case 'text':
      return { is: 'value', value: reader.takeKind('text') };
    case 'pattern': {
      const [, ignoresCase, source = ''] = /^(\(\?i\))?(.*)$/s.exec(reader.takeKind('pattern')) ?? [];
      return { is: 'pattern', pattern: new RegExp(source, ignoresCase ? 'i' : '') };
    }
    case 'quotedField':
      return { is: 'field', name: reader.takeField() };
    case 'word':
      return parseWord(reader);
    default:
      if (!reader.takeIf('(')) throw reader.unexpected('a value');
      return closed(reader, parseTerm(reader));
  }
}

function parseWord(reader: Reader): Term {
  const name = reader.takeField();
  if (!reader.takeIf('(')) return { is: 'field', name };
  if (!(name in functions) && !(name in aggregates)) {
    const known = [...Object.keys(functions), ...Object.keys(aggregates)].join(', ');
    throw new QueryError(`The function "${name}" is not known here, only ${known}`);
  }
  const given: Term[] = [];
  // `count(*)` counts lines.
  if (reader.takeIf('*')) return closed(reader, { is: 'call', name, arguments: [] });
  while (!reader.takeIf(')')) {
    if (given.length > 0 && !reader.takeIf(',')) throw reader.unexpected('"," or ")"');
    given.push(parseTerm(reader));
  }
  return { is: 'call', name, arguments: given };
}

function closed(reader: Reader, term: Term): Term {
  if (!reader.takeIf(')')) throw reader.unexpected('")"');
  return term;
}

export type Token =
  | { readonly is: 'number'; readonly text: string }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'pattern'; readonly text: string }
  | { readonly is: 'word'; readonly text: string }
  | { readonly is: 'quotedField'; readonly text: string }
  | { readonly is: 'sign'; readonly text: string };

const kinds = [
  ['number', /\d+(?:\.\d+)?(?![\w.])/y],
  ['text', /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y],
  ['word', /[@A-Za-z_][\w.@]*|\d+[a-z]+/y],
  ['quotedField', /`([^`]+)`/y],
  ['sign', /<=|>=|!=|=~|[|(),=<>+\-*%^]/y],
] as const;

/** A slash begins a regular expression where a value is expected, and divides where one has just been. */
const pattern = /\/((?:[^/\\\n]|\\.)+)\//y;

/** Words of a query, with comments (`# …`) left out. */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    const rest = query.slice(at);
    const space = /^(?:\s+|#[^\n]*)/.exec(rest);
    if (space) {
      at += space[0].length;
      continue;
    }
    if (rest.startsWith('/')) {
      const wantsValue = endsOpen(tokens.at(-2), tokens.at(-1));
      pattern.lastIndex = at;
      const match = wantsValue ? pattern.exec(query) : null;
      tokens.push(match ? { is: 'pattern', text: match[1] ?? '' } : { is: 'sign', text: '/' });
      at += match ? match[0].length : 1;
      continue;
    }
    const found = kinds
      .map(([is, form]) => {
        form.lastIndex = at;
        return { is, match: form.exec(query) };
      })
      .find(({ match }) => match);
    if (!found?.match) throw new QueryError(`The query cannot be read from "${rest.slice(0, 20)}" on`);
    const [whole, first, second] = found.match;
    tokens.push({ is: found.is, text: first ?? second ?? whole });
    at += whole.length;
  }
  return tokens;
}

function endsOpen(before: Token | undefined, last: Token | undefined): boolean {
  // `parse @message /…/`
  if (before?.is === 'word' && before.text.toLowerCase() === 'parse') return true;
  if (last === undefined || last.is === 'sign') return last?.text !== ')';
  return last.is === 'word' && ['like', 'and', 'or', 'not'].includes(last.text.toLowerCase());
}
