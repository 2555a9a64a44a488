/** Originals of another region are asked for there: S3 refuses what is signed for a region that is not its own. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestHandler } from '../fixtures/handler.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';

let s3: TestS3;
let store: Server;
/** The bucket of each call, and the region that it was signed for. */
const signed = new Map<string, string | undefined>();

beforeAll(async () => {
  s3 = await startTestS3();
  store = createServer(({ url = '', headers }, answer) => {
    signed.set(url.split('/')[1] ?? '', /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1]);
    answer.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code></Error>');
  });
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  store.closeAllConnections();
  store.close();
  await s3.stop();
});

it.each([
  ['eu-central-1', 'eu-central-1'],
  ['', 'the function’s own'],
])('with ORIGINALS_REGION %j originals are read in %s, derivatives never elsewhere', async (region) => {
  const endpoint = `http://127.0.0.1:${(store.address() as AddressInfo).port}`;
  const service = await startTestHandler(s3, { endpoint, variables: { ORIGINALS_REGION: region } });
  expect((await service.ask('48x48', 'a.jpg')).status).toBe(404);
  expect(signed.get(service.originals)).toBe(region || s3.region);
  expect(signed.get(service.derivatives)).toBe(s3.region);
});
