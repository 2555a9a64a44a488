import { describe, expect, test } from 'vitest';
import { policyForOutsiders } from '../../../local/aws/iam/public-access.ts';
import { rolePolicies } from '../../../local/aws/iam/template-policies.ts';
import { createLogGroups } from '../../../local/aws/logs.ts';
import { expiryOf, readExpiryRules } from '../../../local/aws/s3/lifecycle.ts';
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

  test('finds a bucket of originals that exists already where only the role names it', () => {
    const buckets = bucketsOf(
      resolved({
        Derivatives: bucket('derivatives', website),
        Role: role(allow('s3:GetObject', 'arn:aws:s3:::uploads/*')),
      }),
    );
    expect(buckets).toEqual({ all: ['derivatives', 'uploads'], originals: 'uploads', derivatives: 'derivatives' });
  });

  test('takes the one bucket of a chain that has no other', () => {
    expect(bucketsOf(resolved({ Only: bucket('only', website) }))).toMatchObject({
      originals: 'only',
      derivatives: 'only',
    });
  });

  test('refuses a template without a website', () => {
    expect(() => bucketsOf(resolved({ Only: bucket('only') }))).toThrow('no bucket with a WebsiteConfiguration');
  });
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
  ])('lets %s of %s expire at the midnight that follows its days, %s', (key, made, gone) => {
    expect(expiryOf(rules, { key, lastModified: at(made) })).toBe(at(gone));
  });

  test('lets nothing expire that no rule covers', () => {
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

describe('policyForOutsiders()', () => {
  const policyOf = (block: JsonObject, statement: JsonObject) => {
    const document = {
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*', ...statement }],
    };
    const template = resolved({
      Bucket: bucket('b', { PublicAccessBlockConfiguration: block }),
      Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: document } },
    });
    return policyForOutsiders(template, 'b');
  };
  const referer = { Condition: { StringEquals: { 'aws:Referer': 'secret' } } };
  const address = { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } };

  test('leaves a policy alone where nothing is blocked', () => {
    expect(policyOf({}, referer)).toMatchObject({ Statement: [{ Action: 's3:GetObject' }] });
  });

  test('counts a policy with a Referer as public: BlockPublicPolicy refuses it', () => {
    expect(() => policyOf({ BlockPublicPolicy: true }, referer)).toThrow(
      'S3 refuses a public policy, since Bucket has BlockPublicPolicy',
    );
  });

  test('lets nobody in by a public policy under RestrictPublicBuckets', () => {
    expect(policyOf({ RestrictPublicBuckets: true }, referer)).toBeUndefined();
  });

  test('counts a policy for fixed addresses, or for one principal, as not public', () => {
    const block = { BlockPublicPolicy: true, RestrictPublicBuckets: true };
    expect(policyOf(block, address)).toBeDefined();
    expect(policyOf(block, { Principal: { AWS: 'arn:aws:iam::1:role/r' } })).toBeDefined();
  });
});

describe('rolePolicies()', () => {
  const request = {
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    principal: 'arn:aws:iam::1:role/r',
    accountId: '1',
    context: {},
  };

  test('puts the policies that stand in the role and those attached to it together', () => {
    const attached = (name: string, roleName: JsonObject) => ({
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: name, Roles: [roleName], PolicyDocument: { Statement: [allow('s3:GetObject', '*')] } },
    });
    const policies = rolePolicies(
      resolved({
        Role: role(allow('s3:PutObject', '*')),
        Mine: attached('mine', { Ref: 'Role' }),
        Other: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'other' } },
        Theirs: attached('theirs', { Ref: 'Other' }),
      }),
    ).get('arn:aws:iam::1:role/r');
    expect(policies?.map((policy) => policy(request))).toEqual(['silent', 'allow']);
  });

  test('takes the managed policy for logs, and refuses one that might grant more', () => {
    const managed = (name: string): RawResource => ({
      Type: 'AWS::IAM::Role',
      Properties: { RoleName: 'r', ManagedPolicyArns: [`arn:aws:iam::aws:policy/${name}`] },
    });
    expect(rolePolicies(resolved({ Role: managed('service-role/AWSLambdaBasicExecutionRole') })).size).toBe(1);
    expect(() => rolePolicies(resolved({ Role: managed('AmazonS3FullAccess') }))).toThrow(
      'Role: the managed policy arn:aws:iam::aws:policy/AmazonS3FullAccess is not emulated',
    );
  });
});

describe('createLogGroups()', () => {
  test('keeps the newest lines of each group', () => {
    const logs = createLogGroups({ now: () => 1000 });
    for (let i = 0; i < 12_000; i++) logs.write('a', `line ${i}`);
    logs.write('b', 'other');
    expect(logs.groups()).toEqual(['a', 'b']);
    expect(logs.lines('a').at(-1)).toBe('line 11999');
    expect(logs.lines('a').length).toBeLessThanOrEqual(11_000);
    expect(logs.lines('none')).toEqual([]);
  });
});
