import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { close, listen } from '../http/server.ts';
import type { Access, Caller } from './access.ts';
import { breakOff, type FaultEffect, type Faults } from './faults.ts';
import type { Folder, StreamedAnswer } from './folder.ts';
import { readS3Call, type S3Call } from './s3-call.ts';
import { S3Error } from './s3-error.ts';
import { readRequest, type S3Request } from './s3-request.ts';
import { type Credentials, verifySignature } from './signature.ts';
import { answerHeaders, discard, openUpstream, type Upstream } from './upstream.ts';
import { writeXml } from './xml.ts';

export interface FrontOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** The S3 server behind, and the key pair that it knows. */
  readonly endpoint: string;
  readonly owner: Credentials;
  /** Who calls, by access key; the owner of the buckets is one of them. */
  readonly callers: ReadonlyMap<string, { readonly caller: Caller; readonly credentials: Credentials }>;
  readonly access: Access;
  readonly faults: Faults;
  /** Files that are objects of a bucket beside those of the S3 server, which come first. */
  readonly folder?: { readonly bucket: string; readonly files: Folder };
  readonly note?: (call: NotedCall) => void;
}

/** One call as it went, for whoever watches. */
export interface NotedCall {
  readonly caller: Caller;
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  /** 0 when no answer was given. */
  readonly status: number;
  readonly milliseconds: number;
  readonly fault?: FaultEffect;
}

export interface Front {
  readonly port: number;
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Every S3 call of a Lambda goes through here: the role is asked, faults happen, and then the S3 server gets it. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const upstream = openUpstream(options.endpoint, options.owner);
  const server = createServer({ keepAliveTimeout: 75_000, maxHeaderSize: 65_536 }, (message, response) => {
    // A client may hang up at any moment; without a listener that would end the process.
    for (const stream of [message, response]) stream.on('error', () => {});
    serve(message, response, upstream, options).catch(() => response.destroy());
  });
  const port = await listen(server, options.port);
  return {
    port,
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      upstream.close();
      await close(server);
    },
  };
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  upstream: Upstream,
  { callers, access, faults, folder, note }: FrontOptions,
): Promise<void> {
  const start = performance.now();
  let noted: Pick<NotedCall, 'caller' | 'operation' | 'bucket' | 'key'> | undefined;
  let fault: FaultEffect | undefined;
  try {
    const request = readRequest(message);
    const caller = identify(request, callers);
    const call = readS3Call(request);
    const { bucket, key } = request;
    noted = { caller, operation: call?.operation ?? `${request.method} ${message.url}`, bucket, key };
    if (typeof caller === 'object') {
      if (!call) throw new S3Error('NotImplemented', `A role's ${request.method} ${message.url} cannot be judged here`);
      if (!access.mayCall(caller, call)) throw new S3Error('AccessDenied', 'Access Denied');
      fault = faults.next(call);
    }
    if (fault) await before(fault, response);
    const answer = await answerOf(request, message.url ?? '', upstream, folder);
    if (fault && 'cut' in fault && fault.cut === 'answer') {
      if (answer.body) discard(answer.body);
      throw new Broken();
    }
    if (isMissing(call, answer) && !access.mayList(caller, bucket)) {
      if (answer.body) discard(answer.body);
      throw new S3Error('AccessDenied', 'Access Denied');
    }
    await send(answer, response, fault);
  } catch (error) {
    if (error instanceof S3Error) refuse(response, error.status, error.code, error.message);
    else if (error instanceof Fault) refuse(response, error.status, error.code, 'A fault that was asked for');
    else if (error instanceof Broken || response.headersSent) response.destroy();
    else refuse(response, 500, 'InternalError', `The S3 server behind the front did not answer: ${String(error)}`);
    message.resume();
  } finally {
    const status = response.headersSent ? response.statusCode : 0;
    if (noted) note?.({ ...noted, status, milliseconds: performance.now() - start, ...(fault ? { fault } : {}) });
  }
}

/** The connection ends without an answer. */
class Broken extends Error {}

class Fault extends Error {
  readonly status: number;
  readonly code: string;
  constructor({ status, code }: { readonly status: number; readonly code: string }) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

/** The key pair is looked up by the access key; the region is the caller's, since originals may lie in another one. */
function identify(request: S3Request, callers: FrontOptions['callers']): Caller {
  const scope = /Credential=([^/,\s]+)\/\d+\/([^/,\s]+)/.exec(request.headers.get('authorization') ?? '');
  const [, accessKeyId = '', region = ''] = scope ?? [];
  const found = callers.get(accessKeyId);
  // Without one, also where nothing is signed, verifySignature() finds the right words for the refusal.
  verifySignature(request, { accessKeyId: '', secretAccessKey: '', ...found?.credentials, region });
  if (!found) throw new S3Error('InvalidAccessKeyId', `The access key "${accessKeyId}" does not exist here`);
  return found.caller;
}

/** What a fault does before S3 hears of the call. */
async function before(fault: FaultEffect, response: ServerResponse): Promise<void> {
  if ('error' in fault) throw new Fault(fault.error);
  if ('delayMilliseconds' in fault) await wait(fault.delayMilliseconds);
  if ('cut' in fault && fault.cut === 'request') throw new Broken();
  if ('stall' in fault && fault.stall === 'request') {
    await once(response, 'close');
    throw new Broken();
  }
}

async function answerOf(
  request: S3Request,
  target: string,
  upstream: Upstream,
  folder: FrontOptions['folder'],
): Promise<StreamedAnswer> {
  const { method, bucket, key, headers } = request;
  const incoming = await upstream.forward(request, target);
  const isRead = (method === 'GET' || method === 'HEAD') && key !== '';
  if (incoming.statusCode === 404 && isRead && folder?.bucket === bucket) {
    const file = await folder.files.read(method, key, Object.fromEntries(headers));
    if (file) {
      discard(incoming);
      return file;
    }
  }
  return { status: incoming.statusCode ?? 502, headers: answerHeaders(incoming), body: incoming };
}

function isMissing(call: S3Call | undefined, { status }: StreamedAnswer): boolean {
  return status === 404 && (call?.operation === 'GetObject' || call?.operation === 'HeadObject');
}

async function send(answer: StreamedAnswer, response: ServerResponse, fault: FaultEffect | undefined): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  if (!answer.body) {
    response.end();
    return;
  }
  if (fault && ('cut' in fault || 'stall' in fault)) await pipeline(answer.body, breakOff(fault, response), response);
  else await pipeline(answer.body, response);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  const body = Buffer.from(writeXml('Error', { Code: code, Message: message, RequestId: requestId, HostId: 'local' }));
  // A HEAD states the length of what GET would send; the SDK reads the status alone.
  response.writeHead(status, {
    'content-type': 'application/xml',
    'content-length': body.length,
    'x-amz-request-id': requestId,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
