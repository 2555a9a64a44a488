/** Bare sharp behind HTTP: GET of the original, resize, reply with the derivative. */
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { bareResize } from './bare-resize.ts';
import { reportUsage } from './usage.ts';

const origin = process.env.AWS_ENDPOINT_URL_S3 ?? '';
const agent = new Agent({ keepAlive: true });

const fetchOriginal = (key: string) =>
  new Promise<Buffer>((resolve, reject) => {
    get(`${origin}/originals/${key}`, { agent }, (answer) => buffer(answer).then(resolve, reject)).on('error', reject);
  });

const server = createServer(async (request, response) => {
  const [, preset = '', key = ''] = (request.url ?? '').split('/');
  const derivative = await bareResize(await fetchOriginal(key), key, preset);
  response.writeHead(200, { 'content-length': derivative.length }).end(derivative);
}).listen(0, '127.0.0.1', () => {
  reportUsage();
  process.send?.({ port: (server.address() as AddressInfo).port });
});
