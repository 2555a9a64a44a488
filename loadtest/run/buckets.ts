/** The buckets of a target, and what a run writes to them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CopyObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Target } from '../../src/target.ts';
import type { CorpusImage } from './corpus.ts';
import { rootPrefixes, type Seed } from './make-plan.ts';

export interface Buckets {
  readonly originals: { readonly client: S3Client; readonly name: string };
  readonly derivatives: { readonly client: S3Client; readonly name: string };
  close(): void;
}

export function openBuckets({ buckets, region, originalsRegion, s3 }: Target): Buckets {
  // The file that a local chain has written; the SDK reads the profile from it.
  if (s3) process.env.AWS_SHARED_CREDENTIALS_FILE = s3.credentialsFile;
  const client = (where: string) =>
    new S3Client({ region: where, ...(s3 && { endpoint: s3.endpoint, profile: s3.profile, forcePathStyle: true }) });
  const derivatives = client(region);
  const originals = client(originalsRegion ?? region);
  return {
    originals: { client: originals, name: buckets.originals },
    derivatives: { client: derivatives, name: buckets.derivatives },
    close() {
      derivatives.destroy();
      originals.destroy();
    },
  };
}

/** Requests at once. */
const atOnce = 16;

/** Puts each image of the corpus that is needed once, and copies it inside S3 to every key. */
export async function seedOriginals(
  { originals: { client, name } }: Buckets,
  runId: string,
  { seeds, replacements }: { readonly seeds: readonly Seed[]; readonly replacements: readonly Seed[] },
  corpus: readonly CorpusImage[],
  interrupted?: AbortSignal,
): Promise<void> {
  const put = (key: string, body: Uint8Array) =>
    client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: body }));
  const used = new Set([...seeds, ...replacements].flatMap(({ from }) => ('image' in from ? [from.image] : [])));
  const seedAll = async <T>(list: readonly T[], seed: (one: T) => Promise<unknown>) => {
    const waiting = list.values();
    const work = async () => {
      for (const one of waiting) {
        interrupted?.throwIfAborted();
        await seed(one);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  };
  await seedAll([...used], (image) => put(corpusKey(runId, image), bytesOf(corpus, image)));
  await seedAll(seeds, async ({ key, from }) => {
    if ('bytes' in from) return put(key, from.bytes);
    return client.send(
      new CopyObjectCommand({ Bucket: name, Key: key, CopySource: `${name}/${corpusKey(runId, from.image)}` }),
    );
  });
}

/** Below the prefix of the run, so that it is swept with it. */
const corpusKey = (runId: string, image: number) => `${rootPrefixes.seed}/${runId}/corpus/${image}`;

function bytesOf(corpus: readonly CorpusImage[], image: number): Uint8Array {
  const bytes = corpus[image]?.bytes;
  if (!bytes) throw new Error(`The corpus has no image ${image}: it has ${corpus.length}`);
  return bytes;
}

/** Replaces originals when a script asks for it: k6 has no client for S3. */
export interface Replacer {
  /** `POST <url>/<number>` replaces the original of that number, and is answered 204 when S3 holds the new one. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startReplacer(
  { originals: { client, name } }: Buckets,
  runId: string,
  replacements: readonly Seed[],
): Promise<Replacer> {
  const replace = async (number: number) => {
    const { key, from } = replacements[number] ?? {};
    if (key === undefined || !from || !('image' in from)) throw new Error(`There is no replacement ${number}`);
    const CopySource = `${name}/${corpusKey(runId, from.image)}`;
    await client.send(new CopyObjectCommand({ Bucket: name, Key: key, CopySource }));
  };
  const server = createServer((request, response) => {
    replace(Number(request.url?.slice(1))).then(
      () => response.writeHead(204).end(),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
