/** The purge: takes events of the originals from two queues, and removes derivatives that are out of date. */
import { createHash } from 'node:crypto';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { cloudFrontEdgeCache } from './adapters/cloudfront-edge-cache.ts';
import { readPurgeEnvironment } from './adapters/environment.ts';
import { purgeTelemetry } from './adapters/purge-telemetry.ts';
import { s3Client } from './adapters/s3-client.ts';
import { cacheTagOf, s3Derivatives, s3Originals } from './adapters/s3-image-store.ts';
import { s3PurgeStore } from './adapters/s3-purge-store.ts';
import { config, type ServiceConfig } from './config.ts';
import { readOriginalEvent } from './core/original-event.ts';
import { allowedPresets } from './core/presets.ts';
import { type PurgeMessage, type PurgeService, purgeOriginals } from './purge-originals.ts';

/** Kept free of the Lambda's time, for the report. */
const reservedMilliseconds = 2_000;

export const handler = createPurge(config, process.env);

type Purge = (event: SQSEvent, context: { getRemainingTimeInMillis(): number }) => Promise<SQSBatchResponse>;

export function createPurge(config: ServiceConfig, variables: NodeJS.ProcessEnv): Purge {
  const { purge, limits } = config;
  const environment = readPurgeEnvironment(variables);
  const { originalsBucket, derivativesBucket, serviceVersion } = environment;
  const client = s3Client(limits, undefined);
  // Each of the runs at the same time has its own clock.
  const millisecondsBetween = purge.secondsBetweenInvalidations * purge.concurrency * 1000;
  const service: PurgeService = {
    purge,
    invalidationsPerDay: environment.invalidationsPerDay,
    allowed: allowedPresets(config.presets),
    originals: s3Originals(client, originalsBucket, limits),
    derivatives: s3Derivatives(client, derivativesBucket, serviceVersion, limits),
    store: s3PurgeStore(client, { originals: originalsBucket, derivatives: derivativesBucket }, limits),
    edge: cloudFrontEdgeCache(new CloudFrontClient({}), environment.distributionId, millisecondsBetween),
    tagOf: cacheTagOf,
    hash: (text) => createHash('sha256').update(text).digest('hex'),
  };
  const telemetry = purgeTelemetry(environment);

  return async ({ Records }, context) => {
    const unread = new Map<string, unknown>();
    const messages = Records.flatMap((record) => {
      try {
        return messageFrom(record);
      } catch (thrown) {
        unread.set(record.messageId, thrown);
        return [];
      }
    });
    const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - reservedMilliseconds));
    const pass = Records[0]?.eventSourceARN === environment.secondPassQueueArn ? 'second' : 'first';
    const report = await purgeOriginals({ messages, pass, signal, now: Date.now }, service);
    const failures = new Map([...unread, ...report.failures]);
    telemetry.report({ ...report, failures, pass, messages: Records.length });
    return { batchItemFailures: [...failures.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

function messageFrom({ messageId, body, attributes }: SQSRecord): PurgeMessage[] {
  const event = readOriginalEvent(body);
  return event ? [{ id: messageId, receives: Number(attributes.ApproximateReceiveCount), event }] : [];
}
