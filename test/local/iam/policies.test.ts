import { describe, expect, test } from 'vitest';
import {
  type AccessRequest,
  combine,
  policyForOutsiders,
  readPolicy,
  rolePolicies,
} from '../../../local/aws/iam/policy.ts';
import type { JsonObject, RawResource } from '../../../local/aws/template/template.ts';
import { bucket, resolved, role } from '../a-resource.ts';

const roleArn = 'arn:aws:iam::123456789012:role/resize';
const get = (change: Partial<AccessRequest> = {}): AccessRequest => ({
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::images/a/b.jpg',
  principal: roleArn,
  accountId: '123456789012',
  context: { 'aws:securetransport': 'true' },
  ...change,
});
const policy = (...Statement: object[]) => readPolicy('Role.Policies.0', { Version: '2012-10-17', Statement });
const allow = (more: object) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more });

describe('readPolicy()', () => {
  test.each<[string, object, Partial<AccessRequest>, string]>([
    ['allows the action on the resource', allow({ Resource: 'arn:aws:s3:::images/a/b.jpg' }), {}, 'allow'],
    ['takes * as any text, slashes too', allow({ Resource: 'arn:aws:s3:::images/*' }), {}, 'allow'],
    ['keeps other marks literal', allow({ Resource: 'arn:aws:s3:::images/a.b.jpg' }), {}, 'silent'],
    ['is silent on another resource', allow({ Resource: 'arn:aws:s3:::other/*' }), {}, 'silent'],
    ['takes names of actions in any case', allow({ Action: 'S3:getobject' }), {}, 'allow'],
    ['takes wildcards in actions', allow({ Action: 's3:Get*' }), {}, 'allow'],
    [
      'is silent on what other services are for',
      allow({ Action: 'logs:*', Condition: { Weird: { key: '1' } } }),
      {},
      'silent',
    ],
    ['denies', allow({ Effect: 'Deny' }), {}, 'deny'],
    ['takes a principal of all', allow({ Principal: '*' }), {}, 'allow'],
    ['takes the role as principal', allow({ Principal: { AWS: roleArn } }), {}, 'allow'],
    ['takes the account as principal', allow({ Principal: { AWS: 'arn:aws:iam::123456789012:root' } }), {}, 'allow'],
    [
      'is silent to another principal',
      allow({ Principal: { AWS: 'arn:aws:iam::123456789012:role/other' } }),
      {},
      'silent',
    ],
    ['demands a condition', allow({ Condition: { StringEquals: { 'aws:Referer': 'secret' } } }), {}, 'silent'],
    [
      'finds a condition met',
      allow({ Condition: { StringEquals: { 'aws:Referer': 'secret' } } }),
      { context: { 'aws:referer': 'secret' } },
      'allow',
    ],
    [
      'compares patterns in a condition',
      allow({ Condition: { StringLike: { 's3:prefix': ['a/*', 'b/*'] } } }),
      { context: { 's3:prefix': 'b/c' } },
      'allow',
    ],
    [
      'finds an address in a range',
      allow({ Condition: { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '203.0.113.0/24'] } } }),
      { context: { 'aws:sourceip': '203.0.113.9' } },
      'allow',
    ],
    [
      'is silent to an address outside',
      allow({ Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }),
      { context: { 'aws:sourceip': '127.0.0.1' } },
      'silent',
    ],
    [
      'denies unsafe transport',
      allow({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': false } } }),
      { context: { 'aws:securetransport': 'false' } },
      'deny',
    ],
  ])('%s', (_, statement, request, verdict) => {
    expect(policy(statement)(get(request))).toBe(verdict);
  });

  test('lets a denial win over an allowance within one document', () => {
    expect(policy(allow({}), allow({ Effect: 'Deny' }))(get())).toBe('deny');
  });

  test.each<[string, object, string]>([
    ['an element', allow({ NotResource: '*' }), 'Role.Policies.0.Statement.0.NotResource is not emulated'],
    ['an operator', allow({ Condition: { DateLessThan: {} } }), 'Statement.0.Condition.DateLessThan is not emulated'],
    [
      'a condition key',
      allow({ Condition: { StringEquals: { 's3:x-amz-acl': 'x' } } }),
      'StringEquals.s3:x-amz-acl is not emulated',
    ],
  ])('refuses %s that it does not know, by name', (_, statement, message) => {
    expect(() => policy(statement)).toThrow(message);
  });
});

describe('combine()', () => {
  const [allows, denies, silent] = [policy(allow({})), policy(allow({ Effect: 'Deny' })), policy()];

  test.each([
    ['allows when one policy does', [silent, allows], true],
    ['refuses when one policy denies', [allows, denies], false],
    ['refuses when all are silent', [silent], false],
  ])('%s', (_, policies, expected) => {
    expect(combine(policies)(get())).toBe(expected);
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

  test('takes a policy with a Referer for public: BlockPublicPolicy refuses it', () => {
    expect(() => policyOf({ BlockPublicPolicy: true }, referer)).toThrow(
      'S3 refuses a public policy, since Bucket has BlockPublicPolicy',
    );
  });

  test('drops a public policy under RestrictPublicBuckets', () => {
    expect(policyOf({ RestrictPublicBuckets: true }, referer)).toBeUndefined();
  });

  test('does not take a policy for fixed addresses or one principal for public', () => {
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

  test('joins the policies in the role and those attached to it', () => {
    const attached = (name: string, roleName: JsonObject) => ({
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: name, Roles: [roleName], PolicyDocument: { Statement: [allow({})] } },
    });
    const policies = rolePolicies(
      resolved({
        Role: role(allow({ Action: 's3:PutObject' })),
        Mine: attached('mine', { Ref: 'Role' }),
        Other: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'other' } },
        Theirs: attached('theirs', { Ref: 'Other' }),
      }),
    ).get('arn:aws:iam::1:role/r');
    expect(policies?.map((policy) => policy(request))).toEqual(['silent', 'allow']);
  });

  test('accepts the managed policy for logs, and refuses others', () => {
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
