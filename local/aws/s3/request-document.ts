import { text } from 'node:stream/consumers';
import { openBody } from './body.ts';
import type { S3Request } from './s3-request.ts';
import { readXml, type XmlElement } from './xml.ts';

/** A thousand keys of the greatest length fit well, each byte escaped or not. */
const maxDocumentBytes = 8 * 1024 * 1024;

export function hasBody({ headers }: S3Request): boolean {
  return (headers.get('content-length') ?? '0') !== '0' || headers.has('transfer-encoding');
}

export async function readDocument(request: S3Request): Promise<XmlElement> {
  return readXml(await text(openBody(request, maxDocumentBytes).chunks));
}
