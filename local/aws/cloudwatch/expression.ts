import jsep from 'jsep';

/**
 * Operators of metric math and of alarm rules, with their precedence. AWS documents no precedence for metric math; this is
 * the usual one.
 */
const operators: Readonly<Record<string, number>> = {
  OR: 1,
  AND: 2,
  ...{ '==': 3, '!=': 3, '<': 3, '<=': 3, '>': 3, '>=': 3 },
  ...{ '+': 4, '-': 4, '*': 5, '/': 5 },
};

jsep.removeAllBinaryOps();
jsep.removeAllUnaryOps();
jsep.removeAllLiterals();
for (const [operator, precedence] of Object.entries(operators)) jsep.addBinaryOp(operator, precedence);
for (const operator of ['-', 'NOT']) jsep.addUnaryOp(operator);

/** The kinds of expressions that either language uses; all others are `unknown`. */
export type Expression =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'unary'; readonly operator: string; readonly of: Expression }
  | { readonly is: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'call'; readonly name: string; readonly arguments: readonly Expression[] };

export function parseExpression(text: string): Expression {
  const refuse = (why: string) => new Error(`The expression ${JSON.stringify(text)} is not supported: ${why}`);

  function read(node: jsep.CoreExpression): Expression {
    const inner = (one: jsep.Expression) => read(one as jsep.CoreExpression);
    switch (node.type) {
      case 'Literal':
        if (typeof node.value === 'number') return { is: 'number', value: node.value };
        return { is: 'text', text: String(node.value) };
      case 'Identifier':
        return { is: 'name', name: node.name };
      case 'UnaryExpression':
        return { is: 'unary', operator: node.operator, of: inner(node.argument) };
      case 'BinaryExpression':
        return { is: 'binary', operator: node.operator, left: inner(node.left), right: inner(node.right) };
      case 'CallExpression': {
        const callee = inner(node.callee);
        if (callee.is === 'name') return { is: 'call', name: callee.name, arguments: node.arguments.map(inner) };
        throw refuse('expected the name of a function before "("');
      }
      default:
        throw refuse(`it has a ${node.type}`);
    }
  }

  try {
    return read(jsep(text) as jsep.CoreExpression);
  } catch (error) {
    // jsep's own errors have a position.
    throw error instanceof Error && 'index' in error ? refuse(error.message) : error;
  }
}
