import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lintChain, rows } from '../../infra/lint/lint-chain.ts';
import { onlyOf, type Tree, templateOf } from './synthesized.ts';

const shipped: Tree = templateOf();
const ownHost: Tree = templateOf({ apiOn: 'own-host' });
const idOf = (type: string, prefix = '') => onlyOf(shipped, type, prefix).id;
const ids = {
  website: idOf('AWS::S3::Bucket', 'Derivatives'),
  websitePolicy: idOf('AWS::S3::BucketPolicy', 'Derivatives'),
  originals: idOf('AWS::S3::Bucket', 'Originals'),
  logs: idOf('AWS::S3::Bucket', 'AccessLogs'),
  distribution: idOf('AWS::CloudFront::Distribution'),
  cachePolicy: idOf('AWS::CloudFront::CachePolicy', 'EdgeCachePolicy'),
  resizePolicy: idOf('AWS::CloudFront::CachePolicy', 'EdgeResizeCachePolicy'),
  headersPolicy: idOf('AWS::CloudFront::ResponseHeadersPolicy'),
  edgeFunction: idOf('AWS::CloudFront::Function', 'EdgeFunctionsResponse'),
  api: idOf('AWS::ApiGatewayV2::Api'),
  route: idOf('AWS::ApiGatewayV2::Route'),
  lambda: idOf('AWS::Lambda::Function'),
  role: idOf('AWS::IAM::Role'),
};

const properties = (template: Tree, id: string): Tree => template.Resources[id].Properties;
const firstRule = (t: Tree): Tree => properties(t, ids.website).WebsiteConfiguration.RoutingRules[0];
const edge = (t: Tree): Tree => properties(t, ids.distribution).DistributionConfig;
const cache = (t: Tree): Tree => properties(t, ids.cachePolicy).CachePolicyConfig;
const resizeCache = (t: Tree): Tree => properties(t, ids.resizePolicy).CachePolicyConfig;
const originTo = (t: Tree, protocol: 'http-only' | 'https-only'): Tree =>
  edge(t).Origins.find(({ CustomOriginConfig }: Tree) => CustomOriginConfig.OriginProtocolPolicy === protocol);
const edgeCode = (t: Tree, change: (code: string) => string) => {
  const function_ = properties(t, ids.edgeFunction);
  function_.FunctionCode = change(function_.FunctionCode);
};
const query = (t: Tree): Tree => resizeCache(t).ParametersInCacheKeyAndForwardedToOrigin;
const variables = (t: Tree): Tree => properties(t, ids.lambda).Environment.Variables;

interface Broken {
  readonly row: string;
  readonly how: string;
  /** What is broken is the template of this mode. Default: the shipped one. */
  readonly apiOn?: 'own-host';
  /** Changes the template in this one point. */
  readonly change: (template: Tree) => void;
  readonly resource: string;
}

const broken: readonly Broken[] = [
  {
    row: 'L1',
    how: 'a default of one day',
    change: (t) => Object.assign(cache(t), { DefaultTTL: 86_400 }),
    resource: ids.cachePolicy,
  },
  {
    row: 'L1',
    how: 'a default that is left out, which is a day',
    change: (t) => delete cache(t).DefaultTTL,
    resource: ids.cachePolicy,
  },
  {
    row: 'L1',
    how: 'times on the behaviour itself, as in old templates',
    change: (t) => {
      delete edge(t).DefaultCacheBehavior.CachePolicyId;
      edge(t).DefaultCacheBehavior.ForwardedValues = { QueryString: false };
    },
    resource: ids.distribution,
  },
  {
    row: 'L1',
    how: 'a cache policy that nobody can see',
    change: (t) =>
      Object.assign(edge(t).DefaultCacheBehavior, { CachePolicyId: '11111111-2222-3333-4444-555555555555' }),
    resource: ids.distribution,
  },
  {
    row: 'L1-code',
    how: 'a rule without a code, which is 301',
    change: (t) => delete firstRule(t).RedirectRule.HttpRedirectCode,
    resource: ids.website,
  },
  {
    row: 'L2',
    how: 'a minimum of one second',
    change: (t) => Object.assign(cache(t), { MinTTL: 1 }),
    resource: ids.cachePolicy,
  },
  {
    row: 'L3',
    how: 'a response headers policy with Cache-Control',
    change: (t) =>
      Object.assign(properties(t, ids.headersPolicy).ResponseHeadersPolicyConfig, {
        CustomHeadersConfig: { Items: [{ Header: 'Cache-Control', Value: 'max-age=60', Override: true }] },
      }),
    resource: ids.headersPolicy,
  },
  {
    row: 'L3',
    how: 'a function on viewer responses that sets Cache-Control',
    change: (t) =>
      edgeCode(t, (code) =>
        code.replace('if (location) {', "if (location) { headers['cache-control'] = { value: 'max-age=60' };"),
      ),
    resource: ids.edgeFunction,
  },
  {
    row: 'L5',
    how: 'a default of a minute for the API',
    change: (t) => Object.assign(resizeCache(t), { DefaultTTL: 60 }),
    resource: ids.resizePolicy,
  },
  {
    row: 'L5',
    how: 'a minimum of a second for the API',
    change: (t) => Object.assign(resizeCache(t), { MinTTL: 1, DefaultTTL: 1 }),
    resource: ids.resizePolicy,
  },
  {
    row: 'W2',
    how: 'the API without the query in the cache key',
    change: (t) => {
      query(t).QueryStringsConfig = { QueryStringBehavior: 'none' };
      edge(t).CacheBehaviors[0].OriginRequestPolicyId = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
    },
    resource: ids.resizePolicy,
  },
  {
    row: 'E12',
    how: 'the API without any query',
    change: (t) => {
      query(t).QueryStringsConfig = { QueryStringBehavior: 'none' };
      Object.assign(resizeCache(t), { MaxTTL: 0 });
    },
    resource: ids.distribution,
  },
  {
    row: 'E12',
    how: "the viewer's Host sent to the API",
    change: (t) => {
      edge(t).CacheBehaviors[0].OriginRequestPolicyId = '216adef6-5c7f-47e4-b989-5492eafa07d3';
    },
    resource: ids.distribution,
  },
  {
    row: 'L17',
    how: "a function that leads the API's redirect to the API again",
    change: (t) => edgeCode(t, (code) => code.replace('if (status === 307) return true;', 'return true;')),
    resource: ids.edgeFunction,
  },
  {
    row: 'L18',
    how: 'a function that leads to a path of the website',
    change: (t) => edgeCode(t, (code) => code.replace('"/resize"', '"/resizer"')),
    resource: ids.edgeFunction,
  },
  {
    row: 'L18',
    how: 'a function that fails on every redirect',
    change: (t) => edgeCode(t, (code) => code.replace('resizeLocation(event', 'resizeTo(event')),
    resource: ids.edgeFunction,
  },
  {
    row: 'E13',
    how: 'a secret that the Lambda does not know',
    change: (t) => Object.assign(originTo(t, 'https-only').OriginCustomHeaders[0], { HeaderValue: 'another' }),
    resource: ids.lambda,
  },
  {
    row: 'E13',
    how: 'no behaviour for the API',
    change: (t) => {
      delete edge(t).CacheBehaviors;
      edgeCode(t, (code) => code.replace('"/resize"', '""'));
    },
    resource: ids.lambda,
  },
  {
    row: 'E13',
    how: "redirects that stay S3's",
    change: (t) => edgeCode(t, (code) => code.replace('"/resize"', '""')),
    resource: ids.lambda,
  },
  {
    row: 'L5-stage',
    how: 'a REST stage with a cache',
    change: (t) =>
      Object.assign(t.Resources, {
        RestStage: { Type: 'AWS::ApiGateway::Stage', Properties: { CacheClusterEnabled: true } },
      }),
    resource: 'RestStage',
  },
  {
    row: 'L7',
    how: 'derivatives stored in another bucket',
    change: (t) => Object.assign(variables(t), { DERIVATIVES_BUCKET: { Ref: ids.originals } }),
    resource: ids.lambda,
  },
  {
    row: 'L7-path',
    how: 'an origin path before each key',
    change: (t) => Object.assign(originTo(t, 'http-only'), { OriginPath: '/derivatives' }),
    resource: ids.distribution,
  },
  {
    row: 'L8',
    how: "the website's own address told to the Lambda",
    change: (t) => Object.assign(variables(t), { IMAGE_BASE_URL: { 'Fn::GetAtt': [ids.website, 'WebsiteURL'] } }),
    resource: ids.lambda,
  },
  {
    row: 'L8',
    how: "the API's address told to the Lambda",
    change: (t) => Object.assign(variables(t), { IMAGE_BASE_URL: { 'Fn::GetAtt': [ids.api, 'ApiEndpoint'] } }),
    resource: ids.lambda,
  },
  {
    row: 'L8',
    how: 'plain http',
    change: (t) =>
      Object.assign(variables(t), {
        IMAGE_BASE_URL: { 'Fn::Sub': `http://\${${ids.distribution}.DomainName}` },
      }),
    resource: ids.lambda,
  },
  {
    row: 'L8',
    apiOn: 'own-host',
    how: 'a host that is none of ours',
    change: (t) => Object.assign(variables(t), { IMAGE_BASE_URL: 'https://img.example.com' }),
    resource: ids.lambda,
  },
  {
    row: 'L8-rule',
    how: 'a rule without a host',
    change: (t) => delete firstRule(t).RedirectRule.HostName,
    resource: ids.website,
  },
  {
    row: 'L8-rule',
    apiOn: 'own-host',
    how: 'a rule that leads to the distribution',
    change: (t) =>
      Object.assign(firstRule(t).RedirectRule, { HostName: { 'Fn::GetAtt': [ids.distribution, 'DomainName'] } }),
    resource: ids.website,
  },
  {
    row: 'L8-rule',
    how: 'a website that redirects everything',
    change: (t) =>
      Object.assign(properties(t, ids.website).WebsiteConfiguration, {
        RedirectAllRequestsTo: { HostName: 'www.example.com' },
      }),
    resource: ids.website,
  },
  {
    row: 'L9',
    how: 'a rule on 403',
    change: (t) => Object.assign(firstRule(t).RoutingRuleCondition, { HttpErrorCodeReturnedEquals: '403' }),
    resource: ids.website,
  },
  {
    row: 'L9',
    how: 'a rule by prefix alone',
    change: (t) => delete firstRule(t).RoutingRuleCondition.HttpErrorCodeReturnedEquals,
    resource: ids.website,
  },
  {
    row: 'L10',
    how: 'the API as the fallback of an origin group',
    change: (t) => {
      const website = originTo(t, 'http-only').Id;
      const api = originTo(t, 'https-only').Id;
      edge(t).OriginGroups = {
        Quantity: 1,
        Items: [{ Id: 'group', Members: { Quantity: 2, Items: [{ OriginId: website }, { OriginId: api }] } }],
      };
      edge(t).DefaultCacheBehavior.TargetOriginId = 'group';
    },
    resource: ids.distribution,
  },
  {
    row: 'L14',
    how: 'an event on everything that is stored',
    change: (t) =>
      Object.assign(properties(t, ids.website), {
        NotificationConfiguration: {
          LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: { 'Fn::GetAtt': [ids.lambda, 'Arn'] } }],
        },
      }),
    resource: ids.website,
  },
  {
    row: 'W7-document',
    how: 'an error document',
    change: (t) => Object.assign(properties(t, ids.website).WebsiteConfiguration, { ErrorDocument: 'error.html' }),
    resource: ids.website,
  },
  {
    row: 'W7-response',
    how: 'a 404 that becomes a 200',
    change: (t) =>
      Object.assign(edge(t).CustomErrorResponses[1], { ResponseCode: 200, ResponsePagePath: '/index.html' }),
    resource: ids.distribution,
  },
  {
    row: 'E1',
    how: 'a secret that the bucket does not know',
    change: (t) => Object.assign(originTo(t, 'http-only').OriginCustomHeaders[0], { HeaderValue: 'another' }),
    resource: ids.websitePolicy,
  },
  {
    row: 'W1-accept',
    how: 'Accept in the cache key',
    change: (t) =>
      Object.assign(cache(t).ParametersInCacheKeyAndForwardedToOrigin, {
        HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept'] },
      }),
    resource: ids.cachePolicy,
  },
  {
    row: 'E2',
    how: 'https to the website',
    change: (t) => Object.assign(originTo(t, 'http-only').CustomOriginConfig, { OriginProtocolPolicy: 'https-only' }),
    resource: ids.distribution,
  },
  {
    row: 'E3',
    how: "the viewer's Host sent on",
    change: (t) => {
      t.Resources.SendsHost = {
        Type: 'AWS::CloudFront::OriginRequestPolicy',
        Properties: {
          OriginRequestPolicyConfig: {
            HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Host'] },
            QueryStringsConfig: { QueryStringBehavior: 'none' },
          },
        },
      };
      edge(t).DefaultCacheBehavior.OriginRequestPolicyId = { Ref: 'SendsHost' };
    },
    resource: ids.distribution,
  },
  {
    row: 'E4',
    how: 'the bucket in place of its website',
    change: (t) => {
      originTo(t, 'http-only').DomainName = { 'Fn::GetAtt': [ids.website, 'RegionalDomainName'] };
      originTo(t, 'http-only').S3OriginConfig = {};
      delete originTo(t, 'http-only').CustomOriginConfig;
    },
    resource: ids.distribution,
  },
  {
    row: 'E5',
    how: 'a route for GET only',
    change: (t) => Object.assign(properties(t, ids.route), { RouteKey: 'GET /resize' }),
    resource: ids.website,
  },
  {
    row: 'E9',
    how: 'query strings sent on without being in the cache key',
    change: (t) =>
      Object.assign(edge(t).DefaultCacheBehavior, { OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac' }),
    resource: ids.distribution,
  },
  {
    row: 'W4',
    how: 'query strings in the cache key',
    change: (t) =>
      Object.assign(cache(t).ParametersInCacheKeyAndForwardedToOrigin, {
        QueryStringsConfig: { QueryStringBehavior: 'all' },
      }),
    resource: ids.cachePolicy,
  },
  {
    row: 'E10',
    how: 'a stage in the path that the API does not have',
    change: (t) => Object.assign(firstRule(t).RedirectRule, { ReplaceKeyPrefixWith: 'prod/resize?key=48x48/' }),
    resource: ids.website,
  },
  {
    row: 'E11',
    how: 'a rule without a protocol',
    change: (t) => delete firstRule(t).RedirectRule.Protocol,
    resource: ids.website,
  },
  {
    row: 'R1',
    how: 'a role that may not list',
    change: (t) => {
      const document = properties(t, ids.role).Policies[0].PolicyDocument;
      document.Statement = document.Statement.filter((statement: Tree) => statement.Action !== 's3:ListBucket');
    },
    resource: ids.lambda,
  },
  {
    row: 'R2',
    how: 'a lifecycle rule that expires originals',
    change: (t) =>
      properties(t, ids.originals).LifecycleConfiguration.Rules.push({ Status: 'Enabled', ExpirationInDays: 90 }),
    resource: ids.originals,
  },
];

test('the shipped template has none of the known loops and dead ends, in either environment and mode', () => {
  expect(lintChain(shipped)).toEqual([]);
  expect(lintChain(ownHost)).toEqual([]);
  expect(lintChain(templateOf({ stage: 'prod', secretGeneration: 2 }))).toEqual([]);
});

test('options leave the chain whole', () => {
  const domain = { name: 'img.example.com', certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/example' };
  const existingOriginals = { bucketName: 'uploads-of-ours', region: 'eu-central-1' };
  expect(lintChain(templateOf({ domain, existingOriginals, rateRule: { requestsPerFiveMinutes: 2000 } }))).toEqual([]);
});

test.each(broken)('$row refuses $how, and nothing else does', ({ row, apiOn, change, resource }) => {
  const template = structuredClone(apiOn ? ownHost : shipped);
  change(template);
  const findings = lintChain(template);
  expect(findings.map((finding) => finding.row)).toEqual(expect.arrayContaining([row]));
  expect(new Set(findings.map((finding) => finding.row))).toEqual(new Set([row]));
  expect(findings[0]?.resource).toBe(resource);
});

test('every row has a template that breaks it', () => {
  expect(new Set(broken.map(({ row }) => row))).toEqual(new Set(rows.map(({ id }) => id)));
});

const sample = join(import.meta.dirname, 'fixtures/resize-on-the-fly-sample.json');

test('the sample that taught this chain to many is refused, for what its users reported', () => {
  const findings = lintChain(JSON.parse(readFileSync(sample, 'utf8')));
  expect(findings.map(({ row, resource }) => `${row} ${resource}`)).toEqual([
    // Its routing rule is right; what follows is not.
    'L1 Cdn',
    'L8 ResizeFunction',
    'R1 ResizeFunction',
  ]);
});

test('a template without a website is refused, not passed', () => {
  expect(() => lintChain({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } })).toThrow('there is no chain to check');
  expect(() => lintChain([])).toThrow('no CloudFormation template');
});

test('make lint-chain prints what it found and exits with 0, 1 or 2', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lint-chain-'));
  const run = (...files: string[]) => {
    try {
      const cli = join(import.meta.dirname, '../../infra/lint/cli.ts');
      return { code: 0, output: execFileSync(process.execPath, [cli, ...files], { encoding: 'utf8', stdio: 'pipe' }) };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
      return { code: status, output: stdout + stderr };
    }
  };
  try {
    const good = join(folder, 'good.json');
    writeFileSync(good, JSON.stringify(shipped));
    expect(run(good)).toEqual({ code: 0, output: `${good}: none of the ${rows.length} known loops and dead ends.\n` });
    const bad = run(sample);
    expect(bad.code).toBe(1);
    expect(bad.output).toContain('R1 ResizeFunction ');
    const yaml = join(folder, 'template.yaml');
    writeFileSync(yaml, 'Resources:\n');
    expect(run(yaml)).toMatchObject({ code: 2, output: expect.stringContaining('is not JSON') });
    expect(run()).toMatchObject({ code: 2, output: expect.stringContaining('TEMPLATE=file.json') });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
