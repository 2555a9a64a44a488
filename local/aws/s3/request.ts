import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Caller } from '../iam/caller.ts';
import { combine, type Policy } from '../iam/policy.ts';
import { S3Error } from './s3-error.ts';

/** One request in path style: `/bucket/key?query`. Names of headers are in lower case, repeats joined by a comma. */
export interface S3Request {
  readonly method: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  /** Empty in a request to the service itself. */
  readonly bucket: string;
  /** Empty in a request to the bucket itself. */
  readonly key: string;
  readonly body: Readable;
}

export function readRequest(message: IncomingMessage): S3Request {
  const headers = Object.entries(message.headersDistinct).map(([name, values = []]) => [name, values.join(',')]);
  return {
    method: message.method ?? '',
    ...parseTarget(message.url ?? ''),
    headers: Object.fromEntries(headers),
    body: message,
  };
}

/** S3's limit on a key, in bytes of UTF-8. */
const maxKeyBytes = 1024;
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Takes the target literally: `.`, `..` and `//` are part of a key here, so no URL parser may tidy them up. */
export function parseTarget(target: string): Pick<S3Request, 'query' | 'bucket' | 'key'> {
  const [, path, search = ''] = /^(\/[^?]*)(?:\?(.*))?$/s.exec(target) ?? [];
  if (path === undefined) throw invalidUri(`Expected a path that begins with "/", got "${target}"`);
  const slash = path.indexOf('/', 1);
  const bucket = percentDecode(slash < 0 ? path.slice(1) : path.slice(1, slash));
  const key = slash < 0 ? '' : percentDecode(path.slice(slash + 1));
  if (bucket !== '' && !bucketName.test(bucket)) {
    throw new S3Error(400, 'InvalidBucketName', `"${bucket}" is not a bucket name: expected 3 to 63 of a-z 0-9 . -`);
  }
  const bytes = Buffer.byteLength(key);
  if (bytes > maxKeyBytes) {
    throw new S3Error(400, 'KeyTooLongError', `Your key is too long: ${bytes} bytes, at most ${maxKeyBytes}`);
  }
  const query = search
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [percentDecode(name), percentDecode(value.join('='))] as const;
    });
  return { bucket, key, query };
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidUri(`Expected percent-encoded UTF-8, got "${text}"`);
  }
}

const invalidUri = (message: string) => new S3Error(400, 'InvalidURI', message);

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
