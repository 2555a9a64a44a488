import { MathError } from './value.ts';

export type Operator = '+' | '-' | '*' | '/' | '^' | '==' | '!=' | '<=' | '>=' | '<' | '>' | 'AND' | 'OR';

export type Expression =
  | { readonly node: 'number'; readonly value: number }
  | { readonly node: 'text'; readonly text: string }
  | { readonly node: 'name'; readonly name: string }
  | { readonly node: 'list'; readonly items: readonly Expression[] }
  | { readonly node: 'negate'; readonly of: Expression }
  | { readonly node: 'operation'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly node: 'call'; readonly name: string; readonly arguments: readonly Expression[] };

const token = /\s*(?:(\d+(?:\.\d+)?|\.\d+)|"([^"]*)"|([A-Za-z_]\w*)|(==|!=|<=|>=|&&|\|\||[-+*/^<>()[\],]))/y;

type Token =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'sign'; readonly sign: string };

function tokens(text: string): Token[] {
  const found: Token[] = [];
  token.lastIndex = 0;
  while (text.slice(token.lastIndex).trim() !== '') {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new MathError(`"${text}": "${text.slice(at).trim()[0]}" is not known here`);
    const [, number, quoted, name, sign] = match;
    if (number !== undefined) found.push({ is: 'number', value: Number(number) });
    else if (quoted !== undefined) found.push({ is: 'text', text: quoted });
    else if (name === 'AND' || sign === '&&') found.push({ is: 'sign', sign: 'AND' });
    else if (name === 'OR' || sign === '||') found.push({ is: 'sign', sign: 'OR' });
    else if (name !== undefined) found.push({ is: 'name', name });
    else found.push({ is: 'sign', sign: sign ?? '' });
  }
  return found;
}

/** What binds weakest comes first. The documentation states no order between operators; this is everybody else's. */
const levels: readonly (readonly Operator[])[] = [
  ['OR'],
  ['AND'],
  ['==', '!=', '<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/'],
];

/** Reads a metric math expression ("Using math expressions with CloudWatch metrics"). */
export function parseExpression(text: string): Expression {
  const input = tokens(text);
  let at = 0;
  const peek = () => input[at];
  const isSign = (sign: string) => {
    const next = peek();
    return next?.is === 'sign' && next.sign === sign;
  };
  const fail = (expected: string) => {
    const next = peek();
    const given = next === undefined ? 'its end' : JSON.stringify(Object.values(next)[1]);
    return new MathError(`"${text}": ${given} given, expected ${expected}`);
  };
  const take = (sign: string) => {
    if (!isSign(sign)) throw fail(`"${sign}"`);
    at += 1;
  };

  function binary(level: number): Expression {
    const operators = levels[level];
    if (!operators) return power();
    let left = binary(level + 1);
    for (let operator = operators.find(isSign); operator; operator = operators.find(isSign)) {
      at += 1;
      left = { node: 'operation', operator, left, right: binary(level + 1) };
    }
    return left;
  }

  function power(): Expression {
    const left = unary();
    if (!isSign('^')) return left;
    at += 1;
    return { node: 'operation', operator: '^', left, right: power() };
  }

  function unary(): Expression {
    if (!isSign('-')) return primary();
    at += 1;
    return { node: 'negate', of: unary() };
  }

  function primary(): Expression {
    const next = peek();
    if (next === undefined) throw fail('a value');
    if (next.is === 'sign') return bracketed();
    at += 1;
    if (next.is === 'number') return { node: 'number', value: next.value };
    if (next.is === 'text') return { node: 'text', text: next.text };
    if (!isSign('(')) return { node: 'name', name: next.name };
    return { node: 'call', name: next.name, arguments: list('(', ')') };
  }

  function bracketed(): Expression {
    if (isSign('[')) return { node: 'list', items: list('[', ']') };
    take('(');
    const inner = binary(0);
    take(')');
    return inner;
  }

  function list(open: string, close: string): Expression[] {
    const items: Expression[] = [];
    take(open);
    while (!isSign(close)) {
      if (items.length > 0) take(',');
      items.push(binary(0));
    }
    take(close);
    return items;
  }

  const whole = binary(0);
  if (at < input.length) throw fail('the end');
  return whole;
}
