import { combine, type Policy } from '../iam/policy.ts';
import type { S3Call } from './s3-call.ts';

/**
 * Who calls: the owner of the buckets may do everything, and so may the website, which decides by itself whom it lets
 * read; a role may do what its policies and those of the bucket say.
 */
export type Caller = 'owner' | 'website' | { readonly roleArn: string };

export interface Access {
  mayCall(caller: Caller, call: S3Call): boolean;
  /** Without it S3 does not tell that a key is missing ("GetObject": 404 with s3:ListBucket, else 403). */
  mayList(caller: Caller, bucket: string): boolean;
}

export interface AccessRules {
  readonly accountId: string;
  readonly rolePolicies: ReadonlyMap<string, readonly Policy[]>;
  readonly bucketPolicies: ReadonlyMap<string, Policy>;
}

/** "Policy evaluation for requests within a single account": role or bucket must allow, neither may deny. */
export function createAccess({ accountId, rolePolicies, bucketPolicies }: AccessRules): Access {
  function allows(caller: Caller, action: string, resource: string, context: S3Call['context']): boolean {
    if (typeof caller === 'string') return true;
    const bucket = bucketPolicies.get(resource.replace(/^arn:aws:s3:::/, '').replace(/\/.*$/s, ''));
    const policies = [...(rolePolicies.get(caller.roleArn) ?? []), ...(bucket ? [bucket] : [])];
    return combine(policies)({
      action,
      resource,
      principal: caller.roleArn,
      accountId,
      context: {
        ...context,
        'aws:principalarn': caller.roleArn,
        'aws:principalaccount': accountId,
        // On AWS the SDK speaks TLS to S3; that it does not here is the loopback's doing.
        'aws:securetransport': 'true',
      },
    });
  }

  return {
    mayCall: (caller, { permissions, context }) =>
      permissions.every(({ action, resource }) => allows(caller, action, resource, context)),
    mayList: (caller, bucket) => allows(caller, 's3:ListBucket', `arn:aws:s3:::${bucket}`, {}),
  };
}
