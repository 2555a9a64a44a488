import { CopyObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Buckets } from './buckets.ts';
import type { CorpusImage } from './corpus.ts';
import { inTurns } from './in-turns.ts';
import { rootPrefix, type Seed } from './make-plan.ts';

/** Requests under way at once. */
const atOnce = 16;

/** Puts each image of the corpus once, and copies it inside S3 to every key that needs it. */
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
  const seedAll = <T>(list: readonly T[], seed: (one: T) => Promise<unknown>) =>
    inTurns(list, atOnce, async (one) => {
      interrupted?.throwIfAborted();
      await seed(one);
    });
  await seedAll([...used], (image) => put(corpusKey(runId, image), bytesOf(corpus, image)));
  await seedAll(seeds, async ({ key, from }) => {
    if ('bytes' in from) return put(key, from.bytes);
    const source = `${name}/${corpusKey(runId, from.image)}`;
    return client.send(new CopyObjectCommand({ Bucket: name, Key: key, CopySource: source }));
  });
}

/** Lies below the run's prefix, and is swept with it. */
function corpusKey(runId: string, image: number): string {
  return `${rootPrefix}/${runId}/corpus/${image}`;
}

function bytesOf(corpus: readonly CorpusImage[], image: number): Uint8Array {
  const bytes = corpus[image]?.bytes;
  if (!bytes) throw new Error(`The corpus has no image ${image}: it has ${corpus.length}`);
  return bytes;
}

/** Puts the replacements in place of the originals and back, one original after another, until it is told to stop. */
export function replaceByTurns(
  buckets: Buckets,
  runId: string,
  turns: readonly (readonly Seed[])[],
  pauseMilliseconds: number,
): { stop(): Promise<number> } {
  let running = true;
  let replaced = 0;
  const { client, name } = buckets.originals;
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
  // Whoever stops it hears of its failure; until then it must not end the process.
  work.catch(() => {});
  return {
    async stop() {
      running = false;
      await work;
      return replaced;
    },
  };
}
