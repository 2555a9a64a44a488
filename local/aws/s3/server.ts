import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { finished, pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { close, listen, serverOptions } from '../http/server.ts';
import { accessKeyOf, type Caller } from '../iam/caller.ts';
import { breakOff, type FaultEffect, type Faults, type FaultyCall } from './faults.ts';
import { authorize, type Reply, selectOperation } from './operations.ts';
import { type AccessRules, allowsOf, readRequest, type S3Request } from './request.ts';
import { accessDenied, notImplemented, S3Error } from './s3-error.ts';
import type { Store } from './store.ts';
import { writeS3Xml } from './xml.ts';

/**
 * An S3 for one machine: each call is authorized by its caller's role, may meet a fault, and is then done by the store.
 * Path style and whole objects only. Refused by name: ranges, multipart uploads, policies, ACLs, websites,
 * notifications, encryption, tags, presigned URLs. Signatures are not verified; the access key names the caller.
 */
export interface S3Options {
  readonly store: Store;
  /** 0 takes a free one. */
  readonly port: number;
  /** By access key. */
  readonly callers: ReadonlyMap<string, Caller>;
  /** Without them every role is refused. */
  readonly access?: AccessRules;
  /** Happen to the calls of roles only. */
  readonly faults?: Faults;
  readonly onCall?: (call: S3Call) => void;
  /** The clock of the `Date` header. */
  readonly now?: () => number;
  /** Gets failures of the server itself, no refusals. */
  readonly logFailure?: (message: string, error: unknown) => void;
}

/** One call with its outcome. */
export interface S3Call {
  readonly caller: Caller;
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  /** 0 if there was no answer. */
  readonly status: number;
  readonly milliseconds: number;
  readonly fault?: FaultEffect;
}

export interface RunningS3 {
  readonly port: number;
  readonly endpoint: string;
  /** Ends the calls in progress, then closes the store. */
  close(): Promise<void>;
}

export async function startS3(options: S3Options): Promise<RunningS3> {
  const { store } = options;
  const running = new Set<Promise<void>>();
  const server = createServer(serverOptions, (message, response) => {
    // A client may hang up at any moment. Without a listener that would end the process.
    for (const stream of [message, response]) stream.on('error', () => {});
    const work = serve(message, response, options)
      .catch(() => void response.destroy())
      .finally(() => running.delete(work));
    running.add(work);
  });
  const port = await listen(server, options.port).catch((error: unknown) => {
    store.close();
    throw error;
  });
  return {
    port,
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      await close(server);
      await Promise.all(running);
      store.close();
    },
  };
}

const noAccess: AccessRules = { accountId: '', rolePolicies: new Map(), bucketPolicies: new Map() };

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  { store, callers, access = noAccess, faults, onCall, now = Date.now, logFailure = console.error }: S3Options,
): Promise<void> {
  const start = performance.now();
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  let call: Pick<S3Call, 'caller' | 'operation' | 'bucket' | 'key'> | undefined;
  let fault: FaultEffect | undefined;
  try {
    response.setHeader('x-amz-request-id', requestId).setHeader('date', new Date(now()).toUTCString());
    const request = readRequest(message);
    const { bucket, key } = request;
    const caller = identify(request, callers);
    call = { caller, operation: `${message.method} ${message.url}`, bucket, key };
    const operation = selectOperation(request);
    call = { ...call, operation: operation.name };
    const context = { request, store, allows: allowsOf(caller, access) };
    authorize(operation, context);
    if (caller !== 'owner') fault = faults?.next(call);
    if (fault) await apply(fault, call, response);
    const reply = await operation.run(context);
    if (fault && 'cut' in fault && fault.cut === 'answer') {
      if (typeof reply.body === 'object') reply.body.destroy();
      throw new NoAnswer();
    }
    await send(response, reply, fault);
  } catch (error) {
    if (isFailure(error)) logFailure(`${message.method} ${message.url} failed (request ${requestId})`, error);
    if (response.headersSent || !(error instanceof S3Error || isFailure(error))) response.destroy();
    else await send(response, refusal(error, message, requestId));
    // A body that was not read to its end would block the next request on its connection.
    message.resume();
  } finally {
    const status = response.headersSent ? response.statusCode : 0;
    if (call) onCall?.({ ...call, status, milliseconds: performance.now() - start, ...(fault ? { fault } : {}) });
  }
}

function identify({ headers, query }: S3Request, callers: S3Options['callers']): Caller {
  const { authorization } = headers;
  if (authorization === undefined) {
    if (query.some(([name]) => name === 'X-Amz-Signature')) throw notImplemented('presigned URLs');
    throw accessDenied();
  }
  const accessKeyId = accessKeyOf(authorization);
  const caller = callers.get(accessKeyId);
  if (caller) return caller;
  throw new S3Error(403, 'InvalidAccessKeyId', `The access key "${accessKeyId}" does not exist here`);
}

/** Ends the connection, with no answer or a part of one. */
class NoAnswer extends Error {}

/** Does what a fault does before the store hears of the call. */
async function apply(
  fault: FaultEffect,
  call: FaultyCall & Pick<S3Call, 'caller'>,
  response: ServerResponse,
): Promise<void> {
  if ('error' in fault) throw new S3Error(fault.error.status, fault.error.code, 'An injected fault');
  if ('until' in fault) await fault.until(call);
  if ('delayMilliseconds' in fault) await wait(fault.delayMilliseconds);
  if ('stall' in fault && fault.stall === 'request') await once(response, 'close');
  if (('cut' in fault && fault.cut === 'request') || ('stall' in fault && fault.stall === 'request')) {
    throw new NoAnswer();
  }
}

/** Codes of streams whose other side has hung up. Nobody is left to be answered. */
const goneCodes = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_PREMATURE_CLOSE'];

/** Whether an error is a failure of the server: no refusal, no injected fault, no client that hung up. */
function isFailure(error: unknown): boolean {
  if (error instanceof S3Error || error instanceof NoAnswer) return false;
  return !(error instanceof Error && 'code' in error && goneCodes.includes(String(error.code)));
}

function refusal(error: unknown, { method, url = '' }: IncomingMessage, requestId: string): Reply {
  const { status, code, message, details } =
    error instanceof S3Error ? error : new S3Error(500, 'InternalError', 'We encountered an internal error.');
  const content = { Code: code, Message: message, ...details, Resource: url, RequestId: requestId };
  const body = writeS3Xml('Error', content);
  return {
    status,
    headers: {
      'content-type': 'application/xml',
      'content-length': Buffer.byteLength(body),
    },
    ...(method === 'HEAD' ? {} : { body }),
  };
}

/** Resolves when the last byte is on its way. Rejects if the client hangs up before that. */
async function send(
  response: ServerResponse,
  { status, headers = {}, body = '' }: Reply,
  fault?: FaultEffect,
): Promise<void> {
  if (typeof body === 'string') {
    const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) };
    response.writeHead(status, { ...length, ...headers }).end(body);
    await finished(response, { readable: false });
    return;
  }
  // A pipeline to a closed response would leave the file open.
  if (response.destroyed) {
    body.destroy();
    return;
  }
  response.writeHead(status, headers);
  if (fault && ('cut' in fault || 'stall' in fault)) {
    await pipeline(body, breakOff(fault, response), response).catch(() => {
      throw new NoAnswer();
    });
  } else {
    await pipeline(body, response);
  }
}
