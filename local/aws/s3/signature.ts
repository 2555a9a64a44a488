import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { notImplemented, S3Error } from './s3-error.ts';
import { percentDecode, type S3Request } from './s3-request.ts';

/**
 * AWS Signature Version 4 as it stands in the Authorization header ("Authenticating Requests: Using the Authorization
 * Header" of the S3 API reference). The age of a signature is not judged: the clock of a local chain may be a virtual one.
 */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

type SignedParts = Pick<S3Request, 'method' | 'path' | 'query' | 'headers'>;

const algorithm = 'AWS4-HMAC-SHA256';
const authorization =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/s3\/aws4_request, *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/;

/** Throws unless the request is signed by these credentials. */
export function verifySignature(request: SignedParts, credentials: Credentials): void {
  const given = request.headers.get('authorization');
  if (given === undefined) throw withoutHeader(request);
  if (!given.startsWith(algorithm)) {
    throw new S3Error('InvalidRequest', `The authorization mechanism is not supported. Please use ${algorithm}.`);
  }
  const [, accessKeyId = '', day = '', region = '', names = '', signature = ''] = authorization.exec(given) ?? [];
  if (signature === '') {
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      `Expected ${algorithm} with Credential=KEY/DAY/REGION/s3/aws4_request, SignedHeaders and Signature`,
    );
  }
  if (accessKeyId !== credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', `The access key "${accessKeyId}" does not exist here`);
  }
  if (region !== credentials.region) {
    const message = `The region "${region}" is wrong; expecting "${credentials.region}"`;
    throw new S3Error('AuthorizationHeaderMalformed', message, { Region: credentials.region });
  }
  const signedHeaders = names.split(';');
  checkCoverage(request, signedHeaders, day);
  const expected = signatureOf(request, signedHeaders, day, credentials);
  if (!timingSafeEqual(Buffer.from(signature, 'hex'), Buffer.from(expected, 'hex'))) {
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The signature we calculated does not match the one you provided. Check your secret key.',
    );
  }
}

function withoutHeader({ query }: SignedParts): S3Error {
  return query.some(([name]) => name === 'X-Amz-Signature')
    ? notImplemented('presigned URLs')
    : new S3Error('AccessDenied', 'Access Denied: anonymous requests are refused');
}

/** S3 wants the host and every `x-amz-` header signed; a header that is not could be changed on the way. */
function checkCoverage({ headers }: SignedParts, signedHeaders: readonly string[], day: string): void {
  const unsigned = [...headers.keys()].filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) throw new S3Error('AccessDenied', `There were headers which were not signed: ${unsigned}`);
  if (!headers.get('x-amz-date')?.startsWith(`${day}T`)) {
    throw new S3Error('AccessDenied', `Expected an x-amz-date of the day ${day} in the credential`);
  }
  if (!headers.has('x-amz-content-sha256')) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
}

export function signatureOf(
  request: SignedParts,
  signedHeaders: readonly string[],
  day: string,
  { secretAccessKey, region }: Credentials,
): string {
  const scope = `${day}/${region}/s3/aws4_request`;
  // Headers are bytes on the wire and latin1 here: hash the same bytes again.
  const canonical = createHash('sha256').update(canonicalRequest(request, signedHeaders), 'latin1').digest('hex');
  const toSign = [algorithm, request.headers.get('x-amz-date'), scope, canonical].join('\n');
  return hmac(signingKey(secretAccessKey, scope), toSign).toString('hex');
}

/** Four of the five hashes of a signature are the same all day. */
const signingKeys = new Map<string, Buffer>();
const keptKeys = 100;

function signingKey(secretAccessKey: string, scope: string): Buffer {
  const id = `${secretAccessKey}/${scope}`;
  const known = signingKeys.get(id);
  if (known) return known;
  const [day = '', ...parts] = scope.split('/');
  const key = parts.reduce(hmac, hmac(`AWS4${secretAccessKey}`, day));
  if (signingKeys.size >= keptKeys) signingKeys.clear();
  signingKeys.set(id, key);
  return key;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export function canonicalRequest(
  { method, path, query, headers }: SignedParts,
  signedHeaders: readonly string[],
): string {
  const lines = signedHeaders.map((name) => `${name}:${(headers.get(name) ?? '').trim().replace(/ +/g, ' ')}\n`);
  return [
    method,
    path
      .split('/')
      .map((segment) => strictEncode(percentDecode(segment)))
      .join('/'),
    canonicalQuery(query),
    lines.join(''),
    signedHeaders.join(';'),
    headers.get('x-amz-content-sha256'),
  ].join('\n');
}

function canonicalQuery(query: S3Request['query']): string {
  // By name, then by value. The tab sorts below every encoded character, so `list` comes before `list-type`.
  const pairs = query.map(([name, value]) => `${strictEncode(name)}\t${strictEncode(value)}`);
  return pairs.sort().join('&').replaceAll('\t', '=');
}

/** Everything but letters, digits and `-._~`: five characters more than encodeURIComponent. */
export function strictEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
