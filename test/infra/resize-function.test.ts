import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import memory from '../../infra/function-memory.json' with { type: 'json' };
import { builtCode, codeFolder } from '../../infra/lambda-code.ts';
import { readResizeEnvironment } from '../../src/adapters/environment.ts';
import { config, type ServiceConfig } from '../../src/config.ts';
import { checkConfig } from '../../src/core/check-config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { runtimeEnvironment } from '../../src/core/runtime-environment.ts';
import { onlyOf, type Tree, templateOf } from './synthesized.ts';

const template = templateOf();
const lambda = onlyOf(template, 'AWS::Lambda::Function');
const originals = onlyOf(template, 'AWS::S3::Bucket', 'Originals').id;
const derivatives = onlyOf(template, 'AWS::S3::Bucket', 'Derivatives').id;

test('the Lambda runs Node 24 on x64 with the memory that the bench chose', () => {
  expect(lambda.Properties).toMatchObject({
    Runtime: 'nodejs24.x',
    Architectures: ['x86_64'],
    Handler: 'index.handler',
    MemorySize: memory.memoryMegabytes,
  });
});

test('the memory of the function holds the process at rest and the largest resize that is accepted', () => {
  expect(checkConfig(config, memory.memoryMegabytes)).toEqual([]);
  expect(checkConfig(config, 512).some((fault) => fault.startsWith('limits.maxWorkingBytes'))).toBe(true);
});

test('each deadline is shorter than the one around it: request, Lambda, API', () => {
  const api: number = onlyOf(template, 'AWS::ApiGatewayV2::Integration').Properties.TimeoutInMillis;
  expect(config.limits.requestMilliseconds).toBeLessThan(lambda.Properties.Timeout * 1000);
  expect(lambda.Properties.Timeout).toBe(config.limits.lambdaSeconds);
  expect(lambda.Properties.Timeout * 1000).toBeLessThan(api);
  expect(api).toBe(config.limits.apiSeconds * 1000);
});

const shared = {
  ORIGINALS_BUCKET: { Ref: originals },
  DERIVATIVES_BUCKET: { Ref: derivatives },
  STAGE: 'staging',
  ...runtimeEnvironment,
};
const deployed = { ORIGINALS_BUCKET: 'originals', DERIVATIVES_BUCKET: 'derivatives' };

test('on the image host the Lambda has the secret of the edge, and knows no host of images', () => {
  const variables: Record<string, Tree> = lambda.Properties.Environment.Variables;
  const secret = { Ref: onlyOf(template, 'AWS::SecretsManager::Secret', 'ApiSecretGeneration1').id };
  expect(variables).toEqual({
    ...shared,
    ORIGIN_SECRETS: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', secret, ':SecretString:::}}']] },
  });
  const environment = { ...variables, ...deployed, ORIGIN_SECRETS: 'x'.repeat(48) };
  expect(() => readResizeEnvironment(environment)).not.toThrow();
});

test('on its own host the Lambda knows the host of the images, and how S3 writes keys', () => {
  const own = templateOf({ apiOn: 'own-host' });
  const variables: Record<string, Tree> = onlyOf(own, 'AWS::Lambda::Function').Properties.Environment.Variables;
  const distribution = onlyOf(own, 'AWS::CloudFront::Distribution').id;
  expect(variables).toEqual({
    ...shared,
    IMAGE_BASE_URL: { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [distribution, 'DomainName'] }]] },
    LOCATION_ENCODING: config.locationEncoding,
  });
  const environment = { ...variables, ...deployed, IMAGE_BASE_URL: 'https://d111.cloudfront.net' };
  expect(() => readResizeEnvironment(environment)).not.toThrow();
});

test('the role may read originals, read and write derivatives of listed presets, see what is missing, log, and no more', () => {
  const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
  const within = (id: string, path: string) => ({ 'Fn::Join': ['', [arn(id), path]] });
  const role = onlyOf(template, 'AWS::IAM::Role').Properties;
  expect(role.ManagedPolicyArns).toBeUndefined();
  expect(role.Policies).toHaveLength(1);
  const statements: Tree[] = role.Policies[0].PolicyDocument.Statement;
  expect(new Set(statements.map(({ Effect }) => Effect))).toEqual(new Set(['Allow']));
  expect(statements.map(({ Action, Resource }) => ({ Action, Resource }))).toEqual([
    { Action: 's3:GetObject', Resource: within(originals, '/*') },
    { Action: 's3:ListBucket', Resource: expect.arrayContaining([arn(originals), arn(derivatives)]) },
    {
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: expect.arrayContaining(
        [...allowedPresets(config.presets).keys()].map((name) => within(derivatives, `/${name}/*`)),
      ),
    },
    {
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: arn(onlyOf(template, 'AWS::Logs::LogGroup', 'ResizeLog').id),
    },
  ]);
  const counts = statements.map(({ Resource }) => [Resource].flat().length);
  expect(counts).toEqual([1, 2, allowedPresets(config.presets).size, 1]);
});

test('a role for fifty presets fits the 10,240 characters that IAM allows', () => {
  const presets: ServiceConfig['presets'] = Object.fromEntries(
    [...Array(25)].map((_, i) => [
      `${1000 + i}x1000`,
      { width: 1000 + i, height: 1000, fit: 'cover', formats: ['webp'] } as const,
    ]),
  );
  const { Policies } = onlyOf(templateOf({}, { ...config, presets }), 'AWS::IAM::Role').Properties;
  // IAM does not count white space; the longest bucket name has 63 characters.
  const longest = JSON.stringify(Policies[0].PolicyDocument).replaceAll(
    JSON.stringify({ 'Fn::GetAtt': [derivatives, 'Arn'] }),
    JSON.stringify(`arn:aws:s3:::${'b'.repeat(63)}`),
  );
  expect(longest.match(/b{63}/g)).toHaveLength(51);
  expect(longest.length).toBeLessThan(10_240);
});

test('the API calls the alias, and versions stay for a roll-back', () => {
  const alias = onlyOf(template, 'AWS::Lambda::Alias');
  expect(alias.Properties.Name).toBe('live');
  expect(onlyOf(template, 'AWS::ApiGatewayV2::Integration').Properties.IntegrationUri).toEqual({ Ref: alias.id });
  expect(onlyOf(template, 'AWS::Lambda::Permission').Properties.FunctionName).toEqual({ Ref: alias.id });
  expect(onlyOf(template, 'AWS::Lambda::Version').DeletionPolicy).toBe('Retain');
});

test('concurrency is reserved, unless the account has none to give', () => {
  expect(lambda.Properties.ReservedConcurrentExecutions).toBe(config.capacity.staging.reservedConcurrency);
  const shared = onlyOf(templateOf({ reserveConcurrency: false }), 'AWS::Lambda::Function');
  expect(shared.Properties.ReservedConcurrentExecutions).toBeUndefined();
});

test('logs are JSON and kept as long as the config says', () => {
  const log = onlyOf(template, 'AWS::Logs::LogGroup', 'ResizeLog');
  expect(lambda.Properties.LoggingConfig).toEqual({
    LogFormat: 'JSON',
    LogGroup: { Ref: log.id },
    // The lines of healthy requests, and the reports that say what a run took.
    ApplicationLogLevel: 'INFO',
    SystemLogLevel: 'INFO',
  });
  expect(log.Properties.RetentionInDays).toBe(config.logs.retentionDays);
});

test('one line makes it arm64', () => {
  expect(onlyOf(templateOf({ architecture: 'arm64' }), 'AWS::Lambda::Function').Properties.Architectures).toEqual([
    'arm64',
  ]);
});

const stage = onlyOf(template, 'AWS::ApiGatewayV2::Stage').Properties;

test('the API has one route for every method, on the default stage, which adds nothing to the path', () => {
  expect(onlyOf(template, 'AWS::ApiGatewayV2::Route').Properties.RouteKey).toBe('ANY /resize');
  expect(stage).toMatchObject({ StageName: '$default', AutoDeploy: true });
  expect(onlyOf(template, 'AWS::ApiGatewayV2::Integration').Properties).toMatchObject({
    IntegrationType: 'AWS_PROXY',
    PayloadFormatVersion: '2.0',
  });
});

test.each(['staging', 'prod'] as const)('the throttle of %s is what the config says', (name) => {
  const settings = onlyOf(templateOf({ stage: name }), 'AWS::ApiGatewayV2::Stage').Properties.DefaultRouteSettings;
  const { apiRate, apiBurst } = config.capacity[name];
  expect(settings).toEqual({ ThrottlingRateLimit: apiRate, ThrottlingBurstLimit: apiBurst });
});

test('CORS is the business of the Lambda, whose headers an API with CORS of its own would discard', () => {
  const { Properties } = onlyOf(template, 'AWS::ApiGatewayV2::Api');
  expect(Properties.ProtocolType).toBe('HTTP');
  expect(Properties.CorsConfiguration).toBeUndefined();
});

test('every request is one line of JSON in a log that ends', () => {
  const log = onlyOf(template, 'AWS::Logs::LogGroup', 'ResizeApi');
  expect(stage.AccessLogSettings.DestinationArn).toEqual({ 'Fn::GetAtt': [log.id, 'Arn'] });
  const fields: Record<string, string> = JSON.parse(stage.AccessLogSettings.Format);
  for (const field of Object.values(fields)) expect(field).toMatch(/^\$context\.[A-Za-z.]+$/);
  expect(fields).toMatchObject({ status: '$context.status', requestId: '$context.requestId' });
  expect(log.Properties.RetentionInDays).toBe(config.logs.retentionDays);
});

test('the Lambda lets itself be called by this route of this API only', () => {
  const permission: Tree = onlyOf(template, 'AWS::Lambda::Permission').Properties;
  expect(permission).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
  expect(JSON.stringify(permission.SourceArn)).toContain(onlyOf(template, 'AWS::ApiGatewayV2::Api').id);
  expect(JSON.stringify(permission.SourceArn)).toContain('/resize"');
});

describe('the code of the function', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lambda-code-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('a folder that was not built is refused with the command that builds it', () => {
    expect(() => builtCode('x64', folder)).toThrow(/code is not in .*: run "make synth"/);
  });

  test('a folder for the other processor is refused', () => {
    writeFileSync(join(folder, 'index.mjs'), '');
    mkdirSync(join(folder, 'node_modules/@img/sharp-linux-x64'), { recursive: true });
    expect(() => builtCode('x64', folder)).not.toThrow();
    expect(() => builtCode('arm64', folder)).toThrow('built for another processor than arm64');
  });

  test('each processor has a folder of its own', () => {
    expect(codeFolder('x64')).toMatch(/dist\/resize$/);
    expect(codeFolder('arm64')).toMatch(/dist\/resize-arm64$/);
  });
});
