import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { measured } from '../../../local/aws/s3/store.ts';
import { headersToStore, readUpload } from '../../../local/aws/s3/upload.ts';

const md5 = createHash('md5').update('hello').digest();
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
    ['with Content-MD5', { ...plain, 'content-md5': md5.toString('base64') }, 'hello'],
    ['with a CRC32', { ...plain, 'x-amz-checksum-crc32': crc32 }, 'hello'],
    ['with a CRC32 in the trailer', chunked, frame(`x-amz-checksum-crc32:${crc32}\r\n`)],
  ])('takes a body %s', async (_, headers, body) => {
    expect(await take(headers, body)).toBe('hello');
  });

  test.each([
    ['shorter than announced', { ...plain, 'content-length': '6' }, 'hello', 'IncompleteBody'],
    ['longer than announced', { ...plain, 'content-length': '4' }, 'hello', 'IncompleteBody'],
    ['with another MD5', { ...plain, 'content-md5': Buffer.alloc(16).toString('base64') }, 'hello', 'BadDigest'],
    ['with another CRC32', { ...plain, 'x-amz-checksum-crc32': 'AAAAAA==' }, 'hello', 'BadDigest'],
    ['with another CRC32 in the trailer', chunked, frame('x-amz-checksum-crc32:AAAAAA==\r\n'), 'BadDigest'],
    ['without its trailer', chunked, frame(''), 'MalformedTrailerError'],
    ['with another trailer', chunked, frame('x-amz-checksum-sha1:AAAA\r\n'), 'MalformedTrailerError'],
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
    ['gzip, aws-chunked', 'gzip'],
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
