import { describe, expect, it } from 'vitest';
import { readOriginalEvent } from '../../../src/core/original-event.ts';

/** In the shape of the example in the S3 user guide ("EventBridge event message structure"). */
function body(type: string, object: object, more: object = {}, time = '2026-11-30T18:00:00Z'): string {
  const detail = { version: '0', bucket: { name: 'uploads' }, object, 'request-id': 'N4N7GDK58NMKJ12R', ...more };
  return JSON.stringify({ version: '0', 'detail-type': type, source: 'aws.s3', time, region: 'us-east-1', detail });
}
const key = 'profile/a+b %2F.jpg';
const time = Date.parse('2026-11-30T18:00:00Z');
const expired = { reason: 'Lifecycle Expiration', 'deletion-type': 'Permanently Deleted' };

describe('readOriginalEvent()', () => {
  it('reads key, change, version and time, and decodes nothing', () => {
    expect(readOriginalEvent(body('Object Created', { key, 'version-id': 'v1' }, { reason: 'PutObject' }))).toEqual({
      key,
      change: 'created',
      versionId: 'v1',
      time,
    });
    const marked = { reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' };
    expect(readOriginalEvent(body('Object Deleted', { key, 'version-id': 'v2' }, marked))).toEqual({
      key,
      change: 'deleted',
      versionId: 'v2',
      time,
    });
  });

  it.each([{}, { 'version-id': 'null' }])('knows no version where the bucket keeps none: %j', (version) => {
    expect(readOriginalEvent(body('Object Created', { key, ...version }))).toEqual({ key, change: 'created', time });
  });

  it('ignores what a lifecycle rule deletes for good, if it is a version', () => {
    expect(readOriginalEvent(body('Object Deleted', { key, 'version-id': 'v1' }, expired))).toBeUndefined();
    // Without versions that was the image.
    expect(readOriginalEvent(body('Object Deleted', { key }, expired))).toMatchObject({ change: 'deleted' });
    // So is the image that a rule ends in a bucket with versions.
    const ended = { ...expired, 'deletion-type': 'Delete Marker Created' };
    expect(readOriginalEvent(body('Object Deleted', { key, 'version-id': 'v1' }, ended))).toBeDefined();
    // And what somebody deletes for good may have been the present version.
    const removed = { ...expired, reason: 'DeleteObject' };
    expect(readOriginalEvent(body('Object Deleted', { key, 'version-id': 'v1' }, removed))).toBeDefined();
  });

  it.each([
    'no JSON',
    '{}',
    'null',
    body('Object Restore Completed', { key }),
    body('Object Created', {}),
    body('Object Created', { key }, {}, 'soon'),
  ])('throws for %s', (text) => expect(() => readOriginalEvent(text)).toThrow());
});
