import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { S3Error } from './s3-error.ts';
import { measured, type Store, type StoredObject } from './store.ts';

export interface OutsideServer {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A server that takes longer to say anything at all counts as not running. */
const answerMilliseconds = 5_000;

/** Another S3 server that is running already, reached through the AWS SDK. */
export async function openOutsideStore({ endpoint, ...credentials }: OutsideServer): Promise<Store> {
  const name = await nameOf(endpoint);
  // One attempt: the caller sees what the server answers, and a conditional put is never repeated.
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1 });

  return {
    name,
    createBucket: (bucket, options) =>
      asked(async () => {
        await client.send(new CreateBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
          const exists = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 409;
          if (!exists) throw error;
        });
        // A bucket that never had versions needs no call, which some servers do not know.
        if (!options?.versioned) return;
        const configuration = { Status: 'Enabled' } as const;
        await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: configuration }));
      }),

    async head(bucket, key, VersionId) {
      const answer = await found(() => client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId })));
      return answer && toObject(key, answer);
    },
    async get(bucket, key, VersionId) {
      const answer = await found(() => client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId })));
      if (!answer) return undefined;
      const body = answer.Body instanceof Readable ? answer.Body : Readable.from([]);
      return { object: toObject(key, answer), body };
    },
    async put(bucket, key, upload, condition) {
      const { chunks, facts } = measured(upload);
      // A buffer: of a stream, versitygw stores the `aws-chunked` of its transfer as Content-Encoding.
      const bytes = await buffer(chunks);
      const { headers } = upload;
      const { expires } = headers;
      const { VersionId } = await asked(() =>
        client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: bytes,
            ...Object.fromEntries(Object.entries(fields).map(([header, field]) => [field, headers[header]])),
            ...(expires === undefined ? {} : { Expires: new Date(expires) }),
            Metadata: metadataIn(headers),
            ...(condition && 'ifMatch' in condition ? { IfMatch: condition.ifMatch } : {}),
            ...(condition && 'ifNoneMatch' in condition ? { IfNoneMatch: condition.ifNoneMatch } : {}),
          }),
        ),
      );
      const etag = `"${facts().md5.toString('hex')}"`;
      return { key, bytes: bytes.length, etag, lastModified: Date.now(), headers, ...versionOf(VersionId) };
    },
    delete: (bucket, key, { ifMatch, version } = {}) =>
      asked(async () => {
        const { DeleteMarker = false, VersionId } = await client.send(
          new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: ifMatch, VersionId: version }),
        );
        return { isMarker: DeleteMarker, happened: true, ...versionOf(VersionId) };
      }),
    listVersions: (bucket, { prefix, maxKeys } = {}) =>
      asked(async () => {
        const page = await client.send(
          new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, MaxKeys: maxKeys }),
        );
        const { Versions = [], DeleteMarkers = [], IsTruncated: isTruncated = false } = page;
        const listed = [...Versions, ...DeleteMarkers.map((marker) => ({ ...marker, isMarker: true }))].map((one) => ({
          key: one.Key ?? '',
          bytes: 'Size' in one ? (one.Size ?? 0) : 0,
          etag: 'ETag' in one ? (one.ETag ?? '') : '',
          lastModified: Number(one.LastModified),
          version: one.VersionId ?? 'null',
          isLatest: one.IsLatest ?? false,
          isMarker: 'isMarker' in one,
        }));
        // The SDK gives versions and markers apart. Their order within a key is that of their times.
        const versions = listed.toSorted(
          (a, b) =>
            Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) ||
            Number(b.isLatest) - Number(a.isLatest) ||
            b.lastModified - a.lastModified,
        );
        return { versions, isTruncated };
      }),

    list: (bucket, { prefix, delimiter, startAfter, token, maxKeys } = {}) =>
      asked(async () => {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            Delimiter: delimiter,
            StartAfter: startAfter,
            ContinuationToken: token,
            MaxKeys: maxKeys,
          }),
        );
        return {
          objects: (page.Contents ?? []).map(({ Key = '', Size = 0, ETag = '', LastModified }) => ({
            key: Key,
            bytes: Size,
            etag: ETag,
            lastModified: Number(LastModified),
          })),
          commonPrefixes: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
          ...(page.NextContinuationToken === undefined ? {} : { next: page.NextContinuationToken }),
        };
      }),
    close: () => client.destroy(),
  };
}

/** Turns the SDK's exceptions into the refusals that they carry. */
async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.$response === undefined) throw error;
    throw new S3Error(error.$metadata.httpStatusCode ?? 500, error.name, error.message);
  }
}

/** `undefined` for what is not there. The answer to a HEAD has no body, and so no code but `NotFound`. */
async function found<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asked(call);
  } catch (error) {
    if (error instanceof S3Error && (error.code === 'NoSuchKey' || error.code === 'NotFound')) return undefined;
    throw error;
  }
}

/** The fields of the SDK for the headers that are stored with an object. */
const fields = {
  'content-type': 'ContentType',
  'cache-control': 'CacheControl',
  'content-disposition': 'ContentDisposition',
  'content-encoding': 'ContentEncoding',
  'content-language': 'ContentLanguage',
  'x-amz-website-redirect-location': 'WebsiteRedirectLocation',
} as const;
const metadataPrefix = 'x-amz-meta-';

function metadataIn(headers: StoredObject['headers']): Record<string, string> {
  const entries = Object.entries(headers).filter(([header]) => header.startsWith(metadataPrefix));
  return Object.fromEntries(entries.map(([header, value]) => [header.slice(metadataPrefix.length), value]));
}

function toObject(key: string, answer: GetObjectCommandOutput | HeadObjectCommandOutput): StoredObject {
  const { ContentLength = 0, ETag = '', LastModified, ExpiresString, Metadata = {} } = answer;
  const headers = [
    ...Object.entries(fields).map(([header, field]) => [header, answer[field]] as const),
    ['expires', ExpiresString] as const,
    ...Object.entries(Metadata).map(([name, value]) => [`${metadataPrefix}${name}`, value] as const),
  ].filter((header): header is [string, string] => header[1] !== undefined);
  const lastModified = Number(LastModified);
  const object = { key, bytes: ContentLength, etag: ETag, lastModified, headers: Object.fromEntries(headers) };
  return { ...object, ...versionOf(answer.VersionId) };
}

const versionOf = (id: string | undefined) => (id === undefined || id === 'null' ? {} : { version: id });

async function nameOf(endpoint: string): Promise<string> {
  try {
    const { headers } = await fetch(endpoint, { signal: AbortSignal.timeout(answerMilliseconds) });
    return `${headers.get('server') ?? 'an S3 server'} at ${endpoint}`;
  } catch (cause) {
    throw new Error(`Nothing answers at S3_ENDPOINT=${endpoint}: start that server first`, { cause });
  }
}
