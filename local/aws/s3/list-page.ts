import { S3Error } from './s3-error.ts';
import type { ListedObject, ListPage, ListQuery } from './store.ts';

/** The objects whose key is at or after these bytes, in byte order, read one by one. */
export type ReadFrom = (from: Uint8Array) => Iterable<ListedObject>;

/** S3's limit on the entries of one page. */
export const maxKeysOfPage = 1000;

/** One page in byte order. A common prefix counts as one entry, and one jump skips the keys under it. */
export function listPage(
  readFrom: ReadFrom,
  { prefix = '', delimiter = '', startAfter = '', token, maxKeys = maxKeysOfPage }: ListQuery,
): ListPage {
  const objects: ListedObject[] = [];
  const commonPrefixes: string[] = [];
  const page = { objects, commonPrefixes };
  if (maxKeys === 0) return page;

  // The token is where its page begins. It lies after any start-after, so it decides.
  const start = token === undefined ? (startAfter === '' ? Buffer.alloc(0) : after(startAfter)) : readToken(token);
  let next: Uint8Array | undefined = Buffer.compare(start, Buffer.from(prefix)) < 0 ? Buffer.from(prefix) : start;
  while (next) {
    const rest: Iterable<ListedObject> = readFrom(next);
    next = undefined;
    for (const object of rest) {
      if (!object.key.startsWith(prefix)) return page;
      if (objects.length + commonPrefixes.length === maxKeys) {
        return { ...page, next: Buffer.from(object.key).toString('base64url') };
      }
      const at = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
      if (at < 0) {
        objects.push(object);
      } else {
        const folded = object.key.slice(0, at + delimiter.length);
        commonPrefixes.push(folded);
        next = afterAll(folded);
        break;
      }
    }
  }
  return page;
}

/** The least key after this one. */
function after(key: string): Uint8Array {
  return Buffer.concat([Buffer.from(key), Buffer.of(0)]);
}

/** The least key after every key with this prefix. No byte of UTF-8 is 255, so adding one is safe. */
function afterAll(prefix: string): Uint8Array {
  const bytes = Buffer.from(prefix);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) + 1;
  return bytes;
}

function readToken(token: string): Uint8Array {
  const from = Buffer.from(token, 'base64url');
  if (token !== '' && from.toString('base64url') === token) return from;
  throw new S3Error(400, 'InvalidArgument', 'The continuation token provided is incorrect');
}
