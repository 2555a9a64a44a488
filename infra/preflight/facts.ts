/** Something that AWS was asked: known, or the reason why it is not. */
export type Fact<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly reason: string };

export function known<T>(value: T): Fact<T> {
  return { known: true, value };
}

export interface AccountFacts {
  readonly account: string;
  /** `undefined` when it is not bootstrapped. */
  readonly bootstrapVersion: Fact<number | undefined>;
  readonly publicAccessBlock: Fact<PublicAccessBlock>;
  readonly concurrency: Fact<Concurrency>;
}

/** Of the whole account: it overrides the setting of a bucket where it is stricter. */
export interface PublicAccessBlock {
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

export interface Concurrency {
  readonly limit: number;
  readonly unreserved: number;
  /** Reserved by the Lambda of this stack. */
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
  readonly notifications: Fact<Notifications>;
}

/** As in S3's API, which sets all of them at once. With this field the bucket sends its events to EventBridge. */
export type Notifications = { readonly EventBridgeConfiguration?: object };

/** As in S3's API. Fields that are not read are kept. */
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
    /** So many old versions are kept, whatever their age. */
    readonly NewerNoncurrentVersions?: number;
  };
}

/** One line: what is wrong, and how to solve it. */
export interface Problem {
  /** A `note` does not stop a deploy. */
  readonly severity: 'stop' | 'note';
  readonly line: string;
}
