import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { S3Error } from '../../../local/aws/s3/s3-error.ts';
import { measured } from '../../../local/aws/s3/store.ts';
import { decodeAwsChunked, headersToStore, readUpload } from '../../../local/aws/s3/upload.ts';

const crc32 = 'NhCmhg==';

const plain = { 'content-length': '5', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
const chunked = {
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-decoded-content-length': '5',
  'x-amz-trailer': 'x-amz-checksum-crc32',
};
const frame = (trailer: string) => `5\r\nhello\r\n0\r\n${trailer}\r\n`;

/** The bytes of an upload, once they are verified. */
async function take(headers: Record<string, string>, body = 'hello', maxBytes?: number): Promise<string> {
  const upload = readUpload({ headers, body: Readable.from([Buffer.from(body)]) }, maxBytes);
  const { chunks, facts } = measured(upload);
  const bytes = (await buffer(chunks)).toString();
  expect(facts().bytes).toBe(bytes.length);
  return bytes;
}

describe('readUpload()', () => {
  test.each([
    ['whole', plain, 'hello'],
    ['with a CRC32', { ...plain, 'x-amz-checksum-crc32': crc32 }, 'hello'],
    ['with a CRC32 in the trailer', chunked, frame(`x-amz-checksum-crc32:${crc32}\r\n`)],
  ])('takes a body %s', async (_, headers, body) => {
    expect(await take(headers, body)).toBe('hello');
  });

  test.each([
    ['shorter than announced', { ...plain, 'content-length': '6' }, 'hello', 'IncompleteBody'],
    ['longer than announced', { ...plain, 'content-length': '4' }, 'hello', 'IncompleteBody'],
    ['with another CRC32', { ...plain, 'x-amz-checksum-crc32': 'AAAAAA==' }, 'hello', 'BadDigest'],
    ['with another CRC32 in the trailer', chunked, frame('x-amz-checksum-crc32:AAAAAA==\r\n'), 'BadDigest'],
    ['without its trailer', chunked, frame(''), 'MalformedTrailerError'],
    ['of another decoded length', { ...chunked, 'x-amz-decoded-content-length': '9' }, frame(''), 'IncompleteBody'],
    ['with an unknown trailer', { ...chunked, 'x-amz-trailer': 'x-amz-checksum-crc32c' }, '', 'NotImplemented'],
    [
      'with signed chunks',
      { ...chunked, 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
      '',
      'NotImplemented',
    ],
    ['of unknown length', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, 'hello', 'MissingContentLength'],
    ['of 6 GB', { ...plain, 'content-length': `${6 * 1024 ** 3}` }, '', 'EntityTooLarge'],
  ])('refuses a body %s', async (_, headers, body, code) => {
    await expect(take(headers, body)).rejects.toMatchObject({ code });
  });

  test('refuses a body over the given limit', async () => {
    await expect(take(plain, 'hello', 4)).rejects.toMatchObject({ code: 'EntityTooLarge' });
  });
});

describe('headersToStore()', () => {
  test('keeps what comes back with a GET, and nothing else', () => {
    const headers = { host: 'h', range: 'r', 'content-type': 'image/png', 'x-amz-meta-a': '1', expires: 'soon' };
    expect(headersToStore({ headers })).toEqual({
      'content-type': 'image/png',
      'x-amz-meta-a': '1',
      expires: 'soon',
    });
  });

  test.each([
    ['aws-chunked', undefined],
    ['aws-chunked,gzip', 'gzip'],
    ['br', 'br'],
  ])('takes the transport out of Content-Encoding: %s', (given, kept) => {
    expect(headersToStore({ headers: { 'content-encoding': given } })['content-encoding']).toBe(kept);
  });

  test('refuses user metadata over 2 KB', () => {
    const headers = (bytes: number) => ({ 'x-amz-meta-note': 'x'.repeat(bytes - 'note'.length) });
    expect(() => headersToStore({ headers: headers(2049) })).toThrow(
      expect.objectContaining({ code: 'MetadataTooLarge' }),
    );
    expect(headersToStore({ headers: headers(2048) })).toHaveProperty('x-amz-meta-note');
  });
});

const trailer = { name: 'x-amz-checksum-crc32', value: 'AAAAAA==' };
const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 120 }), { maxLength: 8 });

function chunkedBody(pieces: readonly Uint8Array[], withTrailer = true): Buffer {
  const framed = pieces.flatMap((piece) => [`${piece.length.toString(16)}\r\n`, piece, '\r\n']);
  const end = ['0\r\n', withTrailer ? `${trailer.name}:${trailer.value}\r\n` : '', '\r\n'];
  return Buffer.concat([...framed, ...end].map((part) => Buffer.from(part)));
}

/** As a socket might deliver it: cut anywhere. */
async function* cut(bytes: Buffer, at: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...at.map((n) => n % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function decode(source: AsyncIterable<Uint8Array>) {
  const trailers = new Map<string, string>();
  const pieces: Uint8Array[] = [];
  for await (const piece of decodeAwsChunked(source, trailers)) pieces.push(piece);
  return { bytes: Buffer.concat(pieces), trailers: Object.fromEntries(trailers) };
}

describe('decodeAwsChunked()', () => {
  test('returns every body, however it was chunked and the socket cut it', () =>
    fc.assert(
      fc.asyncProperty(chunks, fc.array(fc.nat(2000), { maxLength: 30 }), fc.boolean(), async (pieces, cuts, ended) => {
        const { bytes, trailers } = await decode(cut(chunkedBody(pieces, ended), cuts));
        expect(bytes.equals(Buffer.concat(pieces))).toBe(true);
        expect(trailers).toEqual(ended ? { [trailer.name]: trailer.value } : {});
      }),
    ));

  test('never takes a body that was cut short for a whole one', () =>
    fc.assert(
      fc.asyncProperty(chunks, fc.nat(), async (pieces, at) => {
        const framed = chunkedBody(pieces);
        const short = framed.subarray(0, at % framed.length);
        await expect(decode(cut(short, []))).rejects.toThrow(expect.objectContaining({ code: 'IncompleteBody' }));
      }),
    ));

  test.each([
    ['a size that is no number', 'zz\r\n'],
    ['a size with an extension', '5;chunk-signature=0\r\nhello\r\n0\r\n\r\n'],
    ['a chunk that is longer than its size', '2\r\nhello\r\n0\r\n\r\n'],
    ['a trailer without a colon', '0\r\ntrailer\r\n\r\n'],
  ])('refuses %s', async (_, body) => {
    await expect(decode(cut(Buffer.from(body), []))).rejects.toThrow(S3Error);
  });
});
