import type { Cell } from './functions.ts';

export interface LogLine {
  readonly atMilliseconds: number;
  readonly message: string;
}

export type Row = Readonly<Record<string, Cell>>;

/** Fields of JSON are found by themselves; nested ones by their path. */
export function discoverFields({ atMilliseconds, message }: LogLine): Row {
  const json = message.startsWith('{') ? parsed(message) : undefined;
  return { ...flat(json, ''), '@timestamp': atMilliseconds, '@message': message };
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function flat(value: unknown, prefix: string): Record<string, Cell> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]): [string, Cell][] => {
      const path = `${prefix}${name}`;
      if (typeof inner === 'object' && inner !== null) return Object.entries(flat(inner, `${path}.`));
      return [[path, typeof inner === 'number' ? inner : inner === null ? undefined : String(inner)]];
    }),
  );
}
