import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/** Headers of a PUT that come back with every GET. */
export type StoredHeaders = Readonly<Record<string, string>>;

export const redirectHeader = 'x-amz-website-redirect-location';
const kept = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  redirectHeader,
];
const userMetadata = 'x-amz-meta-';
/** S3's limit on names and values of user metadata together. */
const maxUserMetadataBytes = 2048;

export const isUserMetadata = (name: string) => name.startsWith(userMetadata);

export function headersToStore(headers: S3Request['headers']): StoredHeaders {
  const stored = new Map([...headers].filter(([name]) => kept.includes(name) || isUserMetadata(name)));
  const encoding = withoutTransport(stored.get('content-encoding') ?? '');
  if (encoding === '') stored.delete('content-encoding');
  else stored.set('content-encoding', encoding);
  if (!stored.get('content-type')) stored.set('content-type', 'binary/octet-stream');

  const bytes = [...stored]
    .filter(([name]) => isUserMetadata(name))
    .reduce((sum, [name, value]) => sum + name.length - userMetadata.length + value.length, 0);
  if (bytes > maxUserMetadataBytes) {
    const details = { Size: `${bytes}`, MaxSizeAllowed: `${maxUserMetadataBytes}` };
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', details);
  }
  return Object.fromEntries(stored);
}

/** `aws-chunked` says how the bytes travelled, not what they are. */
function withoutTransport(encoding: string): string {
  const codings = encoding.split(',').map((coding) => coding.trim());
  return codings.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(',');
}
