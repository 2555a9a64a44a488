/** What an account must be asked before a deploy. Each fact is known, or there is a reason why it is not. */
export type Fact<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly reason: string };

export function known<T>(value: T): Fact<T> {
  return { known: true, value };
}

export interface AccountFacts {
  readonly account: string;
  /** `undefined`: not bootstrapped. */
  readonly bootstrapVersion: Fact<number | undefined>;
  readonly publicAccessBlock: Fact<PublicAccessBlock>;
  readonly concurrency: Fact<Concurrency>;
}

/** Of the whole account; the stricter of this and a bucket's own setting wins. */
export interface PublicAccessBlock {
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

export interface Concurrency {
  readonly limit: number;
  readonly unreserved: number;
  /** What our own Lambda has reserved already. */
  readonly ours: number;
}

export interface OriginalsFacts {
  readonly bucketName: string;
  /** The stack's own derivatives bucket, once it is deployed. */
  readonly derivativesBucket: string | undefined;
  readonly region: Fact<string>;
  readonly versioned: Fact<boolean>;
  /** The KMS key of new objects; `undefined` where S3 encrypts by itself. */
  readonly encryptionKeyArn: Fact<string | undefined>;
  readonly lifecycle: Fact<readonly LifecycleRule[]>;
}

/** As S3's API writes it: only what we read, the rest is kept as it is. */
export interface LifecycleRule {
  readonly ID?: string;
  readonly Status?: string;
  readonly Prefix?: string;
  readonly Filter?: {
    readonly Prefix?: string;
    readonly Tag?: unknown;
    readonly ObjectSizeGreaterThan?: number;
    readonly ObjectSizeLessThan?: number;
    readonly And?: unknown;
  };
  readonly Expiration?: { readonly Days?: number; readonly ExpiredObjectDeleteMarker?: boolean };
  readonly NoncurrentVersionExpiration?: {
    readonly NoncurrentDays?: number;
    /** So many old versions stay, however old they are. */
    readonly NewerNoncurrentVersions?: number;
  };
}

/** One thing that is missing, and what to do about it, in one line. */
export interface Problem {
  /** `note` does not stop a deploy. */
  readonly severity: 'stop' | 'note';
  readonly line: string;
}
