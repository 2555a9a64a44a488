import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { config } from '../../src/config.ts';
import { onlyOf, resourcesOf, templateOf } from './synthesized.ts';

const template = templateOf();
const distribution = onlyOf(template, 'AWS::CloudFront::Distribution').Properties.DistributionConfig;

test('CloudFront keeps nothing that does not say how long', () => {
  const policy = onlyOf(template, 'AWS::CloudFront::CachePolicy');
  expect(distribution.DefaultCacheBehavior.CachePolicyId).toEqual({ Ref: policy.id });
  expect(policy.Properties.CachePolicyConfig).toMatchObject({ MinTTL: 0, DefaultTTL: 0, MaxTTL: 31_536_000 });
});

test('an image is known by its path alone: no query, header or cookie reaches S3 or the cache key', () => {
  const policy = onlyOf(template, 'AWS::CloudFront::CachePolicy').Properties.CachePolicyConfig;
  expect(policy.ParametersInCacheKeyAndForwardedToOrigin).toEqual({
    CookiesConfig: { CookieBehavior: 'none' },
    HeadersConfig: { HeaderBehavior: 'none' },
    QueryStringsConfig: { QueryStringBehavior: 'none' },
    EnableAcceptEncodingBrotli: false,
    EnableAcceptEncodingGzip: false,
  });
  expect(distribution.DefaultCacheBehavior.OriginRequestPolicyId).toBeUndefined();
});

test('there is one behaviour, for https only, without compression', () => {
  expect(distribution.CacheBehaviors).toBeUndefined();
  expect(distribution.DefaultCacheBehavior).toMatchObject({
    ViewerProtocolPolicy: 'https-only',
    AllowedMethods: ['GET', 'HEAD'],
    Compress: false,
  });
  expect(distribution).toMatchObject({ HttpVersion: 'http2and3', IPV6Enabled: true });
});

test('the one origin is the website of the derivatives, by http', () => {
  const bucket = onlyOf(template, 'AWS::S3::Bucket', 'Derivatives').id;
  expect(distribution.Origins).toHaveLength(1);
  expect(distribution.Origins[0]).toMatchObject({
    DomainName: { 'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': [bucket, 'WebsiteURL'] }] }] },
    CustomOriginConfig: { OriginProtocolPolicy: 'http-only' },
  });
  expect(distribution.Origins[0].OriginPath).toBeUndefined();
});

test('each error that CloudFront keeps has its time, and none becomes another answer', () => {
  expect(distribution.CustomErrorResponses).toEqual([
    { ErrorCode: 403, ErrorCachingMinTTL: 10 },
    { ErrorCode: 404, ErrorCachingMinTTL: config.cache.notFoundSeconds },
    // The rest of what "Control how long CloudFront caches errors" says is always kept.
    ...[414, 500, 501, 502, 503, 504].map((status) => ({ ErrorCode: status, ErrorCachingMinTTL: 5 })),
  ]);
});

test('viewers get nosniff and CORS, and none of our metadata', () => {
  const { id, Properties } = onlyOf(template, 'AWS::CloudFront::ResponseHeadersPolicy');
  expect(distribution.DefaultCacheBehavior.ResponseHeadersPolicyId).toEqual({ Ref: id });
  const policy = Properties.ResponseHeadersPolicyConfig;
  expect(policy.SecurityHeadersConfig.ContentTypeOptions).toEqual({ Override: true });
  expect(policy.CorsConfig).toMatchObject({
    AccessControlAllowOrigins: { Items: ['*'] },
    AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
    AccessControlAllowCredentials: false,
    OriginOverride: true,
  });
  expect(policy.CustomHeadersConfig).toBeUndefined();
  const removed: string[] = policy.RemoveHeadersConfig.Items.map(({ Header }: { Header: string }) => Header);
  expect(removed.sort()).toEqual(['x-amz-meta-cache-tag', 'x-amz-meta-original-id', 'x-amz-meta-service-version']);
});

test('requests are logged, and CloudFront reports its hit rate', () => {
  const logs = onlyOf(template, 'AWS::S3::Bucket', 'AccessLogs');
  expect(distribution.Logging.Bucket).toEqual({ 'Fn::GetAtt': [logs.id, 'RegionalDomainName'] });
  expect(logs.Properties.LifecycleConfiguration.Rules[0].ExpirationInDays).toBe(90);
  expect(logs.DeletionPolicy).toBe('RetainExceptOnCreate');
  expect(
    onlyOf(template, 'AWS::CloudFront::MonitoringSubscription').Properties.MonitoringSubscription
      .RealtimeMetricsSubscriptionConfig,
  ).toEqual({ RealtimeMetricsSubscriptionStatus: 'Enabled' });
});

test('redirects are counted from the log group that CloudFront writes to', () => {
  const { id, Properties } = onlyOf(template, 'AWS::CloudFront::Function');
  expect(distribution.DefaultCacheBehavior.FunctionAssociations).toEqual([
    { EventType: 'viewer-response', FunctionARN: { 'Fn::GetAtt': [id, 'FunctionARN'] } },
  ]);
  const log = onlyOf(template, 'AWS::Logs::LogGroup', 'EdgeRedirects');
  expect(log.Properties.LogGroupName).toBe(`/aws/cloudfront/function/${Properties.Name}`);
  expect(log.Properties.RetentionInDays).toBe(config.logs.retentionDays);
  expect(onlyOf(template, 'AWS::Logs::MetricFilter').Properties).toMatchObject({
    LogGroupName: { Ref: log.id },
    FilterPattern: '"EdgeRedirect"',
    MetricTransformations: [
      { MetricNamespace: 'ImageResize/Edge/staging', MetricName: 'EdgeRedirects', MetricValue: '1', DefaultValue: 0 },
    ],
  });
});

test('counting redirects at the edge can be switched off', () => {
  const off = templateOf({}, { ...config, countEdgeRedirects: false });
  for (const type of ['AWS::CloudFront::Function', 'AWS::Logs::MetricFilter'])
    expect(resourcesOf(off, type)).toEqual([]);
  const behaviour = onlyOf(off, 'AWS::CloudFront::Distribution').Properties.DistributionConfig.DefaultCacheBehavior;
  expect(behaviour.FunctionAssociations).toBeUndefined();
});

const code: string = onlyOf(template, 'AWS::CloudFront::Function').Properties.FunctionCode;

/** Runs the deployed code as CloudFront does and gives back what it logged. */
function logOf(statusCode: number): { lines: string[]; returned: unknown; response: object } {
  const lines: string[] = [];
  const response = { statusCode, statusDescription: '', headers: { etag: { value: '"1"' } }, cookies: {} };
  const event = { version: '1.0', request: { method: 'GET', uri: '/200x200/a%20b.jpg' }, response };
  const returned = runInNewContext(`${code}; handler(event)`, {
    event,
    console: { log: (line: string) => lines.push(line) },
  });
  return { lines, returned, response };
}

test.each([301, 302, 303, 307, 308])('the edge function logs one line for a %d and passes it on', (status) => {
  const { lines, returned, response } = logOf(status);
  expect(lines.map((line) => JSON.parse(line))).toEqual([{ event: 'EdgeRedirect', status, uri: '/200x200/a%20b.jpg' }]);
  expect(returned).toBe(response);
});

test.each([200, 206, 304, 403, 404])('the edge function logs nothing for a %d', (status) => {
  const { lines, returned, response } = logOf(status);
  expect(lines).toEqual([]);
  expect(returned).toBe(response);
});

test('the edge function fits the 10 kB that CloudFront allows', () => {
  expect(code.length).toBeLessThan(10_000);
});
