import { checksumHeaders } from './body.ts';
import type { Context, S3Reply } from './operation.ts';
import { readDocument } from './request-document.ts';
import { notImplemented, S3Error } from './s3-error.ts';
import { type XmlElement, xmlReply } from './xml.ts';

/** S3's limit on the keys of one request. */
const maxDeletes = 1000;

export async function deleteObjects({ request, store }: Context): Promise<S3Reply> {
  if (!['content-md5', 'x-amz-trailer', ...checksumHeaders].some((name) => request.headers.has(name))) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 or x-amz-checksum-*');
  }
  const { keys, quiet } = parseDelete(await readDocument(request));
  for (const key of keys) store.delete(request.bucket, key);
  return xmlReply('DeleteResult', { Deleted: quiet ? [] : keys.map((key) => ({ Key: key })) });
}

function parseDelete({ name, children }: XmlElement): { readonly keys: readonly string[]; readonly quiet: boolean } {
  const objects = children.filter((child) => child.name === 'Object');
  const others = children.filter((child) => child.name !== 'Object' && child.name !== 'Quiet');
  if (name !== 'Delete' || others.length > 0) {
    const got = [name, ...others.map((other) => other.name)].join(', ');
    throw new S3Error('MalformedXML', `Expected Delete with Object and Quiet, got ${got}`);
  }
  if (objects.length === 0 || objects.length > maxDeletes) {
    throw new S3Error('MalformedXML', `Expected 1 to ${maxDeletes} objects, got ${objects.length}`);
  }
  return {
    keys: objects.map(keyToDelete),
    quiet: children.some((child) => child.name === 'Quiet' && child.text === 'true'),
  };
}

function keyToDelete({ children }: XmlElement): string {
  const key = children.find(({ name }) => name === 'Key');
  const other = children.find(({ name }) => name !== 'Key');
  if (other) throw notImplemented(`${other.name} of DeleteObjects`);
  if (!key) throw new S3Error('MalformedXML', 'Expected an Object with a Key');
  return key.text;
}
