import { checksumHeaders } from './checksum.ts';
import { notImplemented, S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

const chunkedWithTrailer = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/** What the headers of a request say about its body, before the first byte of it is read. */
export interface BodyPromises {
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

export function readBodyPromises(headers: S3Request['headers'], maxBytes: number): BodyPromises {
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
