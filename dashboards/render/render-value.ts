import { isFormula, type Series, type Value } from '../metrics/series.ts';

/** One query of a graph or an alarm: a metric, or an expression over the ids of others. */
export type Query =
  | { readonly id: string; readonly series: Series; readonly shown: boolean; readonly label?: string }
  | { readonly id: string; readonly expression: string; readonly shown: boolean; readonly label?: string };

/** The queries of one value. Only the last is shown; the others are its parts. */
export function queriesOf(value: Value, id: string, label?: string): readonly Query[] {
  const named = { id, shown: true, ...(label !== undefined && { label }) };
  if (!isFormula(value)) return [{ ...named, series: value }];
  const series = Object.entries(value.of).map(([name, one]): Query => ({ id: name, series: one, shown: false }));
  const steps = Object.entries(value.steps ?? {}).map(
    ([name, expression]): Query => ({ id: name, expression, shown: false }),
  );
  const queries = [...series, ...steps, { ...named, expression: value.result }];
  requireClosed(queries);
  return queries;
}

/** Merges the parts that several values of one graph share. */
export function merged(queries: readonly Query[]): readonly Query[] {
  const byId = new Map<string, Query>();
  for (const query of queries) {
    const other = byId.get(query.id);
    if (other && JSON.stringify(other) !== JSON.stringify(query)) {
      throw new Error(`The id "${query.id}" has two meanings in one graph: ${JSON.stringify([other, query])}`);
    }
    byId.set(query.id, query);
  }
  return [...byId.values()];
}

const functions = new Set(['IF', 'AND', 'OR']);

/** CloudWatch accepts any text as an expression and shows an empty graph, so an unknown id is an error here. */
function requireClosed(queries: readonly Query[]): void {
  const used = new Set<string>();
  const known = new Set<string>();
  for (const query of queries) {
    if (!/^[a-z][A-Za-z0-9_]*$/.test(query.id))
      throw new Error(`"${query.id}" is not an id: expected a lower-case letter first`);
    if ('expression' in query) {
      for (const [word] of query.expression.matchAll(/[A-Za-z_]\w*/g)) {
        if (!known.has(word) && !functions.has(word))
          throw new Error(`"${word}" in "${query.expression}" is not defined`);
        used.add(word);
      }
    }
    known.add(query.id);
  }
  const idle = queries.slice(0, -1).find(({ id }) => !used.has(id));
  if (idle) throw new Error(`"${idle.id}" is defined and not used in "${JSON.stringify(queries.at(-1))}"`);
}
