import { parseTerm, type Reader, type Token, tokenize } from './parse-term.ts';
import { type Column, type Command, QueryError } from './syntax.ts';

/** Reads a query: commands, with bars between them. */
export function parseQuery(query: string): readonly Command[] {
  const reader = readerOf(tokenize(query));
  const commands: Command[] = [];
  do commands.push(parseCommand(reader));
  while (reader.takeIf('|'));
  if (reader.peek()) throw reader.unexpected('"|" or the end');
  const source = commands.findIndex(({ command }) => command === 'source');
  if (source > 0) throw new QueryError('SOURCE must be the first command');
  return commands;
}

const parsers: Readonly<Record<string, (reader: Reader) => Command>> = {
  source: (reader) => ({ command: 'source', group: reader.takeKind('text') }),
  filter: (reader) => ({ command: 'filter', condition: parseTerm(reader) }),
  fields: (reader) => ({ command: 'fields', columns: parseColumns(reader) }),
  display: (reader) => ({ command: 'fields', columns: parseColumns(reader) }),
  parse: parseParse,
  stats(reader) {
    const aggregates = parseColumns(reader);
    return { command: 'stats', aggregates, by: reader.takeIf('by') ? parseColumns(reader) : [] };
  },
  sort: parseSort,
  limit: (reader) => ({ command: 'limit', count: Number(reader.takeKind('number')) }),
};

function parseCommand(reader: Reader): Command {
  const word = reader.takeKind('word');
  const parse = parsers[word.toLowerCase()];
  if (parse) return parse(reader);
  throw new QueryError(`The command "${word}" is not known here, only ${Object.keys(parsers).join(', ')}`);
}

function parseColumns(reader: Reader): Column[] {
  const columns: Column[] = [];
  do {
    const from = reader.position();
    const term = parseTerm(reader);
    const text = reader.textFrom(from);
    columns.push({ term, name: reader.takeIf('as') ? reader.takeField() : text });
  } while (reader.takeIf(','));
  return columns;
}

function parseSort(reader: Reader): Command {
  const by: { field: string; descending: boolean }[] = [];
  do {
    const field = reader.takeField();
    const descending = reader.takeIf('desc');
    if (!descending) reader.takeIf('asc');
    by.push({ field, descending });
  } while (reader.takeIf(','));
  return { command: 'sort', by };
}

/** `parse @message "user=*, ms=*" as user, ms`, or a regular expression with named groups. */
function parseParse(reader: Reader): Command {
  const field = reader.takeField();
  const next = reader.peek();
  if (next?.is === 'pattern') {
    reader.takeKind('pattern');
    const pattern = new RegExp(next.text);
    const names = [...next.text.matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name ?? '');
    if (names.length === 0) throw new QueryError(`The pattern /${next.text}/ names no group`);
    return { command: 'parse', field, pattern, names };
  }
  const glob = reader.takeKind('text');
  if (!reader.takeIf('as')) throw reader.unexpected('"as"');
  const names: string[] = [];
  do names.push(reader.takeField());
  while (reader.takeIf(','));
  const stars = glob.split('*').length - 1;
  if (stars !== names.length) throw new QueryError(`"${glob}" has ${stars} stars for ${names.length} names`);
  const parts = glob.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // The last star takes the rest of the line, the others as little as they can.
  const open = glob.endsWith('*') ? [...parts.slice(0, -1)] : parts;
  const source = glob.endsWith('*') ? `${open.join('(.*?)')}(.*)` : open.join('(.*?)');
  return { command: 'parse', field, pattern: new RegExp(source, 's'), names };
}

function readerOf(tokens: readonly Token[]): Reader {
  let at = 0;
  const peek = () => tokens[at];
  const unexpected = (expected: string) =>
    new QueryError(`${peek() ? JSON.stringify(peek()?.text) : 'The end'} given, expected ${expected}`);
  return {
    peek,
    unexpected,
    position: () => at,
    textFrom: (from) =>
      tokens
        .slice(from, at)
        .map(({ text }) => text)
        .join(''),
    takeIf(text) {
      const next = peek();
      if (!next || !['sign', 'word'].includes(next.is) || next.text.toLowerCase() !== text) return false;
      at += 1;
      return true;
    },
    takeKind(kind) {
      const next = peek();
      if (next?.is !== kind) throw unexpected(`a ${kind}`);
      at += 1;
      return next.text;
    },
    takeField() {
      const next = peek();
      if (next?.is !== 'word' && next?.is !== 'quotedField') throw unexpected('the name of a field');
      at += 1;
      return next.text;
    },
  };
}
