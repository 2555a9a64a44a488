/** Names of the user metadata of a derivative in S3. */
export const metadataNames = {
  /** Identifies what the derivative was made from (`OpenedOriginal.id`). */
  originalId: 'original-id',
  /** The release that made it. */
  serviceVersion: 'service-version',
  /** Shared by all derivatives of one original, so that one invalidation by tag removes them from CloudFront. */
  cacheTag: 'cache-tag',
} as const;

/** The response header from which CloudFront reads the tag. */
export const cacheTagHeader = `x-amz-meta-${metadataNames.cacheTag}`;

/** The same as response headers, which CloudFront removes for viewers. */
export const metadataHeaders: readonly string[] = Object.values(metadataNames).map((name) => `x-amz-meta-${name}`);
