import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Reply } from './operation.ts';
import type { S3Error } from './s3-error.ts';
import { writeXml } from './xml.ts';

/** Resolves when the last byte is on its way or the client has gone. */
export async function sendReply(response: ServerResponse, { status, headers, body }: S3Reply): Promise<void> {
  const whole = body instanceof Readable ? undefined : Buffer.from(body ?? '');
  const length = whole && !mayStateOtherLength(response, status) ? { 'content-length': whole.length } : {};
  response.writeHead(status, { ...length, ...headers });
  if (body instanceof Readable) await pipeline(body, response);
  else await new Promise<void>((sent) => response.once('close', sent).end(whole, sent));
}

/** A HEAD states the length of what GET would send, and these two statuses have no body to speak of. */
function mayStateOtherLength({ req }: ServerResponse, status: number): boolean {
  return req.method === 'HEAD' || status === 204 || status === 304;
}

export function errorReply({ code, status, message, details }: S3Error, path: string, requestId: string): S3Reply {
  const headers = {
    'content-type': 'application/xml',
    ...(details.ActualObjectSize === undefined ? {} : { 'content-range': `bytes */${details.ActualObjectSize}` }),
  };
  const content = { Code: code, Message: message, ...details, Resource: path, RequestId: requestId };
  return { status, headers, body: writeXml('Error', content) };
}
