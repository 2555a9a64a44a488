import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { notImplemented, S3Error, type S3ErrorCode } from './s3-error.ts';
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

const chunkedWithTrailer = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/** What the headers of a request say about its body, before the first byte of it is read. */
interface BodyPromises {
  readonly size: number;
  /** The bytes come in aws-chunked framing. */
  readonly chunked: boolean;
  /** Hexadecimal; `undefined` when the payload was not signed. */
  readonly sha256: string | undefined;
  /** Base64. */
  readonly md5: string | undefined;
  /** The header or trailer that carries a checksum. */
  readonly checksumHeader: string | undefined;
  /** `undefined` when it comes in a trailer. */
  readonly checksum: string | undefined;
}

function readBodyPromises(headers: S3Request['headers'], maxBytes: number): BodyPromises {
  const payload = headers.get('x-amz-content-sha256') ?? '';
  const chunked = payload === chunkedWithTrailer;
  const signed = /^[0-9a-f]{64}$/.test(payload);
  if (!signed && !chunked && payload !== 'UNSIGNED-PAYLOAD') {
    throw notImplemented(`x-amz-content-sha256: ${payload}`);
  }
  const checksumHeader = promisedChecksum(headers);
  return {
    size: promisedSize(headers.get(chunked ? 'x-amz-decoded-content-length' : 'content-length'), maxBytes),
    chunked,
    sha256: signed ? payload : undefined,
    md5: promisedMd5(headers.get('content-md5')),
    checksumHeader,
    checksum: checksumHeader && headers.get(checksumHeader),
  };
}

function promisedSize(given: string | undefined, maxBytes: number): number {
  if (given === undefined || !/^\d+$/.test(given)) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  if (Number(given) > maxBytes) {
    throw new S3Error('EntityTooLarge', `The body has ${given} bytes, at most ${maxBytes} are allowed`);
  }
  return Number(given);
}

function promisedMd5(given: string | undefined): string | undefined {
  if (given !== undefined && !/^[A-Za-z0-9+/]{22}==$/.test(given)) {
    throw new S3Error('InvalidDigest', `Expected the base64 of an MD5 as Content-MD5, got "${given}"`);
  }
  return given;
}

function promisedChecksum(headers: S3Request['headers']): string | undefined {
  const trailer = headers.get('x-amz-trailer');
  if (trailer !== undefined && !checksumHeaders.includes(trailer)) {
    throw notImplemented(`the trailer ${trailer}, only ${checksumHeaders.join(', ')}`);
  }
  const all = checksumHeaders.filter((header) => headers.has(header) || header === trailer);
  if (all.length > 1) throw new S3Error('InvalidRequest', `Expecting a single checksum, got ${all.join(' and ')}`);
  return all[0];
}

const lineFeed = 0x0a;
/** A size or a trailer; anything longer is no line of this framing. */
const maxLineBytes = 1024;

/**
 * Takes the aws-chunked framing off a body: `SIZE-IN-HEX CRLF bytes CRLF`, again and again, a chunk of size 0, then
 * trailers, then an empty line. The trailers are added to the map that was handed in. Bytes pass through uncopied.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array> {
  let expected: 'size' | 'bytes' | 'end of bytes' | 'trailer' | 'nothing' = 'size';
  let bytesLeft = 0;
  let line = '';

  for await (let rest of source) {
    while (rest.length > 0) {
      if (expected === 'nothing') throw new S3Error('InvalidRequest', 'The body goes on after its last chunk');
      if (expected === 'bytes') {
        const piece = rest.subarray(0, bytesLeft);
        rest = rest.subarray(piece.length);
        bytesLeft -= piece.length;
        if (bytesLeft === 0) expected = 'end of bytes';
        yield piece;
        continue;
      }
      const end = rest.indexOf(lineFeed);
      line += Buffer.from(end < 0 ? rest : rest.subarray(0, end + 1)).toString('latin1');
      if (line.length > maxLineBytes)
        throw new S3Error('InvalidRequest', `A line of the chunked body is over ${maxLineBytes} bytes`);
      if (end < 0) break;
      rest = rest.subarray(end + 1);
      const text = withoutLineEnd(line);
      line = '';
      if (expected === 'size') {
        bytesLeft = parseSize(text);
        expected = bytesLeft === 0 ? 'trailer' : 'bytes';
      } else if (expected === 'end of bytes') {
        if (text !== '') throw new S3Error('InvalidRequest', 'A chunk is longer than its stated size');
        expected = 'size';
      } else if (text === '') {
        expected = 'nothing';
      } else {
        trailers.set(...parseTrailer(text));
      }
    }
  }
  if (expected !== 'nothing')
    throw new S3Error('IncompleteBody', `The chunked body ended where ${expected} was expected`);
}

function withoutLineEnd(line: string): string {
  if (!line.endsWith('\r\n')) throw new S3Error('InvalidRequest', 'A line of the chunked body does not end in CRLF');
  return line.slice(0, -2);
}

function parseSize(text: string): number {
  if (!/^[0-9a-f]{1,10}$/i.test(text)) {
    throw new S3Error('InvalidRequest', `Expected the size of a chunk in hexadecimal, got "${text}"`);
  }
  return Number.parseInt(text, 16);
}

function parseTrailer(text: string): [name: string, value: string] {
  const colon = text.indexOf(':');
  if (colon < 1) throw new S3Error('MalformedTrailerError', `Expected "name:value" as a trailer, got "${text}"`);
  return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()];
}

/** A checksum as S3 keeps it: the header that carries it, and its value in base64. */
export interface Checksum {
  readonly header: string;
  readonly value: string;
}

interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): string;
}

/** The SDK's default is CRC32. CRC32C and CRC64NVME are not kept here, so their headers are refused as unknown. */
const hashers: Readonly<Record<string, () => Hasher>> = {
  'x-amz-checksum-crc32': crc32Hasher,
  'x-amz-checksum-sha1': () => cryptoHasher('sha1'),
  'x-amz-checksum-sha256': () => cryptoHasher('sha256'),
};

export const checksumHeaders: readonly string[] = Object.keys(hashers);

function checksumHasher(header: string): Hasher | undefined {
  return hashers[header]?.();
}

function crc32Hasher(): Hasher {
  let sum = 0;
  return {
    update: (bytes) => {
      sum = crc32(bytes, sum);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(sum);
      return bytes.toString('base64');
    },
  };
}

function cryptoHasher(algorithm: string): Hasher {
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
}
