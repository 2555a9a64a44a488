import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ServiceConfig } from '../config.ts';
import { metadataNames } from '../core/derivative-metadata.ts';
import { focalMetadata, identityText, readFocalPoint } from '../core/focal-point.ts';
import { headBytes } from '../core/image-type.ts';
import { asServiceError, ServiceError } from '../core/service-error.ts';
import { isAbsent, isOvertaken, isReplaced, storeFailure } from '../core/store-failure.ts';
import type { DerivativeStore, OriginalStore } from '../ports.ts';

type Limits = Pick<
  ServiceConfig['limits'],
  'attemptMilliseconds' | 'headMilliseconds' | 'getMilliseconds' | 'putMilliseconds'
>;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** What S3's answer to a GET or a HEAD says about an original: its id for its derivatives, and its focal point. */
export function identify({ ETag = '', Metadata }: Pick<HeadObjectCommandOutput, 'ETag' | 'Metadata'>) {
  const focal = readFocalPoint(Metadata?.[focalMetadata]);
  return { id: sha256(identityText(ETag, focal)), ...(focal && { focal }) };
}

export const cacheTagOf = (originalKey: string) => `o-${sha256(originalKey).slice(0, 40)}`;

export function s3Originals(client: S3Client, bucket: string, limits: Limits): OriginalStore {
  const doing = 'reading the original';
  const get = async (key: string, signal: AbortSignal, etag?: string) => {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag });
    return (await client.send(command, { abortSignal: signal })) as S3Object;
  };
  /** The SDK does not retry a body that was cut (aws-sdk-js-v3 issue 8098). The rest must be of the same image. */
  const getAgain = async (key: string, signal: AbortSignal, etag: string) => {
    try {
      return await get(key, signal, etag);
    } catch (thrown) {
      if (isAbsent(thrown)) throw new ServiceError('original-missing', { key }, { cause: thrown });
      if (isReplaced(thrown)) throw new ServiceError('original-replaced', { key }, { cause: thrown });
      throw thrown;
    }
  };

  return {
    async open(key, caller) {
      const from = performance.now();
      const object = await limited(doing, caller, limits.getMilliseconds, (signal) => ifPresent(get(key, signal)));
      if (!object) return undefined;
      // The caller may wait for something else before it reads: that is not the store's time.
      const millisecondsLeft = limits.getMilliseconds - (performance.now() - from);
      let whole: Buffer<ArrayBuffer> | undefined;
      // A reader hears of an error from the pipeline; on a body that nobody reads, it would end the process.
      object.Body.on('error', () => undefined);
      return {
        ...identify(object),
        bytes: object.ContentLength,
        read: (inspect) =>
          limited(doing, caller, millisecondsLeft, async (signal) => {
            try {
              whole = await readWhole(object, inspect, signal, limits.attemptMilliseconds);
              return whole;
            } catch (thrown) {
              if (thrown instanceof ServiceError || signal.aborted) throw thrown;
            }
            const again = await getAgain(key, signal, object.ETag);
            whole = await readWhole(again, inspect, signal, 2 * limits.attemptMilliseconds);
            return whole;
          }),
        release() {
          // Detaches the buffer: its memory is free at once, and a reader that was forgotten finds it empty.
          whole?.buffer.transfer(0);
        },
        close() {
          // A body that is read is ended by its reader.
          if (!object.Body.readableEnded) object.Body.destroy();
        },
      };
    },

    currentId: (key, caller, versionId) =>
      limited('looking up the original', caller, limits.headMilliseconds, async (signal) => {
        const command = new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
        const head = await ifPresent(client.send(command, { abortSignal: signal }));
        return head && identify(head).id;
      }),
  };
}

export function s3Derivatives(client: S3Client, bucket: string, version: string, limits: Limits): DerivativeStore {
  return {
    describe: (key, caller) =>
      limited('looking up the derivative', caller, limits.headMilliseconds, async (signal) => {
        const command = new HeadObjectCommand({ Bucket: bucket, Key: key });
        const head = await ifPresent(client.send(command, { abortSignal: signal }));
        if (!head) return undefined;
        const originalId = head.Metadata?.[metadataNames.originalId];
        return {
          etag: head.ETag ?? '',
          bytes: head.ContentLength ?? 0,
          modified: head.LastModified ?? new Date(0),
          replacedOlder: head.Metadata?.[metadataNames.replacedOlder] !== undefined,
          ...(originalId !== undefined && { originalId }),
        };
      }),

    read: (key, etag, caller) =>
      limited('reading the derivative', caller, limits.getMilliseconds, async (signal) => {
        const command = new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag });
        try {
          const object = (await client.send(command, { abortSignal: signal })) as S3Object;
          const bytes = await readWhole(object, () => undefined, signal, limits.attemptMilliseconds);
          return { bytes, contentType: object.ContentType };
        } catch (thrown) {
          if (isAbsent(thrown) || isReplaced(thrown)) return undefined;
          throw thrown;
        }
      }),

    put: (key, derivative, replaces, caller) =>
      limited('storing the derivative', caller, limits.putMilliseconds, async (signal) => {
        const command = new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: derivative.bytes,
          ContentType: derivative.contentType,
          CacheControl: derivative.cacheControl,
          Metadata: {
            [metadataNames.originalId]: derivative.originalId,
            [metadataNames.serviceVersion]: version,
            [metadataNames.cacheTag]: cacheTagOf(derivative.originalKey),
            ...(replaces !== undefined && { [metadataNames.replacedOlder]: 'yes' }),
          },
          ...(replaces === undefined ? { IfNoneMatch: '*' } : { IfMatch: replaces }),
        });
        try {
          await client.send(command, { abortSignal: signal });
          return true;
        } catch (thrown) {
          if (isOvertaken(thrown)) return false;
          throw thrown;
        }
      }),
  };
}

/** Runs a call with a limit over all its attempts, of which the SDK has none, and names its failure. */
async function limited<T>(
  doing: string,
  caller: AbortSignal,
  milliseconds: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeUp = new AbortController();
  const timer = setTimeout(() => timeUp.abort(), milliseconds);
  const signal = AbortSignal.any([caller, timeUp.signal]);
  try {
    return await call(signal);
  } catch (thrown) {
    throw storeFailure(thrown, doing, signal);
  } finally {
    clearTimeout(timer);
  }
}

/** `undefined` in place of an object that does not exist. */
async function ifPresent<T>(sent: Promise<T>): Promise<T | undefined> {
  try {
    return await sent;
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}

/** The fields used of a GetObject answer. S3 always states all but the checksum. */
interface S3Object {
  readonly Body: Readable;
  readonly ContentLength: number;
  readonly ContentType: string;
  readonly ETag: string;
  readonly Metadata?: Record<string, string>;
  readonly ChecksumCRC32?: string;
  readonly ChecksumType?: string;
}

/**
 * Reads into one buffer of the stated size: sharp would gather the chunks of a stream and copy them once more. A body
 * that stops for longer than `stallMilliseconds` is given up.
 */
async function readWhole(
  { Body, ContentLength, ...object }: S3Object,
  inspect: (head: Uint8Array) => unknown,
  signal: AbortSignal,
  stallMilliseconds: number,
): Promise<Buffer<ArrayBuffer>> {
  const stalled = Object.assign(new Error('The body of the store stopped'), { name: 'TimeoutError' });
  const stall = setTimeout(() => Body.destroy(stalled), stallMilliseconds);
  const whole = Buffer.allocUnsafeSlow(ContentLength);
  const enough = Math.min(headBytes, ContentLength);
  let length = 0;
  let inspected = false;
  const inspectHead = () => {
    inspected = true;
    try {
      inspect(whole.subarray(0, length));
    } catch (thrown) {
      // So that an error of ours is never taken for one of the store.
      throw asServiceError(thrown);
    }
  };
  Body.on('data', (chunk: Buffer) => {
    stall.refresh();
    if (length + chunk.length > ContentLength) {
      Body.destroy(new Error('The store sent more bytes than it had stated'));
      return;
    }
    chunk.copy(whole, length);
    length += chunk.length;
    try {
      if (!inspected && length >= enough) inspectHead();
    } catch (refusal) {
      Body.destroy(refusal as Error);
    }
  });
  try {
    await finished(Body, { signal });
  } finally {
    clearTimeout(stall);
    if (!Body.readableEnded) Body.destroy();
  }
  if (length < ContentLength) throw new Error(`The store sent ${length} of ${ContentLength} bytes`);
  if (!inspected) inspectHead();
  checkSum(whole, object);
  return whole;
}

/** Of the checksums that S3 has for an object, Node computes this one natively: see `s3Client`. */
function checkSum(whole: Uint8Array, { ChecksumCRC32: stated, ChecksumType }: Partial<S3Object>): void {
  // The checksum of parts is not that of the whole.
  if (stated === undefined || ChecksumType === 'COMPOSITE') return;
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(whole));
  if (sum.toString('base64') !== stated) throw new Error('The body of the store has another checksum than stated');
}
