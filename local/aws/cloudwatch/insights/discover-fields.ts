import type { LogLine } from '../../logs.ts';
import type { Cell } from './functions.ts';

export type Row = Readonly<Record<string, Cell>>;

/** Fields of JSON are found by themselves; nested ones by their path. */
export function discoverFields({ atMilliseconds, message }: LogLine): Row {
  const row: Record<string, Cell> = {};
  if (message.startsWith('{')) collect(parsed(message), '', row);
  row['@timestamp'] = atMilliseconds;
  row['@message'] = message;
  return row;
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

/** Into one object: a query reads thousands of lines. */
function collect(value: unknown, prefix: string, row: Record<string, Cell>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const path = prefix + name;
    if (typeof inner === 'object' && inner !== null) collect(inner, `${path}.`, row);
    else row[path] = typeof inner === 'number' ? inner : inner === null ? undefined : String(inner);
  }
}
