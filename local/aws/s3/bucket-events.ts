import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Properties } from '../template/properties.ts';
import type { Account, ResolvedTemplate } from '../template/template.ts';
import type { Store, StoredObject } from './store.ts';

/** What S3 sends to EventBridge ("EventBridge event message structure"). Keys are as they are, not percent-encoded. */
export interface BucketEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Object Created' | 'Object Deleted';
  readonly source: 'aws.s3';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: {
    readonly version: '0';
    readonly bucket: { readonly name: string };
    readonly object: {
      readonly key: string;
      readonly etag?: string;
      readonly size?: number;
      readonly 'version-id'?: string;
      readonly sequencer: string;
    };
    readonly 'request-id': string;
    readonly requester: string;
    readonly reason: string;
    readonly 'deletion-type'?: 'Delete Marker Created' | 'Permanently Deleted';
  };
}

export interface BucketEventOptions {
  /** Buckets that send events. */
  readonly buckets: ReadonlySet<string>;
  readonly account: Pick<Account, 'accountId' | 'region'>;
  readonly clock: { now(): number };
  readonly sink: (event: BucketEvent) => void;
}

/** Of an object without bytes: a delete marker has none. */
const emptyEtag = createHash('md5').digest('hex');

/** Returns a store that sends an event for each object that it creates or deletes. */
export function withEvents(store: Store, { buckets, account, clock, sink }: BucketEventOptions): Store {
  let sequence = 0;

  type Kind = Pick<BucketEvent, 'detail-type'> & Pick<BucketEvent['detail'], 'reason' | 'deletion-type'>;
  function send(bucket: string, { 'detail-type': type, ...kind }: Kind, object: Partial<StoredObject>): void {
    if (!buckets.has(bucket)) return;
    const { key = '', bytes, etag, version } = object;
    sequence += 1;
    sink({
      version: '0',
      id: randomUUID(),
      'detail-type': type,
      source: 'aws.s3',
      account: account.accountId,
      time: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      region: account.region,
      resources: [`arn:aws:s3:::${bucket}`],
      detail: {
        version: '0',
        bucket: { name: bucket },
        object: {
          key,
          ...(bytes !== undefined && { size: bytes }),
          ...(etag !== undefined && { etag: etag.replaceAll('"', '') }),
          ...(version !== undefined && { 'version-id': version }),
          sequencer: sequence.toString(16).toUpperCase().padStart(18, '0'),
        },
        'request-id': randomBytes(8).toString('hex').toUpperCase(),
        requester: kind.reason === 'Lifecycle Expiration' ? 's3.amazonaws.com' : account.accountId,
        ...kind,
      },
    });
  }

  return {
    ...store,
    async put(bucket, key, upload, condition) {
      const object = await store.put(bucket, key, upload, condition);
      send(bucket, { 'detail-type': 'Object Created', reason: upload.reason ?? 'PutObject' }, object);
      return object;
    },
    async delete(bucket, key, options = {}) {
      const deletion = await store.delete(bucket, key, options);
      const { reason = 'DeleteObject' } = options;
      const isNewMarker = deletion.isMarker && options.version === undefined;
      if (deletion.happened) {
        const type = isNewMarker ? 'Delete Marker Created' : 'Permanently Deleted';
        send(
          bucket,
          { 'detail-type': 'Object Deleted', reason, 'deletion-type': type },
          { key, ...(isNewMarker && { etag: emptyEtag }), ...deletion },
        );
      }
      return deletion;
    },
  };
}

/** What buckets keep and send. One that the template does not have sends events: its owner was asked to switch them on. */
export function readBucketSettings(
  { ofType }: ResolvedTemplate,
  names: readonly string[],
): Record<'versioned' | 'sendsEvents', ReadonlySet<string>> {
  const settings = { versioned: new Set<string>(), sendsEvents: new Set(names) };
  for (const resource of ofType('AWS::S3::Bucket')) {
    const bucket = Properties.of(resource);
    const versioning = bucket.child('VersioningConfiguration');
    // Suspended: new objects get the version "null", which is not emulated.
    if (versioning?.oneOf('Status', ['Enabled'])) settings.versioned.add(resource.ref);
    const events = bucket.child('NotificationConfiguration')?.child('EventBridgeConfiguration');
    if (!events?.flag('EventBridgeEnabled', true)) settings.sendsEvents.delete(resource.ref);
  }
  return settings;
}
