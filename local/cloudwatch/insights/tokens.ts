import { QueryError } from './syntax.ts';

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
