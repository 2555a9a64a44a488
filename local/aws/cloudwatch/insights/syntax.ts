/** The part of CloudWatch Logs Insights' query language that our queries use. Everything else is refused by name. */
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
  /** `as` gives it; else the text of the term. */
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
