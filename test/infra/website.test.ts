import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { Derivatives } from '../../infra/constructs/derivatives.ts';
import { OriginSecret } from '../../infra/constructs/origin-secret.ts';
import { routingRulesFrom } from '../../infra/routing-rules.ts';
import { requestFrom } from '../../src/adapters/api-gateway.ts';
import { config } from '../../src/config.ts';
import { derivativeKey, parseImagePath } from '../../src/core/image-path.ts';
import { readKey } from '../../src/core/location-encoding.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { onlyOf, type Tree, templateOf } from './synthesized.ts';

const template = templateOf();
const bucket = onlyOf(template, 'AWS::S3::Bucket', 'Derivatives');
const rules: Tree[] = bucket.Properties.WebsiteConfiguration.RoutingRules;
const allowed = allowedPresets(config.presets);

test('the website has one rule for each preset and each of its formats, and no other', () => {
  expect(rules.map((rule) => rule.RoutingRuleCondition.KeyPrefixEquals)).toEqual(
    [...allowed.keys()].map((n) => `${n}/`),
  );
});

test('every rule turns a 404, and nothing else, into a 307 by https to the API', () => {
  const api = onlyOf(template, 'AWS::ApiGatewayV2::Api').id;
  for (const rule of rules) {
    expect(rule.RoutingRuleCondition.HttpErrorCodeReturnedEquals).toBe('404');
    expect(rule.RedirectRule).toEqual({
      HostName: { 'Fn::Join': ['', [{ Ref: api }, '.execute-api.us-east-1.amazonaws.com']] },
      HttpRedirectCode: '307',
      Protocol: 'https',
      ReplaceKeyPrefixWith: `resize?key=${rule.RoutingRuleCondition.KeyPrefixEquals}`,
    });
  }
});

test.each([...allowed.keys()])(
  'a viewer of a missing %s reaches the Lambda, which makes exactly that derivative',
  (name) => {
    const asked = `${name}/profile/ann.jpg`;
    const matching = rules.filter((rule) => asked.startsWith(rule.RoutingRuleCondition.KeyPrefixEquals));
    expect(matching).toHaveLength(1);
    const { KeyPrefixEquals } = matching[0].RoutingRuleCondition;
    const location: string = matching[0].RedirectRule.ReplaceKeyPrefixWith + asked.slice(KeyPrefixEquals.length);
    const [path, query] = [location.slice(0, location.indexOf('?')), location.slice(location.indexOf('?') + 1)];

    expect(onlyOf(template, 'AWS::ApiGatewayV2::Route').Properties.RouteKey).toBe(`ANY /${path}`);
    const { key } = requestFrom({
      rawQueryString: query,
      requestContext: { requestId: '1', http: { method: 'GET' } },
    } as Parameters<typeof requestFrom>[0]);
    const image = parseImagePath(readKey(key, 'form'), allowed);
    expect(image).toMatchObject({ preset: { name }, key: 'profile/ann.jpg' });
    expect(derivativeKey(image)).toBe(asked);
  },
);

test('more than fifty rules are refused', () => {
  const preset = { fit: 'inside', formats: ['webp', 'avif'] } as const;
  const presets = Object.fromEntries([...Array(17)].map((_, i) => [`${i + 1}x`, { width: i + 1, ...preset }]));
  expect(() => routingRulesFrom(presets)).toThrow(/51 routing rules.* 50 .*remove 1/);
  expect(() => templateOf({}, { ...config, presets })).toThrow('51 routing rules');
});

test('CloudFront sends the secret that the bucket asks for, and the template holds a reference to it only', () => {
  const secret = onlyOf(template, 'AWS::SecretsManager::Secret', 'WebsiteSecret').id;
  const reference = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: secret }, ':SecretString:::}}']] };
  const distribution = onlyOf(template, 'AWS::CloudFront::Distribution');
  expect(distribution.Properties.DistributionConfig.Origins[0].OriginCustomHeaders).toEqual([
    { HeaderName: 'Referer', HeaderValue: reference },
  ]);
  for (const statement of websiteStatements(template)) {
    expect([statement.Condition.StringEquals['aws:Referer']].flat()).toEqual([reference]);
  }
});

test('with the secret, and only with it, anybody may read derivatives and be told that one is missing', () => {
  const arn = { 'Fn::GetAtt': [bucket.id, 'Arn'] };
  const statements = websiteStatements(template);
  expect(
    statements.map(({ Action, Effect, Principal, Resource }) => ({ Action, Effect, Principal, Resource })),
  ).toEqual([
    {
      Action: 's3:GetObject',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Resource: { 'Fn::Join': ['', [arn, '/*']] },
    },
    {
      // What the purge keeps in the bucket.
      Action: 's3:GetObject',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Resource: { 'Fn::Join': ['', [arn, '/_purge/*']] },
    },
    { Action: 's3:ListBucket', Effect: 'Allow', Principal: { AWS: '*' }, Resource: arn },
  ]);
});

test('with addresses all of Block Public Access stays on, and both statements ask for one of them and for the secret', () => {
  const stack = new Stack();
  new Derivatives(stack, 'Derivatives', {
    config,
    apiHost: 'api.example.com',
    secret: new OriginSecret(stack, 'Secret', { generation: 1, origin: 'the website' }),
    addresses: ['192.0.2.0/24', '198.51.100.0/24'],
  });
  const guarded = Template.fromStack(stack).toJSON();
  expect(onlyOf(guarded, 'AWS::S3::Bucket').Properties.PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  });
  for (const { Condition } of websiteStatements(guarded).filter(({ Effect }) => Effect === 'Allow')) {
    expect(Condition.IpAddress).toEqual({ 'aws:SourceIp': ['192.0.2.0/24', '198.51.100.0/24'] });
    expect(Object.keys(Condition.StringEquals)).toEqual(['aws:Referer']);
  }
});

test('a rotated secret is accepted beside the one before it, until the next rotation', () => {
  const rotated = templateOf({ secretGeneration: 3 });
  const header = onlyOf(rotated, 'AWS::CloudFront::Distribution').Properties.DistributionConfig.Origins[0]
    .OriginCustomHeaders[0];
  const newest = onlyOf(rotated, 'AWS::SecretsManager::Secret', 'WebsiteSecretGeneration3').id;
  const before = onlyOf(rotated, 'AWS::SecretsManager::Secret', 'WebsiteSecretGeneration2').id;
  expect(JSON.stringify(header)).toContain(newest);
  for (const { Condition } of websiteStatements(rotated)) {
    const accepted: Tree[] = Condition.StringEquals['aws:Referer'];
    expect(accepted.map((value) => value['Fn::Join'][1][1].Ref)).toEqual([newest, before]);
  }
});

test('the distribution waits for the policy, so that a new secret is accepted before it is sent', () => {
  const policy = onlyOf(template, 'AWS::S3::BucketPolicy', 'Derivatives').id;
  expect(onlyOf(template, 'AWS::CloudFront::Distribution').DependsOn).toContain(policy);
});

test.each([0, 1.5, -1])('secretGeneration %d is refused', (secretGeneration) => {
  expect(() => templateOf({ secretGeneration })).toThrow(`secretGeneration is ${secretGeneration}, expected`);
});

test('derivatives expire, those of tests after a day, and can be made again when the stack goes', () => {
  const lifecycle: Tree[] = bucket.Properties.LifecycleConfiguration.Rules;
  expect(lifecycle.find((rule) => rule.Prefix === undefined)?.ExpirationInDays).toBe(
    config.cache.derivativeLifetimeDays,
  );
  for (const name of allowed.keys()) {
    expect(lifecycle).toContainEqual(
      expect.objectContaining({ Prefix: `${name}/loadtest/`, ExpirationInDays: 1, Status: 'Enabled' }),
    );
  }
  expect(bucket.DeletionPolicy).toBe('Delete');
});

test('the index document has a name that no derivative can have, so it never answers for another key', () => {
  const suffix: string = bucket.Properties.WebsiteConfiguration.IndexDocument;
  // What S3 accepts (API reference, IndexDocument).
  expect(suffix).toMatch(/^[^/]+$/);
  expect(() => parseImagePath(`200x200/a/b/${suffix}`, allowed)).toThrow('has a backslash');
});

test('only policies may make derivatives public, never an ACL', () => {
  expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  });
  expect(bucket.Properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
});

function websiteStatements(of: Tree): Tree[] {
  return onlyOf(of, 'AWS::S3::BucketPolicy', 'Derivatives').Properties.PolicyDocument.Statement;
}
