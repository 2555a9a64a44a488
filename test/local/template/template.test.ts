import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSupport, emulated, type SupportTable, without } from '../../../local/aws/template/check-support.ts';
import { parseTemplate, readTemplateFile } from '../../../local/aws/template/read-template.ts';
import { resolveTemplate } from '../../../local/aws/template/resolve.ts';
import type { Account, Json, JsonObject, RawResource, Template } from '../../../local/aws/template/template.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const account: Account = {
  region: 'us-east-1',
  accountId: '123456789012',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
  stackName: 'Stack',
};

describe('readTemplateFile()', () => {
  test("finds a function's code by the asset manifest beside the template", () => {
    const cdkOut = temporaryFolder();
    mkdirSync(join(cdkOut, 'asset.abc'));
    writeFileSync(join(cdkOut, 'Chain.template.json'), '{"Resources":{}}');
    const files = { abc: { source: { path: 'asset.abc', packaging: 'zip' } } };
    writeFileSync(join(cdkOut, 'Chain.assets.json'), JSON.stringify({ files }));
    const file = readTemplateFile(join(cdkOut, 'Chain.template.json'));
    expect(file.stackName).toBe('Chain');
    expect(file.assetDirectory('abc.zip')).toBe(join(cdkOut, 'asset.abc'));
    expect(() => file.assetDirectory('other.zip')).toThrow('No asset for S3Key "other.zip"');
  });
});

describe('parseTemplate()', () => {
  test.each([
    ['text that is not JSON', 'Resources:\n', 'x.json is not JSON'],
    ['JSON that is no template', '{}', 'x.json is not a CloudFormation template'],
    [
      'a section that it does not know',
      '{"Resources":{},"Transform":"AWS::Serverless"}',
      'unknown section "Transform"',
    ],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseTemplate(text, 'x.json')).toThrow(message);
  });
});

const table: SupportTable = {
  'AWS::S3::Bucket': {
    properties: {
      BucketName: emulated,
      'Rules.*.Prefix': emulated,
      'Rules.*.Then.**': emulated,
      'Tags.**': without('names for the bill'),
    },
  },
};

function check(properties: JsonObject, resource: Partial<RawResource> & JsonObject = {}) {
  const template = { Resources: { Images: { Type: 'AWS::S3::Bucket', Properties: properties, ...resource } } };
  return checkSupport(template, resolveTemplate(template, account), table);
}

describe('checkSupport()', () => {
  test('passes properties that the chain acts on and lists those without effect, with the reason', () => {
    const found = check({ BucketName: 'x', Rules: [{ Prefix: 'a' }, { Then: { a: { b: 1 } } }], Tags: [{ Key: 'k' }] });
    expect(found).toEqual([
      { logicalId: 'Images', type: 'AWS::S3::Bucket', property: 'Tags.0.Key', why: 'names for the bill' },
    ]);
  });

  test.each<[string, JsonObject, string]>([
    ['a property', { Colour: 'blue' }, 'Images (AWS::S3::Bucket): the local chain does not know the property Colour'],
    ['a property in a list', { Rules: [{ Prefix: 'a' }, { Suffix: 'b' }] }, 'the property Rules.1.Suffix'],
  ])('refuses %s that it does not know, by logical id and path', (_, properties, message) => {
    expect(() => check(properties)).toThrow(message);
  });

  test('refuses a type that it does not know', () => {
    const template = { Resources: { Queue: { Type: 'AWS::SQS::Queue' } } };
    expect(() => checkSupport(template, resolveTemplate(template, account), table)).toThrow(
      'Queue: the local chain does not know the type AWS::SQS::Queue',
    );
  });

  test('names everything that it refuses at once', () => {
    expect(() => check({ One: 1, Two: 2 })).toThrow(/property One(.|\n)*property Two/);
  });
});

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
    ['reads an attribute given as a list', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::images'],
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
    ['an intrinsic', { 'Fn::ImportValue': 'x' }, 'Subject.Value: unknown intrinsic "Fn::ImportValue"'],
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
