import { combine, type Policy } from '../iam/policy.ts';

/** The owner of the buckets may do everything. A role may do what its policies and those of the bucket allow. */
export type Caller = 'owner' | { readonly roleArn: string };

export interface AccessRules {
  readonly accountId: string;
  readonly rolePolicies: ReadonlyMap<string, readonly Policy[]>;
  readonly bucketPolicies: ReadonlyMap<string, Policy>;
}

/** Whether the caller of a request may do this. `context` has the condition keys of the call, in lower case. */
export type Allows = (action: string, resource: string, context?: Readonly<Record<string, string>>) => boolean;

/** "Policy evaluation for requests within a single account": role or bucket must allow, neither may deny. */
export function allowsOf(caller: Caller, { accountId, rolePolicies, bucketPolicies }: AccessRules): Allows {
  if (caller === 'owner') return () => true;
  const { roleArn } = caller;
  return (action, resource, context) => {
    const bucket = bucketPolicies.get(resource.replace(/^arn:aws:s3:::/, '').replace(/\/.*$/s, ''));
    return combine([...(rolePolicies.get(roleArn) ?? []), ...(bucket ? [bucket] : [])])({
      action,
      resource,
      principal: roleArn,
      accountId,
      context: {
        ...context,
        'aws:principalarn': roleArn,
        'aws:principalaccount': accountId,
        // On AWS the SDK speaks TLS to S3. Only the loopback of this machine does without.
        'aws:securetransport': 'true',
      },
    });
  };
}
