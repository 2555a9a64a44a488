import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { createS3Client, type S3Answer } from '../aws/s3/client.ts';
import type { Chain } from './start-chain.ts';

export interface Original {
  readonly key: string;
  readonly bytes: number;
}

export interface StoredImage {
  readonly bytes: Buffer;
  /** What it was stored with, to be able to put it back. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Both buckets, with the rights of their owner. */
export interface Images {
  list(): Promise<readonly Original[]>;
  read(bucket: Bucket, key: string): Promise<StoredImage | undefined>;
  head(bucket: Bucket, key: string): Promise<Readonly<Record<string, string>> | undefined>;
  put(bucket: Bucket, key: string, image: StoredImage): Promise<void>;
  remove(bucket: Bucket, key: string): Promise<void>;
  close(): void;
}

export type Bucket = 'originals' | 'derivatives';

const stored =
  /^(content-type|cache-control|content-disposition|content-encoding|content-language|expires|x-amz-meta-.*)$/;

export function openImages(chain: Pick<Chain, 's3'>, folder?: string): Images {
  const client = createS3Client(chain.s3.endpoint, chain.s3.owner);

  async function ask(method: string, bucket: Bucket, key: string, more: Parameters<typeof client.send>[3] = {}) {
    const answer = await client.send(method, chain.s3[bucket], key, more);
    if (answer.status < 300 || answer.status === 404) return answer;
    throw new Error(`S3 answered ${method} ${bucket}/${key} with ${answer.status}${said(answer)}`);
  }

  return {
    async list() {
      const inS3 = (await client.list(chain.s3.originals)).map(({ key, bytes }): Original => ({ key, bytes }));
      const known = new Set(inS3.map(({ key }) => key));
      const inFolder = folder === undefined ? [] : filesIn(folder).filter(({ key }) => !known.has(key));
      return [...inS3, ...inFolder].sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async read(bucket, key) {
      const { status, body, headers } = await ask('GET', bucket, key);
      return status === 404 ? undefined : { bytes: body, headers: pick(headers, stored) };
    },
    async head(bucket, key) {
      const { status, headers } = await ask('HEAD', bucket, key);
      return status === 404 ? undefined : headers;
    },
    async put(bucket, key, { bytes, headers }) {
      await ask('PUT', bucket, key, { body: bytes, headers });
    },
    async remove(bucket, key) {
      await ask('DELETE', bucket, key);
    },
    close: client.close,
  };
}

function said({ body }: S3Answer): string {
  const [, message] = /<Message>([^<]*)/.exec(body.toString()) ?? [];
  return message === undefined ? '' : `: ${message}`;
}

function pick(headers: Readonly<Record<string, string>>, names: RegExp): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.test(name)));
}

/** Files of the folder that the chain shows as originals beside those in S3. */
function filesIn(folder: string): readonly Original[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !file.name.startsWith('.'))
    .map((file) => join(file.parentPath, file.name))
    .map((path) => ({ key: relative(folder, path).split(sep).join('/'), bytes: statSync(path).size }));
}
