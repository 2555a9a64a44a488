import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorReply, sendReply } from './reply.ts';
import { S3Error } from './s3-error.ts';
import { readRequest } from './s3-request.ts';
import { selectOperation } from './select-operation.ts';
import { type Credentials, verifySignature } from './signature.ts';
import type { Store } from './store.ts';

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
