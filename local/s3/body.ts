import { createHash } from 'node:crypto';
import { decodeAwsChunked } from './aws-chunked.ts';
import { type Checksum, checksumHasher, checksumHeaders } from './checksum.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/** The greatest object that one PUT may bring. */
const maxObjectBytes = 5 * 1024 ** 3;
const chunkedWithTrailer = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

export interface BodyFacts {
  readonly size: number;
  /** Hexadecimal: the ETag. */
  readonly md5: string;
  readonly checksum?: Checksum;
}

/** What the headers promise of the body. */
interface Promises {
  readonly size: number;
  readonly sha256?: string;
  readonly md5?: string;
  /** Its value comes in a trailer when there is none here. */
  readonly checksum?: { readonly header: string; readonly value?: string };
}

/**
 * The bytes of a request. Headers are checked at once; whoever reads to the end gets every byte and then either
 * facts that keep all promises or an error: so a reader that stores nothing on errors stores nothing that is damaged.
 */
export function openBody(
  request: Pick<S3Request, 'headers' | 'body'>,
  maxBytes = maxObjectBytes,
): {
  readonly chunks: AsyncIterable<Uint8Array>;
  facts(): BodyFacts;
} {
  const promised = readPromises(request.headers, maxBytes);
  let facts: BodyFacts | undefined;

  async function* chunks(): AsyncGenerator<Uint8Array> {
    const trailers = new Map<string, string>();
    const md5 = createHash('md5');
    const sha256 = promised.sha256 === undefined ? undefined : createHash('sha256');
    const checksum = promised.checksum && checksumHasher(promised.checksum.header);
    let size = 0;
    for await (const bytes of isChunked(request.headers) ? decodeAwsChunked(request.body, trailers) : request.body) {
      size += bytes.length;
      for (const hash of [md5, sha256, checksum]) hash?.update(bytes);
      yield bytes;
    }
    if (size !== promised.size) {
      throw new S3Error('IncompleteBody', `The body has ${size} bytes where its headers promise ${promised.size}`);
    }
    const md5Bytes = md5.digest();
    expectSame('BadDigest', 'Content-MD5', promised.md5, md5Bytes.toString('base64'));
    expectSame('XAmzContentSHA256Mismatch', 'x-amz-content-sha256', promised.sha256, sha256?.digest('hex'));
    facts = { size, md5: md5Bytes.toString('hex') };
    if (promised.checksum && checksum) {
      const { header } = promised.checksum;
      const value = checksum.digest();
      const given = promised.checksum.value ?? trailers.get(header);
      if (given === undefined) throw new S3Error('MalformedTrailerError', `The promised trailer ${header} is missing`);
      expectSame('BadDigest', header, given, value);
      facts = { ...facts, checksum: { header, value } };
    }
  }

  return {
    chunks: chunks(),
    facts: () => {
      if (!facts) throw new Error('The facts of a body are known once it has been read to the end');
      return facts;
    },
  };
}

function isChunked(headers: S3Request['headers']): boolean {
  return headers.get('x-amz-content-sha256') === chunkedWithTrailer;
}

function readPromises(headers: S3Request['headers'], maxBytes: number): Promises {
  const payload = headers.get('x-amz-content-sha256') ?? '';
  const hashed = /^[0-9a-f]{64}$/.test(payload);
  if (!hashed && payload !== 'UNSIGNED-PAYLOAD' && payload !== chunkedWithTrailer) {
    throw new S3Error('NotImplemented', `This server does not implement x-amz-content-sha256: ${payload}`);
  }
  const length = headers.get(isChunked(headers) ? 'x-amz-decoded-content-length' : 'content-length');
  if (length === undefined || !/^\d+$/.test(length)) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  if (Number(length) > maxBytes) {
    throw new S3Error('EntityTooLarge', `The body has ${length} bytes, at most ${maxBytes} are allowed`);
  }
  const md5 = headers.get('content-md5');
  if (md5 !== undefined && !/^[A-Za-z0-9+/]{22}==$/.test(md5)) {
    throw new S3Error('InvalidDigest', `Expected the base64 of an MD5 as Content-MD5, got "${md5}"`);
  }
  const checksum = promisedChecksum(headers);
  return {
    size: Number(length),
    ...(hashed ? { sha256: payload } : {}),
    ...(md5 === undefined ? {} : { md5 }),
    ...(checksum ? { checksum } : {}),
  };
}

function promisedChecksum(headers: S3Request['headers']): Promises['checksum'] {
  const trailer = headers.get('x-amz-trailer');
  if (trailer !== undefined && !checksumHeaders.includes(trailer)) {
    throw new S3Error(
      'NotImplemented',
      `This server does not implement the trailer ${trailer}: only ${checksumHeaders}`,
    );
  }
  const inHeaders = checksumHeaders.filter((header) => headers.has(header));
  const all = trailer === undefined ? inHeaders : [...inHeaders, trailer];
  const [header] = all;
  if (all.length > 1) throw new S3Error('InvalidRequest', `Expecting a single checksum, got ${all.join(' and ')}`);
  if (header === undefined) return undefined;
  const value = headers.get(header);
  return value === undefined ? { header } : { header, value };
}

function expectSame(
  code: 'BadDigest' | 'XAmzContentSHA256Mismatch',
  name: string,
  given?: string,
  actual?: string,
): void {
  if (given !== undefined && given !== actual) {
    throw new S3Error(code, `The ${name} you specified (${given}) did not match what we received (${actual}).`);
  }
}
