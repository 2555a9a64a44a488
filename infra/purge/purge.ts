import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3';
import { maxItems } from '../../src/core/invalidation.ts';
import { prices } from '../prices.ts';
import type { Derivative, Found } from './find.ts';

export interface PurgePlan {
  readonly derivatives: readonly Derivative[];
  /** Of an invalidation: tags begin with `#`. */
  readonly items: readonly string[];
}

/**
 * Also invalidates the given tags: their derivatives may be at the edge, but no longer in S3. More items than CloudFront takes
 * at once become everything, as one path.
 */
export function planPurge({ derivatives }: Found, tags: readonly string[] = []): PurgePlan {
  const items = [...new Set([...tags, ...derivatives.flatMap(({ tag }) => tag ?? [])])].map((tag) => `#${tag}`);
  const isComplete = derivatives.every(({ tag }) => tag !== undefined);
  return { derivatives, items: isComplete && items.length <= maxItems ? items : ['/*'] };
}

/** List prices, without the free invalidations of a month: those are for the whole account. */
export function dollarsOf({ heads, lists }: Found, { items }: PurgePlan): number {
  return heads * prices.s3.get + lists * prices.s3.put + items.length * prices.cloudFront.invalidationPath;
}

/** The limit of DeleteObjects. */
const mostPerCall = 1000;

export async function deleteDerivatives(client: S3Client, bucket: string, { derivatives }: PurgePlan): Promise<void> {
  for (let from = 0; from < derivatives.length; from += mostPerCall) {
    const Objects = derivatives.slice(from, from + mostPerCall).map(({ key }) => ({ Key: key }));
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    const [error] = Errors;
    if (error) throw new Error(`${bucket}: ${error.Key} was not deleted: ${error.Code} ${error.Message}`);
  }
}

/** CloudFront may be busy with the invalidations of the service. */
const tries = 20;
const pauseMilliseconds = 15_000;

/** Returns the id of the invalidation. */
export async function invalidate(
  client: CloudFrontClient,
  distributionId: string,
  { items }: PurgePlan,
): Promise<string> {
  const command = new CreateInvalidationCommand({
    DistributionId: distributionId,
    InvalidationBatch: {
      // The same in each attempt, so that an accepted one is not made again.
      CallerReference: randomUUID(),
      Paths: { Quantity: items.length, Items: [...items] },
    },
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { Invalidation } = await client.send(command);
      return Invalidation?.Id ?? '';
    } catch (error) {
      const isBusy = error instanceof Error && error.name === 'TooManyInvalidationsInProgress';
      if (!isBusy || attempt === tries) throw error;
      await sleep(pauseMilliseconds);
    }
  }
}
