import { bucketOperations } from './bucket-operations.ts';
import { checksumHeaders } from './checksum.ts';
import { objectOperations } from './object-operations.ts';
import type { Operation } from './operation.ts';
import { notImplemented } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { isUserMetadata } from './stored-headers.ts';

const operations: readonly Operation[] = [...bucketOperations, ...objectOperations];

/** Parts of signing and of the transfer, which every request may carry. */
const headersOfAll = [
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-trailer',
  'x-amz-user-agent',
  ...checksumHeaders,
];

/**
 * The operation that a request means. What is not known is refused by name: an ACL or an encryption setting that was
 * quietly dropped would make a test pass here and fail on AWS.
 */
export function selectOperation({ method, bucket, key, query, headers }: S3Request): Operation {
  const on = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const names = query.map(([name]) => name);
  const carries = ({ marker }: Operation) => {
    if (!marker) return true;
    if ('header' in marker) return headers.has(marker.header);
    return query.some(([name, value]) => name === marker.query && value === marker.value);
  };
  const candidates = operations.filter((one) => one.method === method && one.on === on && carries(one));
  const operation = candidates.find(({ marker }) => marker) ?? candidates[0];
  const what = `${method} on the ${on}`;
  if (!operation) throw notImplemented([what, ...names].join(' with '));

  const marker = operation.marker ? Object.values(operation.marker)[0] : undefined;
  // `x-id` is the SDK's name of the operation; S3 ignores it.
  const knownNames = [marker, 'x-id', ...(operation.query ?? [])];
  const knownHeaders = [marker, ...headersOfAll, ...(operation.headers ?? [])];
  const unknownNames = names.filter((name) => !knownNames.includes(name));
  const unknownHeaders = [...headers.keys()]
    .filter((name) => name.startsWith('x-amz-') || name.startsWith('if-'))
    .filter((name) => !knownHeaders.includes(name) && !isUserMetadata(name));
  if (unknownNames.length > 0) throw notImplemented(`${what} with the query parameter ${unknownNames.join(', ')}`);
  if (unknownHeaders.length > 0) throw notImplemented(`${what} with the header ${unknownHeaders.join(', ')}`);
  return operation;
}
