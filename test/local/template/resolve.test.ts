import { describe, expect, test } from 'vitest';
import { resolveTemplate } from '../../../local/aws/template/resolve.ts';
import type { Account, Json, JsonObject, Template } from '../../../local/aws/template/template.ts';

const account: Account = {
  region: 'us-east-1',
  accountId: '123456789012',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
  stackName: 'Stack',
};

const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'images' } };
const secret = (properties: JsonObject) => ({ Type: 'AWS::SecretsManager::Secret', Properties: properties });

const hole = (name: string): string => `\${${name}}`;

/** What becomes of a value in a template with a few resources to refer to. */
function resolved(value: Json, more: Partial<Template> = {}): Json | undefined {
  const template: Template = {
    ...more,
    Resources: {
      Bucket: bucket,
      Api: { Type: 'AWS::ApiGatewayV2::Api' },
      Function: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'resize' } },
      Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Function' } } },
      Alias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Function' }, Name: 'live' } },
      Secret: secret({ GenerateSecretString: { PasswordLength: 48 } }),
      Login: secret({ GenerateSecretString: { SecretStringTemplate: '{"user":"ann"}', GenerateStringKey: 'word' } }),
      Subject: { Type: 'AWS::Logs::LogGroup', Properties: { Value: value } },
      ...more.Resources,
    },
  };
  return resolveTemplate(template, account).resources.find(({ logicalId }) => logicalId === 'Subject')?.properties
    .Value;
}

describe('resolveTemplate()', () => {
  test.each<[string, Json, Json]>([
    ['leaves plain values alone', { a: [1, true, 'x', null] }, { a: [1, true, 'x', null] }],
    ['puts the name of a bucket for Ref', { Ref: 'Bucket' }, 'images'],
    [
      'puts the ARN of an alias for Ref',
      { Ref: 'Alias' },
      'arn:aws:lambda:us-east-1:123456789012:function:resize:live',
    ],
    ['puts pseudo parameters', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['reads an attribute given as a list', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::images'],
    ['reads an attribute given as text', { 'Fn::GetAtt': 'Version.Version' }, '1'],
    [
      'joins what it resolved',
      { 'Fn::Join': ['/', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '*']] },
      'arn:aws:s3:::images/*',
    ],
    [
      'selects from a split attribute',
      { 'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Bucket', 'WebsiteURL'] }] }] },
      'images.s3-website-us-east-1.amazonaws.com',
    ],
    [
      'fills Fn::Sub with references, attributes and its own variables',
      {
        'Fn::Sub': [
          [hole('Bucket'), hole('Version.Version'), hole('Own'), hole('!Literal')].join(' '),
          { Own: { Ref: 'AWS::Partition' } },
        ],
      },
      `images 1 aws ${hole('Literal')}`,
    ],
    ['drops a property that is AWS::NoValue', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['drops an item that is AWS::NoValue', [1, { Ref: 'AWS::NoValue' }], [1]],
  ])('%s', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  test('fills a reference to a secret that Fn::Join puts together, with the same value everywhere', () => {
    const reference = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:::}}']] };
    const both = resolved([reference, reference]) as readonly string[];
    expect(both[0]).toMatch(/^[0-9a-f]{48}$/);
    expect(both[1]).toBe(both[0]);
  });

  test('fills a reference to one field of a generated secret', () => {
    const field = (name: string) => ({ 'Fn::Sub': `{{resolve:secretsmanager:${hole('Login')}:SecretString:${name}}}` });
    expect(resolved(field('user'))).toBe('ann');
    expect(resolved(field('word'))).toMatch(/^[0-9a-f]{32}$/);
  });

  test('gives unnamed resources names that stay the same over restarts', () => {
    expect(resolved({ Ref: 'Api' })).toMatch(/^[a-z0-9]{10}$/);
    expect(resolved({ Ref: 'Api' })).toBe(resolved({ Ref: 'Api' }));
  });

  test('resolves two resources that refer to each other', () => {
    const more = {
      Resources: {
        One: { Type: 'AWS::S3::Bucket', Properties: { LoggingConfiguration: { Ref: 'Two' } } },
        Two: { Type: 'AWS::S3::Bucket', Properties: { LoggingConfiguration: { Ref: 'One' } } },
      },
    };
    expect(resolved({ Ref: 'One' }, more)).toMatch(/^stack-one-/);
  });

  test.each<[string, Json, string]>([
    ['a condition', { 'Fn::If': ['a', 'b', 'c'] }, 'Subject.Value: unknown intrinsic "Fn::If"'],
    ['an intrinsic', { 'Fn::ImportValue': 'x' }, 'Subject.Value: unknown intrinsic "Fn::ImportValue"'],
    ['an intrinsic deep inside', { a: [{ 'Fn::Cidr': [] }] }, 'Subject.Value.a.0: unknown intrinsic "Fn::Cidr"'],
    ['an attribute', { 'Fn::GetAtt': ['Bucket', 'Colour'] }, 'Subject.Value: unknown attribute "Colour" of "Bucket"'],
    ['a resource', { Ref: 'Nobody' }, 'Subject.Value: there is no resource or parameter "Nobody"'],
    ['a dynamic reference', '{{resolve:ssm:/a}}', 'Subject.Value: unknown dynamic reference "{{resolve:ssm:/a}}"'],
    ['a secret', '{{resolve:secretsmanager:mine}}', 'Subject.Value: the template has no secret "mine"'],
  ])('refuses %s that it does not know, by name and path', (_, value, message) => {
    expect(() => resolved(value)).toThrow(message);
  });

  test('refuses names that depend on each other', () => {
    const more = {
      Resources: {
        One: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'Two' } } },
        Two: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'One' } } },
      },
    };
    expect(() => resolved({ Ref: 'One' }, more)).toThrow('names depend on each other: One -> Two -> One');
  });

  test('refuses a parameter that has no value', () => {
    expect(() => resolved({ Ref: 'Stage' }, { Parameters: { Stage: { Type: 'String' } } })).toThrow('has no default');
  });
});
