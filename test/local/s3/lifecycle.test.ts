import { describe, expect, test } from 'vitest';
import { expiryOf, readExpiryRules } from '../../../local/aws/s3/lifecycle.ts';
import { resolveTemplate } from '../../../local/aws/template/resolve.ts';
import type { JsonObject, RawResource } from '../../../local/aws/template/template.ts';

const account = { region: 'us-east-1', accountId: '1', partition: 'aws', urlSuffix: 'amazonaws.com', stackName: 'S' };
const resolved = (Resources: Record<string, RawResource>) => resolveTemplate({ Resources }, account);
const bucket = (BucketName: string, more: JsonObject = {}): RawResource => ({
  Type: 'AWS::S3::Bucket',
  Properties: { BucketName, ...more },
});

describe('expiryOf()', () => {
  const at = (iso: string) => Date.parse(iso);
  const rules = [
    { prefix: '', days: 90 },
    { prefix: '200x200/loadtest/', days: 1 },
  ];

  test.each([
    ['a.jpg', '2026-01-01T12:00:00Z', '2026-04-02T00:00:00Z'],
    ['a.jpg', '2026-01-01T00:00:00Z', '2026-04-01T00:00:00Z'],
    ['a.jpg', '2026-01-01T00:00:01Z', '2026-04-02T00:00:00Z'],
    ['200x200/loadtest/a.jpg', '2026-01-15T10:30:00Z', '2026-01-17T00:00:00Z'],
  ])('expires %s of %s at the midnight after its days, %s', (key, made, gone) => {
    expect(expiryOf(rules, { key, lastModified: at(made) })).toBe(at(gone));
  });

  test('expires nothing without a rule for it', () => {
    expect(expiryOf([{ prefix: 'x/', days: 1 }], { key: 'y', lastModified: 0 })).toBeUndefined();
  });

  test('reads the enabled rules that have days', () => {
    const Rules = [
      { Status: 'Enabled', ExpirationInDays: 90 },
      { Status: 'Disabled', ExpirationInDays: 1 },
      { Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
      { Status: 'Enabled', ExpirationInDays: 1, Prefix: 'loadtest/' },
    ];
    const template = resolved({ A: bucket('a', { LifecycleConfiguration: { Rules } }), B: bucket('b') });
    expect([...readExpiryRules(template)]).toEqual([
      [
        'a',
        [
          { prefix: '', days: 90 },
          { prefix: 'loadtest/', days: 1 },
        ],
      ],
    ]);
  });
});
