import * as http from 'node:http';
import * as https from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { signRequest } from './client.ts';
import type { S3Request } from './s3-request.ts';
import type { Credentials } from './signature.ts';

/** The S3 server behind the front: any, as long as it takes one key pair and path style. */
export interface Upstream {
  forward(request: S3Request, target: string): Promise<http.IncomingMessage>;
  close(): void;
}

/** Between two machines; the others are what the client says to S3. */
const hopHeaders = ['connection', 'keep-alive', 'expect', 'te', 'upgrade', 'proxy-authorization'];
/** The caller's own signature, which the owner's takes the place of. */
const signatureHeaders = ['authorization', 'x-amz-security-token', 'x-amz-date'];

export function openUpstream(endpoint: string, credentials: Credentials): Upstream {
  const { protocol, hostname, port, host } = new URL(endpoint);
  const { request: open, Agent } = protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });

  return {
    async forward({ method, headers, body }, target) {
      const kept = [...headers].filter(([name]) => !hopHeaders.includes(name) && !signatureHeaders.includes(name));
      const signed = signRequest(
        {
          method,
          target,
          headers: { ...Object.fromEntries(kept), host },
          payloadHash: headers.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD',
          // The machine's time and not the chain's: a server may judge the age of a signature.
          now: Date.now(),
        },
        credentials,
      );
      const outgoing = open({ agent, host: hostname, port, method, path: target, headers: signed });
      const answer = new Promise<http.IncomingMessage>((resolve, reject) => {
        outgoing.on('response', resolve);
        outgoing.on('error', reject);
      });
      // A server may answer and close before it has read all; then its answer counts.
      pipeline(body, outgoing).catch(() => {});
      return answer;
    },
    close: () => agent.destroy(),
  };
}

/** Headers of an answer as they go on to the client. */
export function answerHeaders({ headers }: http.IncomingMessage): Record<string, string> {
  const passed = Object.entries(headers).filter(
    ([name]) => !['connection', 'keep-alive', 'transfer-encoding'].includes(name),
  );
  return Object.fromEntries(
    passed.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}

/** Reads a body that nobody wants, so that the connection can be used again. */
export function discard(body: Readable): void {
  body.on('error', () => {});
  body.resume();
}
