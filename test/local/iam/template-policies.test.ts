import { describe, expect, test } from 'vitest';
import { policyForOutsiders, rolePolicies } from '../../../local/aws/iam/template-policies.ts';
import { resolveTemplate } from '../../../local/aws/template/resolve.ts';
import type { JsonObject, RawResource } from '../../../local/aws/template/template.ts';

const account = { region: 'us-east-1', accountId: '1', partition: 'aws', urlSuffix: 'amazonaws.com', stackName: 'S' };
const resolved = (Resources: Record<string, RawResource>) => resolveTemplate({ Resources }, account);
const bucket = (BucketName: string, more: JsonObject = {}): RawResource => ({
  Type: 'AWS::S3::Bucket',
  Properties: { BucketName, ...more },
});
const role = (...Statement: readonly JsonObject[]): RawResource => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName: 'r', Policies: [{ PolicyName: 'p', PolicyDocument: { Statement } }] },
});
const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });

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

  test('keeps a policy where nothing is blocked', () => {
    expect(policyOf({}, referer)).toMatchObject({ Statement: [{ Action: 's3:GetObject' }] });
  });

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
