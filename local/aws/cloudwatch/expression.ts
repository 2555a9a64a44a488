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

/** Parses an expression of either language. Which kinds of nodes it may have, each language decides. */
export function parseExpression(text: string): jsep.CoreExpression {
  try {
    return jsep(text) as jsep.CoreExpression;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The expression ${JSON.stringify(text)} is not supported: ${why}`);
  }
}
