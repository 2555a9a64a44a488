import type { ServerResponse } from 'node:http';
import { finished, pipeline } from 'node:stream/promises';
import type { S3Reply } from './operation.ts';
import type { S3Error } from './s3-error.ts';
import { writeXml } from './xml.ts';

/** Resolves when the last byte is on its way. Rejects when the client hangs up before that. */
export async function sendReply(response: ServerResponse, { status, headers = {}, body = '' }: S3Reply): Promise<void> {
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

export function errorReply({ code, status, message, details }: S3Error, path: string, requestId: string): S3Reply {
  const headers = {
    'content-type': 'application/xml',
    ...(details.ActualObjectSize === undefined ? {} : { 'content-range': `bytes */${details.ActualObjectSize}` }),
  };
  const content = { Code: code, Message: message, ...details, Resource: path, RequestId: requestId };
  return { status, headers, body: writeXml('Error', content) };
}
