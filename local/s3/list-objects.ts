import type { StoredObject } from './stored-object.ts';

export interface ListQuery {
  readonly prefix: string;
  /** Empty: no folding into common prefixes. */
  readonly delimiter: string;
  /** The first key that may appear, as bytes: see `after` and `afterAll`. */
  readonly from: Uint8Array;
  readonly maxKeys: number;
}

export interface ListPage {
  readonly objects: readonly StoredObject[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: Uint8Array;
}

/** All objects whose key is at or after these bytes, read one by one. */
type ReadFrom = (from: Uint8Array) => Iterable<StoredObject>;

/** The least key that comes after this one. */
export const after = (key: string): Uint8Array => Buffer.concat([Buffer.from(key), Buffer.of(0)]);

/** The least key that comes after every key with this prefix. No byte of UTF-8 is 255, so adding one is safe. */
export function afterAll(prefix: string): Uint8Array {
  const bytes = Buffer.from(prefix);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) + 1;
  return bytes;
}

/** One page in the order of bytes. A common prefix counts as one entry, and one jump passes all that is under it. */
export function listPage(readFrom: ReadFrom, { prefix, delimiter, from, maxKeys }: ListQuery): ListPage {
  const objects: StoredObject[] = [];
  const commonPrefixes: string[] = [];
  const end = { objects, commonPrefixes };
  if (maxKeys === 0) return end;

  const start = Buffer.from(prefix);
  let next: Uint8Array | undefined = Buffer.compare(from, start) < 0 ? start : from;
  while (next) {
    const rest: Iterable<StoredObject> = readFrom(next);
    let jump: Uint8Array | undefined;
    for (const object of rest) {
      if (!object.key.startsWith(prefix)) return end;
      if (objects.length + commonPrefixes.length === maxKeys) return { ...end, next: Buffer.from(object.key) };
      const folded = commonPrefix(object.key, prefix, delimiter);
      if (folded === undefined) objects.push(object);
      else {
        commonPrefixes.push(folded);
        jump = afterAll(folded);
        break;
      }
    }
    next = jump;
  }
  return end;
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
