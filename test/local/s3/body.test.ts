import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { openBody } from '../../../local/aws/s3/body.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const md5 = createHash('md5').update('hello').digest();
const crc32 = 'NhCmhg==';

const plain = { 'content-length': '5', 'x-amz-content-sha256': sha256('hello') };
const unsigned = { 'content-length': '5', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
const chunked = {
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-decoded-content-length': '5',
  'x-amz-trailer': 'x-amz-checksum-crc32',
};
const frame = (trailer: string) => `5\r\nhello\r\n0\r\n${trailer}\r\n`;

async function take(headers: Record<string, string>, body = 'hello', maxBytes?: number) {
  const opened = openBody(
    { headers: new Map(Object.entries(headers)), body: Readable.from([Buffer.from(body)]) },
    maxBytes,
  );
  return { bytes: (await buffer(opened.chunks)).toString(), facts: opened.facts() };
}

describe('openBody()', () => {
  test.each([
    ['signed', plain, 'hello', undefined],
    ['unsigned', unsigned, 'hello', undefined],
    ['with Content-MD5', { ...plain, 'content-md5': md5.toString('base64') }, 'hello', undefined],
    ['with a CRC32', { ...plain, 'x-amz-checksum-crc32': crc32 }, 'hello', crc32],
    ['with a CRC32 in the trailer', chunked, frame(`x-amz-checksum-crc32:${crc32}\r\n`), crc32],
  ])('takes a body %s', async (_, headers, body, checksum) => {
    const { bytes, facts } = await take(headers, body);
    expect(bytes).toBe('hello');
    expect(facts).toEqual({
      size: 5,
      md5: md5.toString('hex'),
      ...(checksum ? { checksum: { header: 'x-amz-checksum-crc32', value: checksum } } : {}),
    });
  });

  test.each([
    ['shorter than promised', { ...unsigned, 'content-length': '6' }, 'hello', 'IncompleteBody'],
    ['longer than promised', { ...unsigned, 'content-length': '4' }, 'hello', 'IncompleteBody'],
    ['with other bytes than were signed', plain, 'other', 'XAmzContentSHA256Mismatch'],
    ['with another MD5', { ...plain, 'content-md5': Buffer.alloc(16).toString('base64') }, 'hello', 'BadDigest'],
    ['with an MD5 that is none', { ...plain, 'content-md5': 'hello' }, 'hello', 'InvalidDigest'],
    ['with another CRC32', { ...plain, 'x-amz-checksum-crc32': 'AAAAAA==' }, 'hello', 'BadDigest'],
    ['with another CRC32 in the trailer', chunked, frame('x-amz-checksum-crc32:AAAAAA==\r\n'), 'BadDigest'],
    ['without its trailer', chunked, frame(''), 'MalformedTrailerError'],
    ['with another trailer', chunked, frame('x-amz-checksum-sha1:AAAA\r\n'), 'MalformedTrailerError'],
    ['of another decoded length', { ...chunked, 'x-amz-decoded-content-length': '9' }, frame(''), 'IncompleteBody'],
    [
      'with a trailer that is not known',
      { ...chunked, 'x-amz-trailer': 'x-amz-checksum-crc32c' },
      '',
      'NotImplemented',
    ],
    [
      'with signed chunks',
      { ...chunked, 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
      '',
      'NotImplemented',
    ],
    [
      'with two checksums',
      { ...plain, 'x-amz-checksum-crc32': crc32, 'x-amz-checksum-sha1': 'A' },
      '',
      'InvalidRequest',
    ],
    ['of unknown length', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, 'hello', 'MissingContentLength'],
    ['of 6 GB', { ...unsigned, 'content-length': `${6 * 1024 ** 3}` }, '', 'EntityTooLarge'],
  ])('refuses a body %s', async (_, headers, body, code) => {
    await expect(take(headers, body)).rejects.toMatchObject({ code });
  });

  test('refuses a body over the limit that was set', async () => {
    await expect(take(plain, 'hello', 4)).rejects.toMatchObject({ code: 'EntityTooLarge' });
  });
});
