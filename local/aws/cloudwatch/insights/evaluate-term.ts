import type { Row } from './discover-fields.ts';
import { asNumber, type Cell, functions } from './functions.ts';
import { QueryError, type Term } from './syntax.ts';

export function valueOfTerm(term: Term, row: Row): Cell {
  switch (term.is) {
    case 'value':
      return term.value;
    case 'pattern':
      throw new QueryError(`The pattern ${term.pattern} stands where a value is expected`);
    case 'field':
      return row[term.name];
    case 'not':
      return isTrue(valueOfTerm(term.of, row)) ? 0 : 1;
    case 'call': {
      const call = functions[term.name];
      if (!call) throw new QueryError(`${term.name} counts lines together, and belongs into stats`);
      if (term.name === 'bin') return call([row['@timestamp'], spanOf(term.arguments[0])]);
      return call(term.arguments.map((one) => valueOfTerm(one, row)));
    }
    case 'operation':
      return operate(term.operator, valueOfTerm(term.left, row), term.right, row);
  }
}

/** `5m` is read as the name of a field. */
function spanOf(term: Term | undefined): Cell {
  return term?.is === 'field' ? term.name : undefined;
}

function operate(operator: string, left: Cell, right: Term, row: Row): Cell {
  if (operator === 'like') return like(left, right, row);
  const other = valueOfTerm(right, row);
  if (operator === 'and') return isTrue(left) && isTrue(other) ? 1 : 0;
  if (operator === 'or') return isTrue(left) || isTrue(other) ? 1 : 0;
  const [a, b] = [asNumber(left), asNumber(other)];
  if (['+', '-', '*', '/', '%', '^'].includes(operator))
    return a === undefined || b === undefined ? undefined : calculate(operator, a, b);
  // A field that is absent is neither equal nor unequal to anything.
  if (left === undefined || other === undefined) return 0;
  const order = compare(left, other);
  const holds = {
    '=': order === 0,
    '!=': order !== 0,
    '<': order < 0,
    '<=': order <= 0,
    '>': order > 0,
    '>=': order >= 0,
  }[operator];
  return holds ? 1 : 0;
}

function calculate(operator: string, a: number, b: number): Cell {
  const result = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b, '^': a ** b }[operator];
  return Number.isFinite(result) ? result : undefined;
}

function like(left: Cell, right: Term, row: Row): Cell {
  if (left === undefined) return 0;
  if (right.is === 'pattern') return right.pattern.test(String(left)) ? 1 : 0;
  return String(left).includes(String(valueOfTerm(right, row))) ? 1 : 0;
}

/** As numbers where both are. */
export function compare(left: Cell, right: Cell): number {
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a !== undefined && b !== undefined) return a - b;
  const [one, other] = [String(left ?? ''), String(right ?? '')];
  return one < other ? -1 : one > other ? 1 : 0;
}

export function isTrue(cell: Cell): boolean {
  return cell !== undefined && cell !== 0 && cell !== '';
}
