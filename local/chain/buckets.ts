import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { listAll, readObject, type StoredHeaders } from '../aws/s3/store.ts';
import { Properties } from '../aws/template/properties.ts';
import type { Resource } from '../aws/template/template.ts';
import type { Chain } from './start-chain.ts';

export interface Original {
  readonly key: string;
  readonly bytes: number;
}

export interface StoredImage {
  readonly bytes: Buffer;
  /** What it was stored with. */
  readonly headers: StoredHeaders;
}

/** Both buckets, with the rights of their owner. */
export interface Images {
  /** The originals, those in the folder of images among them. */
  list(): Promise<readonly Original[]>;
  read(bucket: Bucket, key: string): Promise<StoredImage | undefined>;
  head(bucket: Bucket, key: string): Promise<StoredHeaders | undefined>;
  put(bucket: Bucket, key: string, image: StoredImage): Promise<void>;
  remove(bucket: Bucket, key: string): Promise<void>;
}

export type Bucket = 'originals' | 'derivatives';

export function openImages({ s3 }: Pick<Chain, 's3'>, folder?: string): Images {
  const { store } = s3;
  return {
    async list() {
      const stored = (await listAll(store, s3.originals)).map(({ key, bytes }): Original => ({ key, bytes }));
      const known = new Set(stored.map(({ key }) => key));
      const files = folder === undefined ? [] : filesIn(folder).filter(({ key }) => !known.has(key));
      return [...stored, ...files].sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async read(bucket, key) {
      const found = await readObject(store, s3[bucket], key);
      return found && { bytes: found.body, headers: found.headers };
    },
    async head(bucket, key) {
      const found = await store.head(s3[bucket], key);
      return found && { ...found.headers, etag: found.etag };
    },
    async put(bucket, key, { bytes, headers }) {
      await store.put(s3[bucket], key, { headers, body: [bytes] });
    },
    async remove(bucket, key) {
      await store.delete(s3[bucket], key);
    },
  };
}

function filesIn(folder: string): readonly Original[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !file.name.startsWith('.'))
    .map((file) => join(file.parentPath, file.name))
    .map((path) => ({ key: relative(folder, path).split(sep).join('/'), bytes: statSync(path).size }));
}

/** The presets of the website, in the template's order: the first segment of each routing rule's prefix. */
export function presetsOf(website: Resource): readonly string[] {
  const rules = Properties.of(website).child('WebsiteConfiguration')?.children('RoutingRules') ?? [];
  const prefixes = rules.map((rule) => rule.child('RoutingRuleCondition')?.optionalText('KeyPrefixEquals') ?? '');
  return [...new Set(prefixes.map((prefix) => prefix.replace(/\/.*$/, '')))].filter((name) => name !== '');
}

/** The address of a derivative. Strict, since S3 reads a bare `+` as a space and clients differ on `!'()*`. */
export function addressOf(edge: string, preset: string, key: string): string {
  return `${edge}/${`${preset}/${key}`.split('/').map(encodeSegment).join('/')}`;
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
