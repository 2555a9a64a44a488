import { createHash } from 'node:crypto';
import { Agent, request as open } from 'node:http';
import { parseTarget } from './s3-request.ts';
import { type Credentials, signatureOf } from './signature.ts';
import { readXml, type XmlElement } from './xml.ts';

export interface S3Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What the chain itself asks of S3. The Lambda uses the SDK. */
export interface S3Client {
  send(
    method: string,
    bucket: string,
    key: string,
    more?: {
      readonly query?: string;
      readonly body?: Uint8Array;
      /** Lower-case names. */
      readonly headers?: Readonly<Record<string, string>>;
    },
  ): Promise<S3Answer>;
  /** Every object of a bucket. */
  list(bucket: string): Promise<readonly ListedObject[]>;
  close(): void;
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
}

export function createS3Client(endpoint: string, credentials: Credentials): S3Client {
  const { hostname, port, host } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });

  const send: S3Client['send'] = (
    method,
    bucket,
    key,
    { query = '', body = new Uint8Array(), headers: more = {} } = {},
  ) => {
    const path = `/${bucket}${key === '' ? '' : `/${key.split('/').map(encodeURIComponent).join('/')}`}`;
    const target = query === '' ? path : `${path}?${query}`;
    const payloadHash = createHash('sha256').update(body).digest('hex');
    const length = body.byteLength > 0 ? { 'content-length': String(body.byteLength) } : {};
    const headers = signRequest(
      { method, target, headers: { ...more, host, ...length }, payloadHash, now: Date.now() },
      credentials,
    );
    return new Promise((resolve, reject) => {
      const outgoing = open({ agent, host: hostname, port, method, path: target, headers }, async (incoming) => {
        try {
          const chunks: Buffer[] = [];
          for await (const chunk of incoming) chunks.push(chunk as Buffer);
          const received = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(received),
            body: Buffer.concat(chunks),
          });
        } catch (error) {
          reject(error);
        }
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  };

  return {
    send,
    async list(bucket) {
      const objects: ListedObject[] = [];
      let token: string | undefined;
      do {
        const query = `list-type=2${token === undefined ? '' : `&continuation-token=${encodeURIComponent(token)}`}`;
        const { status, body } = await send('GET', bucket, '', { query });
        if (status !== 200) throw new Error(`S3 answered the list of ${bucket} with ${status}: ${body.toString()}`);
        const page = readXml(body.toString());
        const contents = page.children.filter(({ name }) => name === 'Contents');
        objects.push(
          ...contents.map((one) => ({
            key: textOf(one, 'Key') ?? '',
            bytes: Number(textOf(one, 'Size') ?? 0),
            lastModified: Date.parse(textOf(one, 'LastModified') ?? ''),
          })),
        );
        token = textOf(page, 'NextContinuationToken');
      } while (token !== undefined);
      return objects;
    },
    close: () => agent.destroy(),
  };
}

function textOf(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

interface UnsignedRequest {
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
