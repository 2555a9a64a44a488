/** Originals under keys that nobody has asked for, in the bucket of a target, and their end. */
import { readFileSync } from 'node:fs';
import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { BenchCase } from '../memory/cases.ts';
import type { Target } from './target.ts';

export interface FreshKeys {
  /** One more key of the case's original. */
  next(one: BenchCase): Promise<string>;
  /** Removes every original that was put, version and all, and every derivative that was made. Says what is left. */
  sweep(): Promise<string[]>;
}

/** Below `loadtest/`, where a lifecycle rule removes after a day what a run that was cut off has left. */
export function openFreshKeys({ buckets, region, originalsRegion = region }: Target, runId: string): FreshKeys {
  const originals = new S3Client({ region: originalsRegion });
  const derivatives = new S3Client({ region });
  const uploaded = new Map<string, string>();
  const put: { key: string; version: string | undefined; preset?: string }[] = [];
  let count = 0;
  // Of characters that every reading of a key leaves as they are: which one the function has is no matter then.
  const nextKey = (file: string) => `loadtest/${runId}/${++count}-${file.replaceAll(/[^\w.-]/g, '-')}`;

  async function upload({ originalKey, file }: BenchCase): Promise<string> {
    const key = nextKey(originalKey);
    const object = { Bucket: buckets.originals, Key: key, Body: readFileSync(file) };
    const { VersionId } = await originals.send(new PutObjectCommand(object));
    put.push({ key, version: VersionId });
    uploaded.set(originalKey, key);
    return key;
  }

  return {
    async next(one) {
      const source = uploaded.get(one.originalKey) ?? (await upload(one));
      const key = nextKey(one.originalKey);
      const copy = { Bucket: buckets.originals, Key: key, CopySource: `${buckets.originals}/${source}` };
      const { VersionId } = await originals.send(new CopyObjectCommand(copy));
      put.push({ key, version: VersionId, preset: one.preset });
      return key;
    },
    async sweep() {
      const left: string[] = [];
      for (const { key, version, preset } of put.splice(0)) {
        try {
          const original = { Bucket: buckets.originals, Key: key, ...(version && { VersionId: version }) };
          await originals.send(new DeleteObjectCommand(original));
          if (preset)
            await derivatives.send(new DeleteObjectCommand({ Bucket: buckets.derivatives, Key: `${preset}/${key}` }));
        } catch (error) {
          left.push(`${key} could not be removed: ${error instanceof Error ? error.message : error}`);
        }
      }
      return left;
    },
  };
}
