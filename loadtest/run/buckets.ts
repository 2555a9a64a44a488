/** The buckets of a target, and what a run writes to them. */
import { CopyObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Target } from '../../src/target.ts';
import type { CorpusImage } from './corpus.ts';
import { rootPrefix, type Seed } from './make-plan.ts';

export interface Buckets {
  readonly originals: { readonly client: S3Client; readonly name: string };
  readonly derivatives: { readonly client: S3Client; readonly name: string };
  /** Old versions of a versioned bucket must be deleted, too. */
  readonly originalsVersioned: boolean;
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
    // The S3 of a local chain keeps no versions.
    originalsVersioned: s3 === undefined,
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
const corpusKey = (runId: string, image: number) => `${rootPrefix}/${runId}/corpus/${image}`;

function bytesOf(corpus: readonly CorpusImage[], image: number): Uint8Array {
  const bytes = corpus[image]?.bytes;
  if (!bytes) throw new Error(`The corpus has no image ${image}: it has ${corpus.length}`);
  return bytes;
}

/** Replaces the originals of the turns one after another, turn by turn, until it is stopped. */
export function replaceInTurns(
  { originals: { client, name } }: Buckets,
  runId: string,
  turns: readonly (readonly Seed[])[],
  pauseMilliseconds: number,
): { stop(): Promise<number> } {
  let running = true;
  let replaced = 0;
  const work = (async () => {
    for (let round = 0; running; round += 1) {
      for (const { key, from } of turns[round % turns.length] ?? []) {
        if (!running) break;
        if ('bytes' in from) continue;
        const source = `${name}/${corpusKey(runId, from.image)}`;
        await client.send(new CopyObjectCommand({ Bucket: name, Key: key, CopySource: source }));
        replaced += 1;
        await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
      }
    }
  })();
  // An error is thrown by stop(); until then it must not end the process as an unhandled rejection.
  work.catch(() => {});
  return {
    async stop() {
      running = false;
      await work;
      return replaced;
    },
  };
}
