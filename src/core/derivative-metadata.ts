/** Names of the user metadata of a derivative in S3. */
export const metadataNames = {
  /** Identifies what the derivative was made from (`OpenedOriginal.id`). */
  originalId: 'original-id',
  /** The release that made it. */
  serviceVersion: 'service-version',
  /** Shared by all derivatives of one original, so that one invalidation by tag removes them from CloudFront. */
  cacheTag: 'cache-tag',
  /** On a derivative that was put in place of one of an older original, which CloudFront may have fetched meanwhile. */
  replacedOlder: 'replaced-older',
} as const;

/** The same as response headers, which CloudFront removes for viewers. */
export const metadataHeaders: readonly string[] = Object.values(metadataNames).map((name) => `x-amz-meta-${name}`);

/** The response header from which CloudFront reads the tag. */
export const cacheTagHeader = `x-amz-meta-${metadataNames.cacheTag}`;
