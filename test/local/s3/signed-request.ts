import { type ClientRequest, type RequestOptions, request } from 'node:http';
import { parseTarget } from '../../../local/aws/s3/s3-request.ts';
import { type Credentials, signatureOf } from '../../../local/aws/s3/signature.ts';

/** A request with a right signature of which the caller sends the body: what no well-behaved client would do. */
export function openSignedRequest(
  endpoint: string,
  credentials: Credentials,
  {
    path = '/',
    method = 'GET',
    headers = {},
    ...options
  }: Omit<RequestOptions, 'headers'> & { path?: string; method?: string; headers?: Record<string, string> },
): ClientRequest {
  const { host, hostname, port } = new URL(endpoint);
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const all = {
    host,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': `${day}T000000Z`,
    ...headers,
  };
  const signed = Object.keys(all).sort();
  const parts = { method, ...parseTarget(path), headers: new Map(Object.entries(all)) };
  const signature = signatureOf(parts, signed, day, credentials);
  const scope = `${credentials.accessKeyId}/${day}/${credentials.region}/s3/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signed.join(';')}, Signature=${signature}`;
  return request({ ...options, hostname, port, path, method, headers: { ...all, authorization } });
}
