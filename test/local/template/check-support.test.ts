import { describe, expect, test } from 'vitest';
import { checkSupport, emulated, type SupportTable, without } from '../../../local/aws/template/check-support.ts';
import { resolveTemplate } from '../../../local/aws/template/resolve.ts';
import type { JsonObject, RawResource } from '../../../local/aws/template/template.ts';

const account = {
  region: 'us-east-1',
  accountId: '1',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
  stackName: 'Stack',
};
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
    [
      'something below a property that it knows',
      { Rules: [{ Prefix: { deep: 1 } }] },
      'the property Rules.0.Prefix.deep',
    ],
    ['an empty list', { Colours: [] }, 'the property Colours'],
  ])('refuses %s that it does not know, by logical id and path', (_, properties, message) => {
    expect(() => check(properties)).toThrow(message);
  });

  test('refuses a type that it does not know', () => {
    const template = { Resources: { Queue: { Type: 'AWS::SQS::Queue' } } };
    expect(() => checkSupport(template, resolveTemplate(template, account), table)).toThrow(
      'Queue: the local chain does not know the type AWS::SQS::Queue',
    );
  });

  test('refuses an attribute beside Properties that it does not know, and passes DependsOn', () => {
    expect(check({}, { DependsOn: ['Other'] })).toEqual([]);
    expect(() => check({}, { Colour: 'blue' })).toThrow('the attribute Colour');
  });

  test('names everything that it refuses at once', () => {
    expect(() => check({ One: 1, Two: 2 })).toThrow(/property One(.|\n)*property Two/);
  });
});
