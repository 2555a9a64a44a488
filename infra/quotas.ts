/** AWS's default quotas per account, in us-east-1, of November 2026. Your account may have others: check Service Quotas. */
export const quotasDated = '2026-11';

export const quotas = {
  /** CloudFront Functions have no quota of calls: they scale with the requests ("Customize at the edge with CloudFront Functions"). */
  cloudFront: {
    source: 'Amazon CloudFront Developer Guide, "Quotas", General quotas (not with a flat-rate plan)',
    requestsPerSecond: 250_000,
    gigabitsPerSecond: 150,
  },
  httpApi: {
    source: 'Amazon API Gateway Developer Guide, "Amazon API Gateway quotas", account-level quotas',
    /** Of all APIs of the account together. The burst cannot be raised by itself. */
    requestsPerSecond: 10_000,
    burst: 5_000,
  },
  lambda: {
    source: 'AWS Lambda Developer Guide, "Lambda quotas" and "Lambda scaling behavior"',
    /** A new account may have 10. */
    concurrency: 1_000,
    /** For each function. */
    newEnvironmentsInTenSeconds: 1_000,
  },
  s3: {
    source: 'Amazon S3 User Guide, "Best practices design patterns: optimizing Amazon S3 performance"',
    /** At least, for each prefix. S3 splits a busy prefix by itself, within 30 to 60 minutes, and answers 503 meanwhile. */
    putsPerSecond: 3_500,
    getsPerSecond: 5_500,
  },
} as const;
