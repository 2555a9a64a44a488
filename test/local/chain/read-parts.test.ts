import { describe, expect, test } from 'vitest';
import { resolveTemplate } from '../../../local/aws/template/resolve.ts';
import type { JsonObject, RawResource } from '../../../local/aws/template/template.ts';
import { bucketsOf } from '../../../local/chain/read-parts.ts';

const account = { region: 'us-east-1', accountId: '1', partition: 'aws', urlSuffix: 'amazonaws.com', stackName: 'S' };
const resolved = (Resources: Record<string, RawResource>) => resolveTemplate({ Resources }, account);
const bucket = (BucketName: string, more: JsonObject = {}): RawResource => ({
  Type: 'AWS::S3::Bucket',
  Properties: { BucketName, ...more },
});
const website = { WebsiteConfiguration: { IndexDocument: 'i' } };
const role = (...Statement: readonly JsonObject[]): RawResource => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName: 'r', Policies: [{ PolicyName: 'p', PolicyDocument: { Statement } }] },
});
const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });

describe('bucketsOf()', () => {
  test('tells originals from derivatives by the website', () => {
    const buckets = bucketsOf(
      resolved({
        Logs: bucket('logs'),
        Derivatives: bucket('derivatives', website),
        Originals: bucket('originals'),
        Role: role(
          allow('s3:GetObject', 'arn:aws:s3:::originals/*'),
          allow('s3:PutObject', 'arn:aws:s3:::derivatives/*'),
        ),
      }),
    );
    expect(buckets).toEqual({
      all: ['logs', 'derivatives', 'originals'],
      originals: 'originals',
      derivatives: 'derivatives',
    });
  });

  test('finds an existing bucket of originals by the role that names it', () => {
    const buckets = bucketsOf(
      resolved({
        Derivatives: bucket('derivatives', website),
        Role: role(allow('s3:GetObject', 'arn:aws:s3:::uploads/*')),
      }),
    );
    expect(buckets).toEqual({ all: ['derivatives', 'uploads'], originals: 'uploads', derivatives: 'derivatives' });
  });

  test('uses one bucket for both if there is no other', () => {
    expect(bucketsOf(resolved({ Only: bucket('only', website) }))).toMatchObject({
      originals: 'only',
      derivatives: 'only',
    });
  });

  test('refuses a template without a website', () => {
    expect(() => bucketsOf(resolved({ Only: bucket('only') }))).toThrow('no bucket with a WebsiteConfiguration');
  });
});
