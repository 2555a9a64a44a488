import { describe, expect, test } from 'vitest';
import { type AccessRequest, combine, readPolicy } from '../../../local/aws/iam/policy.ts';

const role = 'arn:aws:iam::123456789012:role/resize';
const get = (change: Partial<AccessRequest> = {}): AccessRequest => ({
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::images/a/b.jpg',
  principal: role,
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
    ['takes ? as one character', allow({ Resource: 'arn:aws:s3:::image?/a/?.jpg' }), {}, 'allow'],
    ['keeps other marks literal', allow({ Resource: 'arn:aws:s3:::images/a.b.jpg' }), {}, 'silent'],
    ['is silent on another resource', allow({ Resource: 'arn:aws:s3:::other/*' }), {}, 'silent'],
    [
      'is silent on the bucket where objects are named',
      allow({ Resource: 'arn:aws:s3:::images/*' }),
      { resource: 'arn:aws:s3:::images' },
      'silent',
    ],
    ['reads a list of actions', allow({ Action: ['s3:PutObject', 's3:GetObject'] }), {}, 'allow'],
    ['takes names of actions in any case', allow({ Action: 'S3:getobject' }), {}, 'allow'],
    ['takes wildcards in actions', allow({ Action: 's3:Get*' }), {}, 'allow'],
    ['is silent on another action', allow({ Action: 's3:PutObject' }), {}, 'silent'],
    [
      'is silent on what other services are for',
      allow({ Action: 'logs:*', Condition: { Weird: { key: '1' } } }),
      {},
      'silent',
    ],
    ['denies', allow({ Effect: 'Deny' }), {}, 'deny'],
    ['takes a principal of all', allow({ Principal: '*' }), {}, 'allow'],
    ['takes a principal of all AWS accounts', allow({ Principal: { AWS: '*' } }), {}, 'allow'],
    ['takes the role as principal', allow({ Principal: { AWS: role } }), {}, 'allow'],
    ['takes the account as principal', allow({ Principal: { AWS: 'arn:aws:iam::123456789012:root' } }), {}, 'allow'],
    [
      'is silent to another principal',
      allow({ Principal: { AWS: 'arn:aws:iam::123456789012:role/other' } }),
      {},
      'silent',
    ],
    [
      'is silent to a service as principal',
      allow({ Principal: { Service: 'cloudfront.amazonaws.com' } }),
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
      'does not deny safe transport',
      allow({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      {},
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
    ['what is no text', allow({ Resource: { Ref: 'Bucket' } }), 'Resource is {"Ref":"Bucket"}: expected text'],
    ['an effect', allow({ Effect: 'Perhaps' }), 'Statement.0.Effect is "Perhaps": expected Allow or Deny'],
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
    ['refuses when there are none', [], false],
  ])('%s', (_, policies, expected) => {
    expect(combine(policies)(get())).toBe(expected);
  });
});
