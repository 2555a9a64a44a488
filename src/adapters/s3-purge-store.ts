import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ServiceConfig } from '../config.ts';
import { purgePrefix } from '../core/invalidation.ts';
import { isAbsent, isOvertaken, storeFailure } from '../core/store-failure.ts';
import type { OriginalVersion, PurgeStore } from '../ports.ts';

/** What DeleteObjects takes (S3 API reference). */
const maxDeletes = 1_000;
/** Runs at the same time replace each other's count. */
const attemptsToCount = 10;

export interface Buckets {
  readonly originals: string;
  readonly derivatives: string;
}

export function s3PurgeStore(client: S3Client, buckets: Buckets, limits: ServiceConfig['limits']): PurgeStore {
  const call = async <T>(doing: string, caller: AbortSignal, send: (abortSignal: AbortSignal) => Promise<T>) => {
    const signal = AbortSignal.any([caller, AbortSignal.timeout(limits.putMilliseconds)]);
    try {
      return await send(signal);
    } catch (thrown) {
      throw storeFailure(thrown, doing, signal);
    }
  };
  /** One object for each day (UTC), with a number in it. */
  const counterKey = (day: string) => `${purgePrefix}${day}`;
  const readCounter = (day: string, caller: AbortSignal) =>
    call('reading the number of invalidations', caller, async (abortSignal) => {
      try {
        const command = new GetObjectCommand({ Bucket: buckets.derivatives, Key: counterKey(day) });
        const { Body, ETag } = await client.send(command, { abortSignal });
        return { count: Number(await Body?.transformToString()), etag: ETag };
      } catch (thrown) {
        if (isAbsent(thrown)) return { count: 0, etag: undefined };
        throw thrown;
      }
    });

  return {
    newestVersions: (key, caller) =>
      call('listing the versions of the original', caller, async (abortSignal) => {
        const command = new ListObjectVersionsCommand({ Bucket: buckets.originals, Prefix: key, MaxKeys: 2 });
        const { Versions = [], DeleteMarkers = [] } = await client.send(command, { abortSignal });
        // Keys that continue this one come after it; the two kinds of entries come in lists of their own, each newest first.
        const versions = Versions.filter(({ Key }) => Key === key).map(({ VersionId, ETag, IsLatest }) => ({
          isLatest: IsLatest === true,
          version: { id: VersionId ?? '', ...(ETag !== undefined && { etag: ETag }) } satisfies OriginalVersion,
        }));
        const marks = DeleteMarkers.filter(({ Key }) => Key === key).map(({ VersionId, IsLatest }) => ({
          isLatest: IsLatest === true,
          version: { id: VersionId ?? '' } satisfies OriginalVersion,
        }));
        return [...versions, ...marks]
          .sort((a, b) => Number(b.isLatest) - Number(a.isLatest))
          .map(({ version }) => version);
      }),

    async remove(derivatives, caller) {
      const objects = [...derivatives].map(([Key, { etag }]) => ({ Key, ETag: etag }));
      for (let from = 0; from < objects.length; from += maxDeletes) {
        await call('deleting derivatives', caller, async (abortSignal) => {
          const Delete = { Objects: objects.slice(from, from + maxDeletes), Quiet: true };
          const command = new DeleteObjectsCommand({ Bucket: buckets.derivatives, Delete });
          const { Errors = [] } = await client.send(command, { abortSignal });
          // Replaced or deleted since it was seen. What replaced it is of a newer original, or for the next pass.
          const failed = Errors.find(({ Code = '' }) => !['PreconditionFailed', 'NoSuchKey'].includes(Code));
          if (failed) throw new Error(`S3 did not delete ${failed.Key}: ${failed.Code} ${failed.Message}`);
        });
      }
    },

    invalidated: async (day, caller) => (await readCounter(day, caller)).count,

    async countInvalidated(day, items, caller) {
      for (let attempt = 1; ; attempt++) {
        const { count, etag } = await readCounter(day, caller);
        const isStored = await call('counting invalidations', caller, async (abortSignal) => {
          const command = new PutObjectCommand({
            Bucket: buckets.derivatives,
            Key: counterKey(day),
            Body: String(count + items),
            ...(etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag }),
          });
          try {
            await client.send(command, { abortSignal });
            return true;
          } catch (thrown) {
            if (isOvertaken(thrown) && attempt < attemptsToCount) return false;
            throw thrown;
          }
        });
        if (isStored) return;
      }
    },
  };
}
