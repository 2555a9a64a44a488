/** A change of an original, as S3 reports it by EventBridge. */
export interface OriginalEvent {
  /** Exactly as S3 holds it: EventBridge does not encode keys. */
  readonly key: string;
  readonly change: 'created' | 'deleted';
  /** The version that was created or deleted. Absent where the bucket keeps no versions. */
  readonly versionId?: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** The fields that are read ("EventBridge event message structure", S3 user guide). */
interface S3Event {
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: {
    readonly object: { readonly key: string; readonly 'version-id'?: string };
    readonly reason?: string;
    readonly 'deletion-type'?: string;
  };
}

/** Reads the body of a message. Returns `undefined` for an event that changes no image. Throws if it is no event of S3. */
export function readOriginalEvent(body: string): OriginalEvent | undefined {
  const { 'detail-type': type, time, detail }: S3Event = JSON.parse(body);
  const change = type === 'Object Created' ? 'created' : type === 'Object Deleted' ? 'deleted' : undefined;
  const at = Date.parse(time);
  if (!change || typeof detail?.object?.key !== 'string' || Number.isNaN(at)) {
    throw new Error('The message is no event "Object Created" or "Object Deleted" of S3');
  }
  const { key, 'version-id': version } = detail.object;
  // Objects that were put while versioning is suspended have the version "null", and replace each other.
  const versionId = version === 'null' ? undefined : version;
  // With versions, a lifecycle rule ends an image by a delete marker. What it deletes for good nobody could see any more.
  const isOldVersion =
    detail.reason === 'Lifecycle Expiration' && detail['deletion-type'] === 'Permanently Deleted' && versionId;
  return isOldVersion ? undefined : { key, change, time: at, ...(versionId && { versionId }) };
}
