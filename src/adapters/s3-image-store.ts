import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ServiceConfig } from '../config.ts';
import { headBytes } from '../core/image-type.ts';
import { ServiceError } from '../core/service-error.ts';
import { isAbsent, isReplaced, storeFailure } from '../core/store-failure.ts';
import type { DerivativeStore, OpenedOriginal, OriginalStore } from '../ports.ts';

/** User metadata of a derivative: where it came from, and which release made it. CloudFront takes them off. */
const originalEtag = 'original-etag';
const serviceVersion = 'service-version';

type Limits = Pick<ServiceConfig['limits'], 'headMilliseconds' | 'getMilliseconds' | 'putMilliseconds'>;

/** The SDK has no time limit of its own: a store that says nothing would be waited for until Lambda ends the call. */
const bounded = (signal: AbortSignal, milliseconds: number) =>
  AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);

export function s3Originals(client: S3Client, bucket: string, limits: Limits): OriginalStore {
  return {
    async open(key, callerSignal) {
      const signal = bounded(callerSignal, limits.getMilliseconds);
      const get = (etag?: string) =>
        client.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag }), { abortSignal: signal });
      try {
        const object = await get();
        return openOriginal(object as S3Object, (etag) => get(etag) as Promise<S3Object>, signal);
      } catch (thrown) {
        if (isAbsent(thrown)) return undefined;
        throw storeFailure(thrown, 'reading the original', signal);
      }
    },
  };
}

export function s3Derivatives(client: S3Client, bucket: string, version: string, limits: Limits): DerivativeStore {
  return {
    async describe(key, callerSignal) {
      const signal = bounded(callerSignal, limits.headMilliseconds);
      try {
        const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
        const madeOf = head.Metadata?.[originalEtag];
        return {
          etag: head.ETag ?? '',
          bytes: head.ContentLength ?? 0,
          modified: head.LastModified ?? new Date(0),
          ...(madeOf !== undefined && { originalEtag: madeOf }),
        };
      } catch (thrown) {
        if (isAbsent(thrown)) return undefined;
        throw storeFailure(thrown, 'asking for the derivative', signal);
      }
    },

    async read(key, etag, callerSignal) {
      const signal = bounded(callerSignal, limits.getMilliseconds);
      try {
        const command = new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag });
        const object = await client.send(command, { abortSignal: signal });
        return {
          bytes: await readWhole(object as S3Object, () => undefined, signal),
          contentType: object.ContentType ?? 'application/octet-stream',
          cacheControl: object.CacheControl ?? '',
          originalEtag: object.Metadata?.[originalEtag] ?? '',
        };
      } catch (thrown) {
        if (isAbsent(thrown) || isReplaced(thrown)) return undefined;
        throw storeFailure(thrown, 'reading the derivative', signal);
      }
    },

    async put(key, derivative, callerSignal) {
      const signal = bounded(callerSignal, limits.putMilliseconds);
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: derivative.bytes,
        ContentType: derivative.contentType,
        CacheControl: derivative.cacheControl,
        Metadata: { [originalEtag]: derivative.originalEtag, [serviceVersion]: version },
      });
      try {
        await client.send(command, { abortSignal: signal });
      } catch (thrown) {
        throw storeFailure(thrown, 'storing the derivative', signal);
      }
    },
  };
}

/** What we use of a GetObject answer; S3 always states length and ETag. */
interface S3Object {
  readonly Body: Readable;
  readonly ContentLength: number;
  readonly ETag: string;
}

/** The SDK never retries a body that was cut, so this does: once, and only while it is still the same image. */
function openOriginal(
  object: S3Object,
  reopen: (etag: string) => Promise<S3Object>,
  signal: AbortSignal,
): OpenedOriginal {
  const opened = [object.Body];
  // Whoever reads hears of an error from the pipeline; on a body that nobody reads it would end the process.
  object.Body.on('error', () => undefined);
  return {
    etag: object.ETag,
    bytes: object.ContentLength,
    async read(inspect) {
      const doing = 'reading the original';
      try {
        return await readWhole(object, inspect, signal);
      } catch (thrown) {
        if (thrown instanceof ServiceError || signal.aborted) throw storeFailure(thrown, doing, signal);
      }
      try {
        const again = await reopen(object.ETag);
        opened.push(again.Body);
        return await readWhole(again, inspect, signal);
      } catch (thrown) {
        throw storeFailure(thrown, doing, signal);
      }
    },
    close() {
      for (const body of opened) if (!body.readableEnded) body.destroy();
    },
  };
}

/** Into one buffer of the stated size: sharp would gather the chunks of a stream and copy them once more. */
async function readWhole(
  { Body, ContentLength }: S3Object,
  inspect: (head: Uint8Array) => unknown,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const whole = Buffer.allocUnsafeSlow(ContentLength);
  const enough = Math.min(headBytes, ContentLength);
  let length = 0;
  let inspected = false;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (length + chunk.length > ContentLength) return done(new Error('The store sent more bytes than it had stated'));
      chunk.copy(whole, length);
      length += chunk.length;
      if (inspected || length < enough) return done();
      inspected = true;
      try {
        inspect(whole.subarray(0, length));
        done();
      } catch (refusal) {
        done(refusal as Error);
      }
    },
  });
  await pipeline(Body, sink, { signal });
  if (length < ContentLength) throw new Error(`The store sent ${length} of ${ContentLength} bytes`);
  if (!inspected) inspect(whole);
  return whole;
}
