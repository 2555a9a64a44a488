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
    ['an empty index suffix', { IndexDocument: '' }, /IndexDocument is ""/],
    ['no index suffix', { ErrorDocument: 'error.html' }, /IndexDocument is missing/],
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
      ip: '127.0.0.1',
      ...call,
    });
  const condition = (tests: object) => readers({ ...everybodyGets, Condition: tests });

  it.each([
    ['no referer', condition({ StringEquals: { 'aws:Referer': 'a' } }), {}, false],
    ['a denial that comes first', readers({ ...everybodyGets, Effect: 'Deny' }, everybodyGets), {}, false],
    ['another prefix', readers({ ...everybodyGets, Resource: 'arn:aws:s3:::derivatives/400x400/*' }), {}, false],
    ['another bucket', readers({ ...everybodyGets, Resource: 'arn:aws:s3:::originals/*' }), {}, false],
    ['no statement', readers(), {}, false],
  ])('decides %s', (_, policy, call, allowed) => {
    expect(ask(policy, call)).toBe(allowed);
  });
});
