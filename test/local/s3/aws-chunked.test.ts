import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { S3Error } from '../../../local/aws/s3/s3-error.ts';
import { decodeAwsChunked } from '../../../local/aws/s3/upload.ts';

const trailer = { name: 'x-amz-checksum-crc32', value: 'AAAAAA==' };
const someBytes = fc.uint8Array({ maxLength: 300 });
const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 120 }), { maxLength: 8 });

function frame(pieces: readonly Uint8Array[], withTrailer = true): Buffer {
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
        const { bytes, trailers } = await decode(cut(frame(pieces, ended), cuts));
        expect(bytes.equals(Buffer.concat(pieces))).toBe(true);
        expect(trailers).toEqual(ended ? { [trailer.name]: trailer.value } : {});
      }),
    ));

  test('never takes a body that was cut short for a whole one', () =>
    fc.assert(
      fc.asyncProperty(chunks, fc.nat(), async (pieces, at) => {
        const framed = frame(pieces);
        const short = framed.subarray(0, at % framed.length);
        await expect(decode(cut(short, []))).rejects.toThrow(expect.objectContaining({ code: 'IncompleteBody' }));
      }),
    ));

  test('never passes bytes after the end', () =>
    fc.assert(
      fc.asyncProperty(chunks, fc.uint8Array({ minLength: 1, maxLength: 10 }), async (pieces, more) => {
        await expect(decode(cut(Buffer.concat([frame(pieces), more]), []))).rejects.toThrow(S3Error);
      }),
    ));

  test("refuses what is no framing in S3's words, and never otherwise", () =>
    fc.assert(
      fc.asyncProperty(someBytes, async (junk) => {
        const error = await decode(cut(Buffer.from(junk), [7])).catch((reason) => reason);
        expect(error).toBeInstanceOf(S3Error);
      }),
    ));

  test.each([
    ['a size that is no number', 'zz\r\n'],
    ['a negative size', '-1\r\n'],
    ['a size with an extension', '5;chunk-signature=0\r\nhello\r\n0\r\n\r\n'],
    ['a chunk that is longer than its size', '2\r\nhello\r\n0\r\n\r\n'],
    ['a bare line feed', '5\nhello\n0\n\n'],
    ['a trailer without a colon', '0\r\ntrailer\r\n\r\n'],
    ['an endless line', `${'0'.repeat(5000)}\r\n`],
  ])('refuses %s', async (_, body) => {
    await expect(decode(cut(Buffer.from(body), []))).rejects.toThrow(S3Error);
  });
});
