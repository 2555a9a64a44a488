import { expect, test } from 'vitest';
import { monitoringSettings } from '../../infra/constructs/monitoring-settings.ts';
import { checkEnvironments, type Environment, environments } from '../../infra/environments.ts';
import { config } from '../../src/config.ts';
import { onlyOf, plainStaging, resourcesOf, type Tree, templateOf } from './synthesized.ts';

const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/example';

test('Block Public Access stays on only where the addresses of CloudFront are known', () => {
  expect(checkEnvironments([{ ...plainStaging, blockPublicAccess: true }])).toEqual([
    expect.stringMatching(/^environments\.staging\.blockPublicAccess is true, expected ranges .*make edge-addresses/),
  ]);
});

test('originals are private, versioned, by TLS only, and outlive the stack', () => {
  const template = templateOf();
  const bucket = onlyOf(template, 'AWS::S3::Bucket', 'Originals');
  expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  });
  expect(bucket.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  expect(bucket.DeletionPolicy).toBe('RetainExceptOnCreate');
  const [statement] = onlyOf(template, 'AWS::S3::BucketPolicy', 'Originals').Properties.PolicyDocument.Statement;
  expect(statement).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
});

test('no rule expires a current original, except those of tests; what was deleted is gone after thirty days', () => {
  const rules: Tree[] = onlyOf(templateOf(), 'AWS::S3::Bucket', 'Originals').Properties.LifecycleConfiguration.Rules;
  const expiring = rules.filter((rule) => rule.ExpirationInDays !== undefined || rule.ExpirationDate !== undefined);
  expect(expiring).toEqual([
    expect.objectContaining({
      Prefix: 'loadtest/',
      ExpirationInDays: 1,
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    }),
  ]);
  expect(rules.find((rule) => rule.Prefix === undefined)).toMatchObject({
    NoncurrentVersionExpiration: { NoncurrentDays: 30 },
    ExpiredObjectDeleteMarker: true,
  });
});

test('the deploy workflow of one repository and one GitHub environment may deploy, without a key', () => {
  const template = templateOf({ github: { repository: 'owner/images', createProvider: true } });
  expect(resourcesOf(template, 'AWS::IAM::OIDCProvider')).toHaveLength(1);
  const role = onlyOf(template, 'AWS::IAM::Role', 'DeployRole');
  const [statement] = role.Properties.AssumeRolePolicyDocument.Statement;
  expect(statement.Condition).toEqual({
    StringEquals: {
      'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
      'token.actions.githubusercontent.com:sub': 'repo:owner/images:environment:staging',
    },
  });
  // What `make smoke` does with the derivatives of its images.
  const { id: derivatives } = onlyOf(template, 'AWS::S3::Bucket', 'Derivatives');
  const policies: Tree[] = resourcesOf(template, 'AWS::IAM::Policy').map(({ Properties }) => Properties);
  const statements: Tree[] = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const own = statements.filter((one) => JSON.stringify(one.Resource).includes(derivatives));
  expect(own.flatMap(({ Action }) => Action)).toEqual(
    expect.arrayContaining(['s3:DeleteObject', 's3:GetBucketPolicyStatus', 's3:ListBucket', 's3:ListBucketVersions']),
  );
  const second = templateOf({ github: { repository: 'owner/images', createProvider: false } });
  expect(resourcesOf(second, 'AWS::IAM::OIDCProvider')).toEqual([]);
  expect(resourcesOf(templateOf(), 'AWS::IAM::Role').map(({ id }) => id)).not.toContain(role.id);
});

test('an existing bucket is read where it is, and the stack makes no other', () => {
  const template = templateOf({ existingOriginals: { bucketName: 'uploads-of-ours', region: 'eu-central-1' } });
  expect(resourcesOf(template, 'AWS::S3::Bucket').map(({ id }) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
    'AccessLogsBucket',
    'DerivativesBucket',
  ]);
  const { Variables } = onlyOf(template, 'AWS::Lambda::Function').Properties.Environment;
  expect(Variables).toMatchObject({ ORIGINALS_BUCKET: 'uploads-of-ours', ORIGINALS_REGION: 'eu-central-1' });
  expect(template.Outputs.UploadBucket.Value).toBe('uploads-of-ours');
});

test('an existing bucket of our region needs no region, and one without KMS no key', () => {
  const template = templateOf({ existingOriginals: { bucketName: 'uploads-of-ours', region: 'us-east-1' } });
  expect(onlyOf(template, 'AWS::Lambda::Function').Properties.Environment.Variables.ORIGINALS_REGION).toBeUndefined();
  expect(JSON.stringify(template)).not.toContain('kms:');
});

test('the role may decrypt with the key of an existing bucket', () => {
  const encryptionKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/example';
  const template = templateOf({ existingOriginals: { bucketName: 'uploads-of-ours', encryptionKeyArn } });
  const statements: Tree[] = onlyOf(template, 'AWS::IAM::Role').Properties.Policies[0].PolicyDocument.Statement;
  expect(statements).toContainEqual({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: encryptionKeyArn });
});

test('a domain of our own is what viewers use, by TLS 1.2 at least', () => {
  const template = templateOf({ domain: { name: 'img.example.com', certificateArn } });
  const { DistributionConfig } = onlyOf(template, 'AWS::CloudFront::Distribution').Properties;
  expect(DistributionConfig).toMatchObject({
    Aliases: ['img.example.com'],
    ViewerCertificate: { AcmCertificateArn: certificateArn, MinimumProtocolVersion: 'TLSv1.2_2021' },
  });
  expect(template.Outputs.ApiUrl.Value).toBe('https://img.example.com/resize');
});

test('a rate rule blocks at CloudFront', () => {
  const template = templateOf({ rateRule: { requestsPerFiveMinutes: 2000 } });
  const acl = onlyOf(template, 'AWS::WAFv2::WebACL');
  expect(acl.Properties).toMatchObject({ Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} } });
  expect(acl.Properties.Rules[0]).toMatchObject({
    Action: { Block: {} },
    Statement: { RateBasedStatement: { Limit: 2000, EvaluationWindowSec: 300, AggregateKeyType: 'IP' } },
  });
  const { DistributionConfig } = onlyOf(template, 'AWS::CloudFront::Distribution').Properties;
  expect(DistributionConfig.WebACLId).toEqual({ 'Fn::GetAtt': [acl.id, 'Arn'] });
});

test('a budget mails on the forecast and on what was spent', () => {
  const template = templateOf({ budget: { monthlyDollars: 50, email: 'oncall@example.com' } });
  const { Budget, NotificationsWithSubscribers } = onlyOf(template, 'AWS::Budgets::Budget').Properties;
  expect(Budget.BudgetLimit).toEqual({ Amount: 50, Unit: 'USD' });
  expect(
    NotificationsWithSubscribers.map(({ Notification }: Tree) => [
      Notification.NotificationType,
      Notification.Threshold,
      Notification.ThresholdType,
    ]),
  ).toEqual([
    ['FORECASTED', 100, 'PERCENTAGE'],
    ['ACTUAL', 80, 'PERCENTAGE'],
  ]);
  for (const { Subscribers } of NotificationsWithSubscribers) {
    expect(Subscribers).toEqual([{ SubscriptionType: 'EMAIL', Address: 'oncall@example.com' }]);
  }
});

test('options that cost money or need something of the account are off until they are written', () => {
  const template = templateOf();
  for (const type of ['AWS::WAFv2::WebACL', 'AWS::Budgets::Budget']) expect(resourcesOf(template, type)).toEqual([]);
});

test('two environments live side by side: no name is the same in both', () => {
  const names = (template: Tree): string[] =>
    JSON.stringify(template)
      .match(/"(?:[A-Za-z]*Name|Name)":"[^"]+"/g)
      ?.filter((name) => /BucketName|FunctionName|LogGroupName|RoleName|"Name":|TableName|PolicyName/.test(name)) ?? [];
  const shared = names(templateOf({ stage: 'staging' })).filter((name) =>
    names(templateOf({ stage: 'prod' })).includes(name),
  );
  // The alias and the policy within the role are named within what they belong to.
  expect(new Set(shared)).toEqual(new Set(['"Name":"live"', '"PolicyName":"Resize"']));
});

test('the environments that ship name no account, address or domain of anybody', () => {
  expect(environments.map(({ stage }) => stage)).toEqual(['staging', 'prod']);
  const own = environments.map(({ account: _, ...rest }) => rest);
  expect(JSON.stringify(own)).not.toMatch(/@|\d{12}|arn:/);
  for (const { account } of environments) expect(account).toBe('111122223333');
});

test('no part of the stack waits for itself, with every option on and fifty presets', () => {
  const all: Environment = {
    ...plainStaging,
    secretGeneration: 2,
    existingOriginals: { bucketName: 'uploads-of-ours', region: 'eu-central-1' },
    domain: { name: 'img.example.com', certificateArn },
    rateRule: { requestsPerFiveMinutes: 2000 },
    budget: { monthlyDollars: 50, email: 'oncall@example.com' },
  };
  const presets = Object.fromEntries(
    [...Array(25)].map((_, i) => [`${i + 1}x`, { width: i + 1, fit: 'inside', formats: ['webp'] } as const]),
  );
  // Reading a template of the stack throws on a cycle.
  const template = templateOf(all, { ...config, presets });
  expect(resourcesOf(template, 'AWS::CloudFront::Distribution')).toHaveLength(1);
  // CloudFormation takes a million bytes.
  expect(JSON.stringify(template).length).toBeLessThan(500_000);
});

test('people are told where things are', () => {
  expect(Object.keys(templateOf().Outputs)).toEqual([
    'ImageUrl',
    'UploadBucket',
    'ApiUrl',
    'ApiOwnUrl',
    'WebsiteUrl',
    'DerivativesBucket',
    'FunctionName',
    'AliasName',
    'DistributionId',
    'PurgeState',
    'DistributionDomain',
  ]);
});

test('only intrinsics that the local chain executes are used', () => {
  const template = templateOf();
  const used = JSON.stringify(template.Resources).match(/"(?:Fn::\w+|Ref)"/g) ?? [];
  expect(new Set(used)).toEqual(new Set(['"Ref"', '"Fn::GetAtt"', '"Fn::Join"', '"Fn::Select"', '"Fn::Split"']));
});

test('the environments that ship have no fault', () => {
  expect(checkEnvironments(environments)).toEqual([]);
});

test('a domain under a punycode top-level domain is a valid host', () => {
  const domain = { name: 'img.xn--e1aybc.xn--p1ai', certificateArn };
  expect(checkEnvironments([{ ...plainStaging, domain }])).toEqual([]);
});

test.each<[says: string, environment: Partial<Environment>]>([
  ['secretGeneration is 0, expected', { secretGeneration: 0 }],
  ['existingOriginals.bucketName is "s3://ours", expected', { existingOriginals: { bucketName: 's3://ours' } }],
  [
    'existingOriginals.encryptionKeyArn is "alias/ours", expected the ARN of a key',
    { existingOriginals: { bucketName: 'uploads-of-ours', encryptionKeyArn: 'alias/ours' } },
  ],
  [
    'domain.name is "https://img.example.com", expected',
    { domain: { name: 'https://img.example.com', certificateArn } },
  ],
  [
    'domain.certificateArn is "arn:aws:acm:eu-west-1:111122223333:certificate/x", expected a certificate in us-east-1',
    { domain: { name: 'img.example.com', certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/x' } },
  ],
  ['rateRule.requestsPerFiveMinutes is 5, expected', { rateRule: { requestsPerFiveMinutes: 5 } }],
  ['budget.monthlyDollars is 0, expected more', { budget: { monthlyDollars: 0, email: 'oncall@example.com' } }],
  ['budget.email is "oncall", expected', { budget: { monthlyDollars: 10, email: 'oncall' } }],
])('an environment whose %s is refused', (says, environment) => {
  expect(checkEnvironments([{ ...plainStaging, ...environment }])).toEqual([
    expect.stringContaining(`environments.staging.${says}`),
  ]);
});

test.each([
  ['the reserve', {}, config.capacity.staging.reservedConcurrency],
  ['the quota of a new account without one', { reserveConcurrency: false }, 10],
  ['the quota that is stated', { reserveConcurrency: false, accountConcurrency: 1000 }, 1000],
])('the alarm of concurrency is at four fifths of %s', (_, change, concurrency) => {
  const settings = monitoringSettings(config, { ...plainStaging, ...change });
  expect(settings.concurrency).toBe(concurrency);
});
