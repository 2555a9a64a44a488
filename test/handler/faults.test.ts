/** The store's troubles, put in at the level of HTTP: right status, nothing wrong stored, and the next request works. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceConfig } from '../../src/config.ts';
import { type Fault, startFaultyS3 } from '../fixtures/faulty-s3.ts';
import { apiEvent, startTestHandler, type TestHandler } from '../fixtures/handler.ts';
import { grey, rightImages } from '../fixtures/images.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';
import { jpegOfManyScans } from '../fixtures/scan-bomb.ts';

let s3: TestS3;
let proxy: Awaited<ReturnType<typeof startFaultyS3>>;
let service: TestHandler;
const unhandled: unknown[] = [];

/** Shorter times, so that a test need not wait for the shipped ones. */
const hasty = (config: ServiceConfig): ServiceConfig => ({
  ...config,
  limits: { ...config.limits, headMilliseconds: 1500, getMilliseconds: 2500, putMilliseconds: 2500 },
});

/** The whole of a large original is read, on whatever machine. */
const unhurried = (config: ServiceConfig): ServiceConfig => ({
  ...config,
  limits: { ...config.limits, attemptMilliseconds: 50_000, getMilliseconds: 50_000, requestMilliseconds: 55_000 },
});

beforeAll(async () => {
  process.on('unhandledRejection', (reason) => unhandled.push(reason));
  s3 = await startTestS3();
  proxy = await startFaultyS3(s3.endpoint);
  service = await startTestHandler(s3, {
    change: hasty,
    endpoint: proxy.endpoint,
    variables: { AWS_MAX_ATTEMPTS: '2' },
  });
  await service.putOriginal('a.jpg', await rightImages.jpeg());
});
afterEach(() => {
  proxy.rules.length = 0;
  proxy.seen.length = 0;
  proxy.hooks.clear();
});
afterAll(async () => {
  await proxy.stop();
  await s3.stop();
  expect(unhandled).toEqual([]);
});

const slowDown: Fault = { answer: 503, code: 'SlowDown' };
const internal: Fault = { answer: 500, code: 'InternalError' };
const denied: Fault = { answer: 403, code: 'AccessDenied' };

type Row = readonly [
  string,
  'GET' | 'HEAD' | 'PUT',
  'originals' | 'derivatives',
  Fault,
  number | undefined,
  number,
  string,
];
const rows: Row[] = [
  ['throttles the original', 'GET', 'originals', slowDown, undefined, 503, 'store-unavailable'],
  ['fails on the original', 'GET', 'originals', internal, undefined, 503, 'store-unavailable'],
  ['forbids the original', 'GET', 'originals', denied, undefined, 500, 'store-refused'],
  ['drops the connection of the original', 'GET', 'originals', 'reset', undefined, 503, 'store-unavailable'],
  ['cuts the original twice', 'GET', 'originals', 'cut', undefined, 503, 'store-unavailable'],
  ['stalls within the original', 'GET', 'originals', 'stall', undefined, 504, 'store-slow'],
  ['says nothing when asked for the original', 'GET', 'originals', 'silence', undefined, 504, 'store-slow'],
  ['damages the original on its way, twice', 'GET', 'originals', 'flip', undefined, 503, 'store-unavailable'],
  ['throttles the put', 'PUT', 'derivatives', slowDown, undefined, 503, 'store-unavailable'],
  ['fails on the put', 'PUT', 'derivatives', internal, undefined, 503, 'store-unavailable'],
  ['forbids the put', 'PUT', 'derivatives', denied, undefined, 500, 'store-refused'],
  ['drops the connection of the put', 'PUT', 'derivatives', 'reset', undefined, 503, 'store-unavailable'],
  ['says nothing to the put', 'PUT', 'derivatives', 'silence', undefined, 504, 'store-slow'],
];

describe('when the store', () => {
  it.each(rows)(
    '%s: right status, nothing stored, and the next request works',
    async (name, method, which, fault, times, status, code) => {
      const key = `${name}.jpg`;
      await service.putOriginal(key, await rightImages.jpeg());
      proxy.rules.push({ method, bucket: service[which], fault, ...(times && { times }) });
      const answer = await service.ask('200x200', key);
      expect(answer).toMatchObject({ status, headers: { 'Cache-Control': 'no-store' }, json: { code } });
      if (status === 503) expect(answer.headers['Retry-After']).toMatch(/^[1-4]$/);
      else expect(answer.headers['Retry-After']).toBeUndefined();
      expect(answer.headers.Location).toBeUndefined();
      expect(await service.storedDerivative(`200x200/${key}`)).toBeUndefined();
      // At most the SDK's attempts, and as many for the one retry of a body.
      expect(proxy.seen.filter((call) => call === `${method} ${service[which]}`).length).toBeLessThanOrEqual(4);

      proxy.rules.length = 0;
      expect((await service.ask('200x200', key)).status).toBe(301);
    },
  );

  it.each<[string, 'GET' | 'HEAD' | 'PUT', 'originals' | 'derivatives', Fault]>([
    ['throttles the original once', 'GET', 'originals', slowDown],
    ['drops the connection of the original once', 'GET', 'originals', 'reset'],
    ['cuts the original once', 'GET', 'originals', 'cut'],
    ['damages the original on its way once', 'GET', 'originals', 'flip'],
    ['says nothing once when asked for the original', 'GET', 'originals', 'silence'],
    ['stalls once within the original', 'GET', 'originals', 'stall'],
    ['throttles the put once', 'PUT', 'derivatives', slowDown],
    ['says nothing once to the put', 'PUT', 'derivatives', 'silence'],
    ['throttles the look-up of the derivative', 'HEAD', 'derivatives', slowDown],
    ['forbids the look-up of the derivative', 'HEAD', 'derivatives', denied],
    ['says nothing to the look-up of the derivative', 'HEAD', 'derivatives', 'silence'],
    ['drops the connection of the put once', 'PUT', 'derivatives', 'reset'],
  ])('%s: the viewer does not notice', async (name, method, which, fault) => {
    const key = `${name}.jpg`;
    await service.putOriginal(key, await rightImages.jpeg());
    const times = method === 'HEAD' ? {} : { times: 1 };
    proxy.rules.push({ method, bucket: service[which], fault, ...times });
    expect((await service.ask('200x200', key)).status).toBe(301);
    expect(await service.storedDerivative(`200x200/${key}`)).toBeDefined();
  });

  /** Cuts the body of the first GET; `change` comes before the second. */
  const betweenTheGets = (change: () => Promise<void>) => {
    proxy.rules.push({ method: 'GET', bucket: service.originals, fault: 'cut', times: 1 });
    const call = `GET ${service.originals}`;
    proxy.hooks.set(call, async () => {
      await Promise.resolve();
      proxy.hooks.set(call, change);
    });
  };

  it('has replaced the original by the time a cut body is asked for again: the new one is made', async () => {
    await service.putOriginal('replaced.jpg', await rightImages.jpeg());
    betweenTheGets(async () => service.putOriginal('replaced.jpg', await grey()));
    expect((await service.ask('48x48', 'replaced.jpg')).status).toBe(301);
    const { dominant } = await sharp((await service.storedDerivative('48x48/replaced.jpg'))?.bytes).stats();
    expect(Math.abs(dominant.r - dominant.g)).toBeLessThan(17);
  });

  it('has lost the original by the time a cut body is asked for again: 404', async () => {
    await service.putOriginal('deleted.jpg', await rightImages.jpeg());
    betweenTheGets(() => service.deleteOriginal('deleted.jpg'));
    expect(await service.ask('48x48', 'deleted.jpg')).toMatchObject({
      status: 404,
      json: { code: 'original-missing' },
    });
  });

  it('is slow for everybody: a later attempt may take longer', async () => {
    proxy.rules.push({ method: 'GET', bucket: service.originals, fault: { afterMilliseconds: 1300 } });
    expect((await service.ask('640x', 'a.jpg')).status).toBe(301);
  });

  it('is silent: each attempt has its own time, and no connection waits for the whole request', async () => {
    proxy.rules.push({ method: 'GET', bucket: service.originals, fault: 'silence', times: 1 });
    expect((await service.ask('320x', 'a.jpg')).status).toBe(301);
    expect(proxy.seen.filter((call) => call === `GET ${service.originals}`)).toHaveLength(2);
  });

  it('loses the original during the resize: what was read whole is still served, and the next viewer gets a 404', async () => {
    await service.putOriginal('going.jpg', await rightImages.jpeg());
    proxy.hooks.set(`PUT ${service.derivatives}`, () => service.deleteOriginal('going.jpg'));
    expect((await service.ask('48x48', 'going.jpg')).status).toBe(301);
    expect((await service.ask('48x48', 'going.jpg')).status).toBe(404);
  });

  it('is slower than the time that the Lambda has left: every call is given up before Lambda would end it', async () => {
    proxy.rules.push({ method: 'GET', bucket: service.originals, fault: 'silence' });
    expect(await service.ask('100x100', 'a.jpg', { remaining: 900 })).toMatchObject({
      status: 504,
      json: { code: 'store-slow' },
    });
  });

  it.each([
    ['is no image', 'notes.txt', Buffer.alloc(24_000_000, 'just text '), 415],
    ['exists as a derivative already', 'large.jpg', undefined, 200],
  ] as const)('holds a large original that %s: its download is given up', async (_, key, bytes, status) => {
    const patient = await startTestHandler(s3, { change: unhurried, endpoint: proxy.endpoint });
    const original = bytes ?? Buffer.concat([await rightImages.jpeg(), Buffer.alloc(24_000_000)]);
    await patient.putOriginal(key, original);
    const ask = () => patient.ask('48x48', key, { remaining: 60_000 });
    if (status === 200) expect((await ask()).status).toBe(301);
    proxy.sent.bytes = 0;
    expect((await ask()).status).toBe(status);
    // What is on its way when we hang up lies in the buffers of two sockets.
    expect(proxy.sent.bytes).toBeLessThan(original.length / 2);
  });

  it('loses the derivative between the question and the reading: the original is opened again, and it is made anew', async () => {
    await service.putOriginal('vanished.jpg', await rightImages.jpeg());
    expect((await service.ask('48x48', 'vanished.jpg')).status).toBe(301);
    proxy.hooks.set(`GET ${service.derivatives}`, () => service.deleteDerivative('48x48/vanished.jpg'));
    expect((await service.ask('48x48', 'vanished.jpg')).status).toBe(301);
  });

  it('cuts the derivative that is sent inline: 503, not half of it, and the next request gets it whole', async () => {
    await service.putOriginal('again.jpg', await rightImages.jpeg());
    expect((await service.ask('48x48', 'again.jpg')).status).toBe(301);
    proxy.rules.push({ method: 'GET', bucket: service.derivatives, fault: 'cut', times: 1 });
    expect(await service.ask('48x48', 'again.jpg')).toMatchObject({ status: 503, json: { code: 'store-unavailable' } });
    const again = await service.ask('48x48', 'again.jpg');
    expect(again.status).toBe(200);
    expect(again.body).toEqual((await service.storedDerivative('48x48/again.jpg'))?.bytes);
  });
});

/** A decoder that cannot be stopped, in a process of its own, as Lambda has it: the process must end. */

it('ends the process without waiting for the decoder, and names the image in its last line', async () => {
  // Also sets the variables that the other process inherits.
  const { putOriginal } = await startTestHandler(s3, { variables: { POWERTOOLS_LOG_LEVEL: 'INFO' } });
  await putOriginal('bomb.jpg', jpegOfManyScans());
  const event = apiEvent('key=200x200/bomb.jpg', 'GET');
  const script = join(import.meta.dirname, '../fixtures/hanging-lambda.ts');
  const lambda = spawn(process.execPath, [script, JSON.stringify(event)], { stdio: ['ignore', 'inherit', 'pipe'] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    lambda.on('close', (_code, signal) => resolve(signal));
  });
  const lastLine = (await text(lambda.stderr)).trim().split('\n').at(-1) ?? '';
  // An exit of its own would have waited for the decoder, and has no signal.
  expect(await ended).toBe('SIGKILL');
  expect(JSON.parse(lastLine)).toMatchObject({
    level: 'ERROR',
    code: 'decoder-hangs',
    preset: '200x200',
    key: 'bomb.jpg',
    correlation_id: event.requestContext.requestId,
  });
});
