import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished, pipeline } from 'node:stream/promises';
import type { S3Reply } from './operation.ts';
import { S3Error } from './s3-error.ts';
import { readRequest } from './s3-request.ts';
import { selectOperation } from './select-operation.ts';
import { type Credentials, verifySignature } from './signature.ts';
import type { Store } from './store.ts';
import { writeXml } from './xml.ts';

export interface Surroundings {
  readonly store: Store;
  readonly credentials: Credentials;
  readonly now: () => Date;
  readonly logFault: (message: string, error: unknown) => void;
}

/** What streams say when the other side has hung up: no fault, and nobody is left to be answered. */
const goneCodes = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_PREMATURE_CLOSE'];

/** One request. A fault of ours is logged and answered 500, and the next request is served. */
export async function answer(message: IncomingMessage, response: ServerResponse, around: Surroundings): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  const target = message.url ?? '';
  // A client may hang up at any moment; without a listener that would end the process.
  for (const stream of [message, response]) stream.on('error', () => {});
  try {
    response.setHeader('x-amz-request-id', requestId).setHeader('date', around.now().toUTCString());
    const request = readRequest(message);
    verifySignature(request, around.credentials);
    const { store, credentials, now } = around;
    const reply = await selectOperation(request).run({ request, store, region: credentials.region, now });
    await sendReply(response, reply);
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && goneCodes.includes(String(error.code));
    const isFault = !(error instanceof S3Error) && !isGone;
    if (isFault) around.logFault(`${message.method} ${target} failed (request ${requestId})`, error);
    if (isGone || response.headersSent) {
      response.destroy();
      return;
    }
    const refusal =
      error instanceof S3Error ? error : new S3Error('InternalError', 'We encountered an internal error.');
    await sendReply(response, errorReply(refusal, target, requestId));
    // A body that was not read to its end would keep the connection from its next request.
    message.resume();
  }
}

/** Resolves when the last byte is on its way. Rejects when the client hangs up before that. */
async function sendReply(response: ServerResponse, { status, headers = {}, body = '' }: S3Reply): Promise<void> {
  if (typeof body === 'string') {
    const bytes = Buffer.from(body);
    const length = mayStateOtherLength(response, status) ? {} : { 'content-length': bytes.length };
    response.writeHead(status, { ...length, ...headers }).end(bytes);
  } else {
    // To a client that has gone already no pipeline can be made: it would leave the file open.
    if (response.destroyed) {
      body.destroy();
      return;
    }
    response.writeHead(status, headers);
    await pipeline(body, response, { end: false });
    // The end is said apart: a file that is shorter than its row says breaks the answer off, and no client waits on.
    const promised = headers['content-length'];
    if (body.bytesRead !== promised) throw new Error(`A file gave ${body.bytesRead} of ${promised} bytes`);
    response.end();
  }
  await finished(response, { readable: false });
}

/** A HEAD states the length of what GET would send, and these two statuses have no body to speak of. */
function mayStateOtherLength({ req }: ServerResponse, status: number): boolean {
  return req.method === 'HEAD' || status === 204 || status === 304;
}

function errorReply({ code, status, message, details }: S3Error, path: string, requestId: string): S3Reply {
  const headers = {
    'content-type': 'application/xml',
    ...(details.ActualObjectSize === undefined ? {} : { 'content-range': `bytes */${details.ActualObjectSize}` }),
  };
  const content = { Code: code, Message: message, ...details, Resource: path, RequestId: requestId };
  return { status, headers, body: writeXml('Error', content) };
}
