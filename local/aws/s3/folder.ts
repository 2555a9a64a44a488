import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { checkPreconditions, readRange } from '../http/conditional.ts';

/** An answer of S3 that is streamed. */
export interface StreamedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable | undefined;
}

/** A folder whose files are objects: read when asked for, so that new and changed files are there at once. */
export interface Folder {
  /** `undefined` when there is no such file. */
  read(method: string, key: string, headers: Readonly<Record<string, string>>): Promise<StreamedAnswer | undefined>;
}

export function openFolder(root: string): Folder {
  return {
    async read(method, key, headers) {
      const path = pathOf(root, key);
      const found = path === undefined ? undefined : await stat(path, { bigint: true }).catch(() => undefined);
      if (path === undefined || !found?.isFile()) return undefined;
      const bytes = Number(found.size);
      const lastModified = Number(found.mtimeMs);
      // Not the MD5 of the bytes, which would mean reading them all; it changes when the file does.
      const identity = `${key}\n${found.size}\n${found.mtimeNs}\n${found.ino}`;
      const etag = `"${createHash('md5').update(identity).digest('hex')}"`;
      const facts = { etag, 'last-modified': new Date(lastModified).toUTCString(), 'accept-ranges': 'bytes' };

      const verdict = checkPreconditions(headers, { etag, lastModified });
      if (verdict === 'not-modified') return { status: 304, headers: facts, body: undefined };
      if (verdict !== 'proceed') return { status: 412, headers: {}, body: undefined };
      const range = readRange(headers.range, bytes);
      if (range === 'unsatisfiable') return { status: 416, headers: {}, body: undefined };
      const { start, end } = range === 'whole' ? { start: 0, end: bytes - 1 } : range;
      return {
        status: range === 'whole' ? 200 : 206,
        headers: {
          ...facts,
          'content-type': 'binary/octet-stream',
          'content-length': String(end - start + 1),
          ...(range === 'whole' ? {} : { 'content-range': `bytes ${start}-${end}/${bytes}` }),
        },
        body: method === 'HEAD' || bytes === 0 ? undefined : createReadStream(path, { start, end }),
      };
    },
  };
}

/** A key becomes a path only if it names one place below the root in one way. */
function pathOf(root: string, key: string): string | undefined {
  const segments = key.split('/');
  const plain = segments.every((segment) => !['', '.', '..'].includes(segment) && !/[\0\\]/.test(segment));
  return plain ? join(root, ...segments) : undefined;
}
