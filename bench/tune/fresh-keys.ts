import { readFileSync } from 'node:fs';
import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Target } from '../../src/target.ts';
import type { BenchCase } from '../cases.ts';

/**
 * Puts originals under keys without derivatives, since a key that was called before would measure the early answer. Below
 * `loadtest/`, where a lifecycle rule removes after a day what an interrupted run has left.
 */
export function openFreshKeys({ buckets, region, originalsRegion = region }: Target) {
  const originals = new S3Client({ region: originalsRegion });
  const derivatives = new S3Client({ region });
  const folder = `loadtest/tune-${Date.now().toString(36)}`;
  const uploaded = new Map<string, string>();
  const put: { Key: string; VersionId?: string; preset: string }[] = [];
  // Only characters that no encoding changes.
  const nextKey = (name: string) => `${folder}/${put.length + 1}-${name.replaceAll(/[^\w.-]/g, '-')}`;

  return {
    async next({ originalKey, file, preset }: BenchCase): Promise<string> {
      const Key = nextKey(originalKey);
      const object = { Bucket: buckets.originals, Key };
      const source = uploaded.get(originalKey);
      const { VersionId } = source
        ? await originals.send(new CopyObjectCommand({ ...object, CopySource: `${buckets.originals}/${source}` }))
        : await originals.send(new PutObjectCommand({ ...object, Body: readFileSync(file) }));
      put.push({ Key, preset, ...(VersionId && { VersionId }) });
      if (!source) uploaded.set(originalKey, Key);
      return Key;
    },
    /** Removes every original that was put, with its version, and every derivative. Returns what is left. */
    async removeAll(): Promise<string[]> {
      const left: string[] = [];
      for (const { preset, ...version } of put.splice(0)) {
        const derivative = { Bucket: buckets.derivatives, Key: `${preset}/${version.Key}` };
        try {
          await originals.send(new DeleteObjectCommand({ Bucket: buckets.originals, ...version }));
          await derivatives.send(new DeleteObjectCommand(derivative));
        } catch (error) {
          left.push(`${version.Key} could not be removed: ${error instanceof Error ? error.message : error}`);
        }
      }
      return left;
    },
  };
}
