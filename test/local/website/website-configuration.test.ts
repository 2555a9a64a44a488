import { describe, expect, it } from 'vitest';
import { readWebsite } from '../../../local/aws/website/website-configuration.ts';
import { readBucketPolicy } from '../../../local/aws/website/website-handler.ts';
import { everybodyGets, presetRule, readers } from './a-website.ts';

const withRule = (changes: object) => ({ IndexDocument: 'index.html', RoutingRules: [{ ...presetRule, ...changes }] });
const withRedirect = (changes: object) => withRule({ RedirectRule: { ...presetRule.RedirectRule, ...changes } });
const withCondition = (condition: object) => withRule({ RoutingRuleCondition: condition });

describe('readWebsite() refuses what PutBucketWebsite refuses, by name', () => {
  it.each([
    [
      'a protocol that is neither http nor https',
      withRedirect({ Protocol: 'ftp' }),
      /RoutingRules\.0\.RedirectRule\.Protocol is "ftp": expected one of http, https/,
    ],
    ['both replacements', withRedirect({ ReplaceKeyWith: 'x' }), /ReplaceKeyWith is "x": expected only one of/],
    ['an empty condition', withCondition({}), /RoutingRuleCondition is {}: expected at least one condition/],
    ['no condition at all', withRule({ RoutingRuleCondition: undefined }), /RoutingRuleCondition is missing/],
    ['an empty list of rules', { IndexDocument: 'index.html', RoutingRules: [] }, /RoutingRules is \[\]/],
    ['an empty index suffix', { IndexDocument: '' }, /IndexDocument is ""/],
    ['an index suffix with a slash', { IndexDocument: 'a/index.html' }, /IndexDocument is "a\/index\.html"/],
    ['no index suffix', { ErrorDocument: 'error.html' }, /IndexDocument is missing/],
    ['code 300', withRedirect({ HttpRedirectCode: '300' }), /HttpRedirectCode is "300": expected one of 301, 302/],
    [
      'a rule for a 302',
      withCondition({ HttpErrorCodeReturnedEquals: '302' }),
      /HttpErrorCodeReturnedEquals is "302": expected a code 4XX or 5XX/,
    ],
    [
      'rules beside RedirectAllRequestsTo',
      { RedirectAllRequestsTo: { HostName: 'a' }, IndexDocument: 'i' },
      /IndexDocument is "i": expected nothing beside/,
    ],
  ])('%s', (_, website, message) => {
    expect(() => readWebsite('Derivatives', website)).toThrow(message);
    expect(() => readWebsite('Derivatives', website)).toThrow(/^Derivatives: WebsiteConfiguration\./);
  });

  it('more than fifty rules', () => {
    const rules = (count: number) => ({ IndexDocument: 'i', RoutingRules: Array(count).fill(presetRule) });
    expect(readWebsite('Derivatives', rules(50)).rules).toHaveLength(50);
    expect(() => readWebsite('Derivatives', rules(51))).toThrow('51 routing rules provided');
  });
});

describe('readBucketPolicy()', () => {
  const ask = (policy: unknown, call: object = {}) =>
    readBucketPolicy(
      'Policy',
      'derivatives',
      policy,
    )({
      action: 's3:GetObject',
      key: '200x200/a.jpg',
      secureTransport: false,
      ...call,
    });
  const condition = (tests: object) => readers({ ...everybodyGets, Condition: tests });

  it.each([
    [
      'one of several referers',
      condition({ StringEquals: { 'aws:Referer': ['old', 'new'] } }),
      { referer: 'new' },
      true,
    ],
    [
      'none of several referers',
      condition({ StringEquals: { 'aws:Referer': ['old', 'new'] } }),
      { referer: 'x' },
      false,
    ],
    ['a key in other letters', condition({ StringEquals: { 'AWS:REFERER': 'a' } }), { referer: 'a' }, true],
    ['a value in other letters', condition({ StringEquals: { 'aws:Referer': 'a' } }), { referer: 'A' }, false],
    ['no referer', condition({ StringEquals: { 'aws:Referer': 'a' } }), {}, false],
    [
      'a pattern',
      condition({ StringLike: { 'aws:Referer': 'https://*.example/?' } }),
      { referer: 'https://a.example/b' },
      true,
    ],
    [
      'a pattern that a dot does not stand for',
      condition({ StringLike: { 'aws:Referer': 'a.b' } }),
      { referer: 'axb' },
      false,
    ],
    [
      'two conditions, one of them false',
      condition({ StringEquals: { 'aws:Referer': 'a' }, Bool: { 'aws:SecureTransport': true } }),
      { referer: 'a' },
      false,
    ],
    ['Bool on plain http', condition({ Bool: { 'aws:SecureTransport': false } }), {}, true],
    [
      'a denial unless the referer is right',
      readers(everybodyGets, {
        ...everybodyGets,
        Effect: 'Deny',
        Condition: { StringNotEquals: { 'aws:Referer': 'a' } },
      }),
      {},
      false,
    ],
    [
      'the same with the right referer',
      readers(everybodyGets, {
        ...everybodyGets,
        Effect: 'Deny',
        Condition: { StringNotLike: { 'aws:Referer': 'a*' } },
      }),
      { referer: 'ab' },
      true,
    ],
    ['a denial that comes first', readers({ ...everybodyGets, Effect: 'Deny' }, everybodyGets), {}, false],
    [
      'a principal by account',
      readers({ ...everybodyGets, Principal: { AWS: 'arn:aws:iam::111122223333:root' } }),
      {},
      false,
    ],
    [
      'a list of principals with everybody in it',
      readers({ ...everybodyGets, Principal: { AWS: ['arn:aws:iam::111122223333:root', '*'] } }),
      {},
      true,
    ],
    [
      'a denial to a role',
      readers(everybodyGets, {
        ...everybodyGets,
        Effect: 'Deny',
        Principal: { AWS: 'arn:aws:iam::111122223333:role/cleaner' },
      }),
      {},
      true,
    ],
    ['a service', readers({ ...everybodyGets, Principal: { Service: 'cloudfront.amazonaws.com' } }), {}, false],
    ['another prefix', readers({ ...everybodyGets, Resource: 'arn:aws:s3:::derivatives/400x400/*' }), {}, false],
    [
      'several actions, in other letters',
      readers({ ...everybodyGets, Action: ['s3:listbucket', 'S3:getobject'] }),
      {},
      true,
    ],
    ['another bucket', readers({ ...everybodyGets, Resource: 'arn:aws:s3:::originals/*' }), {}, false],
    ['one statement that is no list', { Statement: everybodyGets }, {}, true],
    ['no statement', readers(), {}, false],
  ])('decides %s', (_, policy, call, allowed) => {
    expect(ask(policy, call)).toBe(allowed);
  });

  it.each([
    [
      'an operator',
      { IpAddress: { 'aws:SourceIp': '127.0.0.1' } },
      'Policy: PolicyDocument.Statement.0.Condition.IpAddress is not emulated',
    ],
    [
      'a condition key',
      { StringEquals: { 'aws:UserAgent': 'x' } },
      'Condition.StringEquals.aws:UserAgent is not emulated',
    ],
  ])('names %s that it does not know', (_, tests, message) => {
    expect(() => ask(condition(tests))).toThrow(message);
  });

  it.each(['NotPrincipal', 'NotAction', 'NotResource'])('names %s, which it does not know', (field) => {
    expect(() => ask(readers({ ...everybodyGets, [field]: '*' }))).toThrow(`Statement.0.${field} is not emulated`);
  });
});
