import { createHash } from 'node:crypto';
import { decodeAwsChunked } from './aws-chunked.ts';
import { type BodyPromises, readBodyPromises } from './body-promises.ts';
import { type Checksum, checksumHasher } from './checksum.ts';
import { S3Error, type S3ErrorCode } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/** The greatest object that one PUT may bring. */
const maxObjectBytes = 5 * 1024 ** 3;

export interface BodyFacts {
  readonly size: number;
  /** Hexadecimal: the ETag. */
  readonly md5: string;
  readonly checksum?: Checksum;
}

/**
 * The bytes of a request. Headers are checked at once; whoever reads to the end gets every byte and then either
 * facts that keep all promises or an error: so a reader that stores nothing on errors stores nothing that is damaged.
 */
export function openBody(request: Pick<S3Request, 'headers' | 'body'>, maxBytes = maxObjectBytes) {
  const promised = readBodyPromises(request.headers, maxBytes);
  let facts: BodyFacts | undefined;

  async function* chunks(): AsyncGenerator<Uint8Array> {
    const trailers = new Map<string, string>();
    // Whoever stops reading must not cut the connection, on which an answer is still to be sent.
    const raw: AsyncIterable<Uint8Array> = request.body.iterator({ destroyOnReturn: false });
    const meter = startMeter(promised);
    for await (const bytes of promised.chunked ? decodeAwsChunked(raw, trailers) : raw) {
      meter.update(bytes);
      yield bytes;
    }
    facts = meter.finish(trailers);
  }

  return {
    chunks: chunks(),
    facts(): BodyFacts {
      if (!facts) throw new Error('The facts of a body are known once it has been read to the end');
      return facts;
    },
  };
}

/** Counts and hashes what passes, and in the end holds it against what was promised. */
function startMeter({ size: promisedSize, sha256, md5, checksumHeader, checksum }: BodyPromises) {
  const md5Hash = createHash('md5');
  const sha256Hash = sha256 === undefined ? undefined : createHash('sha256');
  const hasher = checksumHeader === undefined ? undefined : checksumHasher(checksumHeader);
  let size = 0;
  return {
    update(bytes: Uint8Array) {
      size += bytes.length;
      for (const hash of [md5Hash, sha256Hash, hasher]) hash?.update(bytes);
    },
    finish(trailers: ReadonlyMap<string, string>): BodyFacts {
      if (size !== promisedSize) {
        throw new S3Error('IncompleteBody', `The body has ${size} bytes where its headers promise ${promisedSize}`);
      }
      const digest = md5Hash.digest();
      const facts = { size, md5: digest.toString('hex') };
      expectSame('BadDigest', 'Content-MD5', md5, digest.toString('base64'));
      expectSame('XAmzContentSHA256Mismatch', 'x-amz-content-sha256', sha256, sha256Hash?.digest('hex'));
      if (checksumHeader === undefined || !hasher) return facts;

      const value = hasher.digest();
      const given = checksum ?? trailers.get(checksumHeader);
      if (given === undefined) throw new S3Error('MalformedTrailerError', `The trailer ${checksumHeader} is missing`);
      expectSame('BadDigest', checksumHeader, given, value);
      return { ...facts, checksum: { header: checksumHeader, value } };
    },
  };
}

function expectSame(code: S3ErrorCode, name: string, given: string | undefined, actual: string | undefined): void {
  if (given !== undefined && given !== actual) {
    throw new S3Error(code, `The ${name} you specified (${given}) did not match what we received (${actual}).`);
  }
}
