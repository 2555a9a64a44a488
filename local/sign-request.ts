import { parseTarget } from './s3/s3-request.ts';
import { type Credentials, signatureOf } from './s3/signature.ts';

export interface UnsignedRequest {
  readonly method: string;
  /** Path and query, encoded. */
  readonly target: string;
  /** Lower-case names, the host among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body in hexadecimal, or one of S3's words for a body that is not hashed. */
  readonly payloadHash: string;
  readonly now: number;
}

/** The headers with which an S3 server takes the request for one of the owner of these credentials (Signature V4). */
export function signRequest(request: UnsignedRequest, credentials: Credentials): Record<string, string> {
  const { method, target, payloadHash, now } = request;
  const date = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-date': date,
    'x-amz-content-sha256': payloadHash,
  };
  const signed = Object.keys(headers)
    .filter((name) => name === 'host' || name === 'content-type' || name.startsWith('x-amz-'))
    .sort();
  const day = date.slice(0, 8);
  const { path, query } = parseTarget(target);
  const parts = { method, path, query, headers: new Map(Object.entries(headers)) };
  const signature = signatureOf(parts, signed, day, credentials);
  const scope = `${credentials.accessKeyId}/${day}/${credentials.region}/s3/aws4_request`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signed.join(';')}, Signature=${signature}`,
  };
}
