import { setTimeout as sleep } from 'node:timers/promises';
import { type CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import type { EdgeCache } from '../ports.ts';

/** Of one call with all its attempts; the SDK has no limit of its own. */
const limitMilliseconds = 15_000;

/** Calls CloudFront at most once in so many milliseconds, also when its calls fail. */
export function cloudFrontEdgeCache(
  client: CloudFrontClient,
  distributionId: string,
  millisecondsBetween: number,
): EdgeCache {
  let nextCall = 0;
  return {
    async invalidate(items, reference, signal) {
      await sleep(Math.max(0, nextCall - performance.now()), undefined, { signal });
      nextCall = performance.now() + millisecondsBetween;
      const command = new CreateInvalidationCommand({
        DistributionId: distributionId,
        InvalidationBatch: {
          CallerReference: reference,
          // A tag begins with # ("Invalidating content by cache tags").
          Paths: { Quantity: items.length, Items: [...items] },
        },
      });
      const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(limitMilliseconds)]);
      await client.send(command, { abortSignal });
    },
  };
}
