/** An origin like S3 for all contenders: it has the originals, finds no derivative, and keeps the last one of each key. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';

const originals = new Map<string, { readonly bytes: Buffer; readonly sum: string }>(
  process.argv.slice(2).map((file) => {
    const bytes = readFileSync(file);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(bytes));
    return [`/originals/${basename(file)}`, { bytes, sum: sum.toString('base64') }];
  }),
);
const derivatives = new Map<string, Buffer>();
const facts = { etag: '"bench"', 'x-amz-request-id': 'BENCH', 'last-modified': new Date(0).toUTCString() };

const server = createServer(async (request, response) => {
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (request.method === 'PUT') {
    derivatives.set(path, await buffer(request));
    response.writeHead(200, facts).end();
    return;
  }
  const original = originals.get(path);
  const bytes = original?.bytes ?? (request.method === 'GET' ? derivatives.get(path) : undefined);
  if (!bytes) {
    response.writeHead(404, { 'content-type': 'application/xml' }).end();
    return;
  }
  // S3 states the checksum when it is asked to.
  const sum = original && request.headers['x-amz-checksum-mode'] && { 'x-amz-checksum-crc32': original.sum };
  response.writeHead(200, { ...facts, ...sum, 'content-type': 'image/jpeg', 'content-length': bytes.length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}).listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
