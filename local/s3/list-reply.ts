import { after, listPage } from './list-objects.ts';
import type { Context, S3Reply } from './operation.ts';
import { noSuchBucket, S3Error } from './s3-error.ts';
import { strictEncode } from './signature.ts';
import { isoSeconds, xmlReply } from './xml.ts';

const maxKeysOfPage = 1000;

export function listObjectsV2({ request, store }: Context): S3Reply {
  if (!store.hasBucket(request.bucket)) throw noSuchBucket(request.bucket);
  const query = new Map(request.query);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const startAfter = query.get('start-after');
  const token = query.get('continuation-token');
  const maxKeys = parseMaxKeys(query.get('max-keys'));
  const encode = keyEncoding(query.get('encoding-type'));

  // The token is where its page begins. It comes after any start-after, so it wins.
  const from = token === undefined ? (startAfter ? after(startAfter) : Buffer.alloc(0)) : parseToken(token);
  const page = listPage((start) => store.from(request.bucket, start), { prefix, delimiter, from, maxKeys });
  return xmlReply('ListBucketResult', {
    Name: request.bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    ContinuationToken: token,
    NextContinuationToken: page.next && Buffer.from(page.next).toString('base64url'),
    EncodingType: query.get('encoding-type'),
    MaxKeys: maxKeys,
    KeyCount: page.objects.length + page.commonPrefixes.length,
    IsTruncated: page.next !== undefined,
    Contents: page.objects.map(({ key, modified, etag, size }) => ({
      Key: encode(key),
      LastModified: isoSeconds(modified),
      ETag: `"${etag}"`,
      Size: size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
  });
}

function parseMaxKeys(given: string | undefined): number {
  if (given === undefined) return maxKeysOfPage;
  if (!/^\d{1,10}$/.test(given)) throw new S3Error('InvalidArgument', `max-keys must be 0 or more, got "${given}"`);
  return Math.min(Number(given), maxKeysOfPage);
}

/** `url` is the form encoding of HTML, but for the slash. */
function keyEncoding(given: string | undefined): (key: string) => string {
  if (given === undefined) return (key) => key;
  if (given !== 'url') throw new S3Error('InvalidArgument', `encoding-type must be "url", got "${given}"`);
  return (key) => strictEncode(key).replaceAll('%20', '+').replaceAll('%2F', '/').replaceAll('%2A', '*');
}

function parseToken(token: string): Uint8Array {
  const from = Buffer.from(token, 'base64url');
  if (token === '' || from.toString('base64url') !== token) {
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
  }
  return from;
}
