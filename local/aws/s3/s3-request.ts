import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { S3Error } from './s3-error.ts';

/** S3's limit on a key, in bytes of UTF-8. */
const maxKeyBytes = 1024;
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** One request, path style: `/bucket/key?query`. Names of headers are lower case, their repeats joined by a comma. */
export interface S3Request {
  readonly method: string;
  /** As it came, still encoded: the signature covers this spelling. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: ReadonlyMap<string, string>;
  /** Empty in a request to the service itself. */
  readonly bucket: string;
  /** Empty in a request to the bucket itself. */
  readonly key: string;
  readonly body: Readable;
}

/** Takes the target literally: `.`, `..` and `//` are part of a key here, so no URL parser may tidy them up. */
export function parseTarget(target: string): Pick<S3Request, 'path' | 'query' | 'bucket' | 'key'> {
  const [, path, search = ''] = /^(\/[^?]*)(?:\?(.*))?$/s.exec(target) ?? [];
  if (path === undefined) throw new S3Error('InvalidURI', `Expected a path that begins with "/", got "${target}"`);
  const slash = path.indexOf('/', 1);
  const bucket = percentDecode(slash < 0 ? path.slice(1) : path.slice(1, slash));
  const key = slash < 0 ? '' : percentDecode(path.slice(slash + 1));
  if (bucket !== '' && !bucketName.test(bucket)) {
    throw new S3Error('InvalidBucketName', `"${bucket}" is no bucket name: expected 3 to 63 of a-z 0-9 . -`);
  }
  const keyBytes = Buffer.byteLength(key);
  if (keyBytes > maxKeyBytes) {
    throw new S3Error('KeyTooLongError', `Your key is too long: ${keyBytes} bytes, at most ${maxKeyBytes}`);
  }
  return { path, query: parseQuery(search), bucket, key };
}

export function parseQuery(search: string): S3Request['query'] {
  return search
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [percentDecode(name), percentDecode(value.join('='))] as const;
    });
}

export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new S3Error('InvalidURI', `Expected percent-encoded UTF-8, got "${text}"`, {}, cause);
  }
}

export function readRequest(message: IncomingMessage): S3Request {
  const headers = Object.entries(message.headersDistinct).map(
    ([name, values = []]) => [name, values.join(',')] as const,
  );
  return {
    method: message.method ?? '',
    ...parseTarget(message.url ?? ''),
    headers: new Map(headers),
    body: message,
  };
}
