import { runInNewContext } from 'node:vm';
import { transformSync } from 'esbuild';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { config } from '../../src/config.ts';
import { metadataNames } from '../../src/core/derivative-metadata.ts';
import { allowedPresets, negotiatedPresets } from '../../src/core/presets.ts';
import { acceptStrings } from '../fixtures/accept-strings.ts';
import { onlyOf, resourcesOf, type Tree, templateOf } from './synthesized.ts';

const template = templateOf();
const ownHost = templateOf({ apiOn: 'own-host' });
const configOf = (of: Tree) => onlyOf(of, 'AWS::CloudFront::Distribution').Properties.DistributionConfig;
const distribution = configOf(template);
const [resize] = distribution.CacheBehaviors;
const originOf = (behaviour: Tree) => distribution.Origins.find(({ Id }: Tree) => Id === behaviour.TargetOriginId);
const cachePolicyOf = (behaviour: Tree) => template.Resources[behaviour.CachePolicyId.Ref].Properties.CachePolicyConfig;
const inKey = (query: 'none' | 'all') => ({
  CookiesConfig: { CookieBehavior: 'none' },
  HeadersConfig: { HeaderBehavior: 'none' },
  QueryStringsConfig: { QueryStringBehavior: query },
  EnableAcceptEncodingBrotli: false,
  EnableAcceptEncodingGzip: false,
});

test('CloudFront keeps nothing that does not say how long', () => {
  const policy = cachePolicyOf(distribution.DefaultCacheBehavior);
  expect(policy).toMatchObject({ MinTTL: 0, DefaultTTL: 0, MaxTTL: 31_536_000 });
});

test('an image is known by its path alone: no query, header or cookie reaches S3 or the cache key', () => {
  const policy = cachePolicyOf(distribution.DefaultCacheBehavior);
  expect(policy.ParametersInCacheKeyAndForwardedToOrigin).toEqual(inKey('none'));
  expect(distribution.DefaultCacheBehavior.OriginRequestPolicyId).toBeUndefined();
});

test('an answer of the API is known by its whole query, kept only if it asks for it, and gets no header of the viewer', () => {
  expect(distribution.CacheBehaviors).toHaveLength(1);
  expect(resize.PathPattern).toBe('/resize');
  const policy = cachePolicyOf(resize);
  expect(policy).toMatchObject({ MinTTL: 0, DefaultTTL: 0, MaxTTL: 60 });
  expect(policy.ParametersInCacheKeyAndForwardedToOrigin).toEqual(inKey('all'));
  expect(resize.OriginRequestPolicyId).toBeUndefined();
});

test('both behaviours redirect http to https, without compression, with preflights and both functions', () => {
  for (const behaviour of [distribution.DefaultCacheBehavior, resize]) {
    expect(behaviour).toMatchObject({
      ViewerProtocolPolicy: 'redirect-to-https',
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
      Compress: false,
      ResponseHeadersPolicyId: distribution.DefaultCacheBehavior.ResponseHeadersPolicyId,
      FunctionAssociations: [{ EventType: 'viewer-request' }, { EventType: 'viewer-response' }],
    });
  }
  expect(distribution).toMatchObject({ HttpVersion: 'http2and3', IPV6Enabled: true });
});

test('images come from the website of the derivatives, by http', () => {
  const bucket = onlyOf(template, 'AWS::S3::Bucket', 'Derivatives').id;
  const origin = originOf(distribution.DefaultCacheBehavior);
  expect(origin).toMatchObject({
    DomainName: { 'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': [bucket, 'WebsiteURL'] }] }] },
    CustomOriginConfig: { OriginProtocolPolicy: 'http-only' },
  });
  expect(origin.OriginPath).toBeUndefined();
});

test('Origin Shield is for the website only, in its region', () => {
  const shields = (options: Parameters<typeof templateOf>[0]) =>
    configOf(templateOf(options)).Origins.map(({ OriginShield }: Tree) => OriginShield);
  expect(shields({})).toEqual([undefined, undefined]);
  expect(shields({ originShield: true })).toEqual([{ Enabled: true, OriginShieldRegion: 'us-east-1' }, undefined]);
});

test('the API is asked by https with a secret of its own, for longer than it may take', () => {
  const api = onlyOf(template, 'AWS::ApiGatewayV2::Api').id;
  const origin = originOf(resize);
  expect(JSON.stringify(origin.DomainName)).toContain(api);
  expect(origin.CustomOriginConfig).toMatchObject({
    OriginProtocolPolicy: 'https-only',
    OriginReadTimeout: config.limits.apiSeconds + 1,
  });
  const secret = onlyOf(template, 'AWS::SecretsManager::Secret', 'ApiSecret').id;
  expect(origin.OriginCustomHeaders).toEqual([
    {
      HeaderName: 'X-Origin-Verify',
      HeaderValue: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: secret }, ':SecretString:::}}']] },
    },
  ]);
});

test('while the secret of the API is rotated, CloudFront sends the new one and the Lambda accepts both', () => {
  const rotated = templateOf({ secretGeneration: 3 });
  const [newest, before] = [3, 2].map(
    (n) => onlyOf(rotated, 'AWS::SecretsManager::Secret', `ApiSecretGeneration${n}`).id,
  );
  const sent = JSON.stringify(configOf(rotated).Origins.map(({ OriginCustomHeaders }: Tree) => OriginCustomHeaders));
  expect(sent).toContain(newest);
  expect(sent).not.toContain(before);
  const accepted = onlyOf(rotated, 'AWS::Lambda::Function').Properties.Environment.Variables.ORIGIN_SECRETS;
  const separators = accepted['Fn::Join'][1].filter((part: Tree) => typeof part === 'string').join('');
  expect(accepted['Fn::Join'][1].filter(({ Ref }: Tree) => Ref).map(({ Ref }: Tree) => Ref)).toEqual([newest, before]);
  expect(separators.split(',')).toHaveLength(2);
});

test('the API on its own host is no origin, and has no secret', () => {
  expect(configOf(ownHost).Origins).toHaveLength(1);
  expect(configOf(ownHost).CacheBehaviors).toBeUndefined();
  expect(resourcesOf(ownHost, 'AWS::SecretsManager::Secret').map(({ id }) => id.slice(0, 13))).toEqual([
    'WebsiteSecret',
  ]);
});

/** Every resource that CloudFormation finishes before this one. */
function before(id: string, of: Tree, found = new Set<string>()): Set<string> {
  const { Properties = {}, DependsOn = [] } = of.Resources[id];
  const text = JSON.stringify(Properties);
  const next = Object.keys(of.Resources).filter(
    (other) =>
      text.includes(`{"Ref":"${other}"}`) ||
      text.includes(`{"Fn::GetAtt":["${other}",`) ||
      [DependsOn].flat().includes(other),
  );
  for (const other of next) {
    if (found.has(other)) continue;
    found.add(other);
    before(other, of, found);
  }
  return found;
}

test('no deploy can break a cold miss: CloudFront changes only when everything behind it accepts what it will send', () => {
  const id = onlyOf(template, 'AWS::CloudFront::Distribution').id;
  const earlier = before(id, template);
  const behind = [
    'AWS::ApiGatewayV2::Route',
    'AWS::ApiGatewayV2::Stage',
    'AWS::Lambda::Alias',
    'AWS::Lambda::Function',
    'AWS::Lambda::Permission',
    'AWS::Lambda::Version',
  ];
  for (const type of behind) expect(earlier, type).toContain(onlyOf(template, type).id);
  expect(earlier).toContain(onlyOf(template, 'AWS::S3::BucketPolicy', 'Derivatives').id);
  for (const type of behind) expect(before(onlyOf(template, type).id, template), type).not.toContain(id);
});

test('each error that CloudFront keeps has its time, and none becomes another answer', () => {
  expect(distribution.CustomErrorResponses).toEqual([
    { ErrorCode: 403, ErrorCachingMinTTL: 10 },
    { ErrorCode: 404, ErrorCachingMinTTL: config.cache.notFoundSeconds },
    // The rest of what "Control how long CloudFront caches errors" says is always kept.
    ...[414, 500, 501, 502, 503, 504].map((status) => ({ ErrorCode: status, ErrorCachingMinTTL: 1 })),
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
  expect(policy.CustomHeadersConfig.Items).toEqual([
    { Header: 'Cross-Origin-Resource-Policy', Value: 'cross-origin', Override: true },
    { Header: 'Timing-Allow-Origin', Value: '*', Override: true },
  ]);
  const removed: string[] = policy.RemoveHeadersConfig.Items.map(({ Header }: { Header: string }) => Header);
  expect(removed.sort()).toEqual(
    Object.values(metadataNames)
      .map((name) => `x-amz-meta-${name}`)
      .sort(),
  );
  // CloudFront reads the tag before it removes the header.
  expect(distribution.CacheTagConfig).toEqual({ HeaderName: `x-amz-meta-${metadataNames.cacheTag}` });
  expect(removed).toContain(distribution.CacheTagConfig.HeaderName);
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

const functionOf = (of: Tree, name: 'Response' | 'Request') =>
  onlyOf(of, 'AWS::CloudFront::Function', `EdgeFunctions${name}`);

test('redirects are counted from the log group that CloudFront writes to', () => {
  const log = onlyOf(template, 'AWS::Logs::LogGroup', 'EdgeFunctions');
  expect(log.Properties.LogGroupName).toBe(
    `/aws/cloudfront/function/${functionOf(template, 'Response').Properties.Name}`,
  );
  expect(log.Properties.RetentionInDays).toBe(config.logs.retentionDays);
  for (const [id, term] of [
    ['EdgeFunctionsEdgeRedirects', 'EdgeRedirect'],
    ['EdgeFunctionsEdgeReturns', 'EdgeReturn'],
    ['EdgeFunctionsEdgeFallbacks', 'EdgeFallback'],
  ] as const) {
    expect(onlyOf(template, 'AWS::Logs::MetricFilter', id).Properties).toMatchObject({
      LogGroupName: { Ref: log.id },
      FilterPattern: `"${term}"`,
      MetricTransformations: [
        { MetricNamespace: 'ImageResize/Edge/staging', MetricName: `${term}s`, MetricValue: '1', DefaultValue: 0 },
      ],
    });
  }
});

test('no deploy leads a viewer to a preset before the website and the Lambda know it', () => {
  const earlier = before(functionOf(template, 'Request').id, template);
  expect(earlier).toContain(onlyOf(template, 'AWS::S3::Bucket', 'Derivatives').id);
  expect(earlier).toContain(onlyOf(template, 'AWS::Lambda::Alias').id);
  // There the Lambda waits for the host of the edge.
  expect(before(functionOf(ownHost, 'Request').id, ownHost)).toContain(
    onlyOf(ownHost, 'AWS::S3::Bucket', 'Derivatives').id,
  );
});

/** Runs the deployed code of a function as CloudFront does. */
function run(of: Tree, name: 'Response' | 'Request', event: Tree): { lines: Tree[]; returned: Tree } {
  const lines: Tree[] = [];
  const { FunctionCode } = functionOf(of, name).Properties;
  const returned = runInNewContext(`${FunctionCode}; JSON.stringify(handler(event))`, {
    event: JSON.parse(JSON.stringify(event)),
    console: { log: (line: string) => lines.push(JSON.parse(line)) },
  });
  return { lines, returned: JSON.parse(returned) };
}

const api = 'https://abc.execute-api.us-east-1.amazonaws.com/resize?key=';
/** An answer to `uri`; with `location` a redirect. */
function answer(of: Tree, statusCode: number, uri = '/200x200/a%20b.jpg', location?: string) {
  const headers = { etag: { value: '"1"' }, ...(location !== undefined && { location: { value: location } }) };
  return run(of, 'Response', {
    version: '1.0',
    request: { method: 'GET', uri, querystring: {}, headers: {}, cookies: {} },
    response: { statusCode, statusDescription: '', headers, cookies: {} },
  });
}

const cors = {
  'access-control-allow-origin': { value: '*' },
  'cross-origin-resource-policy': { value: 'cross-origin' },
  'timing-allow-origin': { value: '*' },
};

test.each([301, 302, 303, 307, 308])('one line is logged for a %d', (status) => {
  const { lines } = answer(template, status, undefined, `${api}200x200/a.jpg`);
  expect(lines).toEqual([{ event: 'EdgeRedirect', status, uri: '/200x200/a%20b.jpg' }]);
});

test.each([200, 206, 304])('nothing is logged for a %d, which is passed on with CORS headers', (status) => {
  const { lines, returned } = answer(template, status);
  expect(lines).toEqual([]);
  expect(returned).toEqual({
    statusCode: status,
    statusDescription: '',
    headers: { etag: { value: '"1"' }, ...cors, vary: { value: 'Accept' } },
    cookies: {},
  });
});

test.each([
  ['/200x200/profile/ann.jpg', '200x200/profile/ann.jpg', '200x200/profile/ann.jpg'],
  // Whatever S3 makes of the key, it is the viewer's own bytes, with what a query would read otherwise in escapes.
  ['/200x200/a%20b+c%2B.jpg', '200x200/a%2520b%2Bc%252B.jpg', '200x200/a%20b+c%2B.jpg'],
  ["/200x200/a&b=c;d#e'f", '200x200/x', "200x200/a%26b%3Dc%3Bd%23e'f"],
  ['/200x200.webp/a%zz', '200x200.webp/a', '200x200.webp/a%zz'],
  ['/320x/200x200/a.jpg', '320x/200x200/a.jpg', '320x/200x200/a.jpg'],
  ['/200x200/a.jpg', '200x200%2Fa.jpg', '200x200/a.jpg'],
  // A viewer-request function that added the format, and an event that shows the viewer's path, or the rewritten one.
  ['/200x200/a.jpg', '200x200.auto/a.jpg', '200x200.auto/a.jpg'],
  ['/200x200.auto/a.jpg', '200x200.auto/a.jpg', '200x200.auto/a.jpg'],
])("S3's redirect of %s to %s leads to /resize?key=%s", (uri, s3Key, key) => {
  const { returned } = answer(template, 307, uri, api + s3Key);
  expect(returned.statusCode).toBe(307);
  expect(returned.headers).toEqual({
    etag: { value: '"1"' },
    location: { value: `/resize?key=${key}` },
    ...cors,
    vary: { value: 'Accept' },
  });
});

test.each([
  ['S3 decoded the slash after the preset', '/200x200%2Fa/b.jpg', '200x200/a/b.jpg'],
  ['S3 decoded the preset', '/%3200x200/a.jpg', '200x200/a.jpg'],
  ['the path is of another preset', '/48x48/a.jpg', '200x200/a.jpg'],
  ['the path is of another format', '/200x200.webp/a.jpg', '200x200/a.jpg'],
  ['the path is not ASCII', '/200x200/\u00e4.jpg', '200x200/a.jpg'],
  ['the path has a control character', '/200x200/a\n.jpg', '200x200/a.jpg'],
  ['there is no key', '/200x200/', '200x200/'],
  ['the redirect has no preset', '/200x200/a.jpg', '/a.jpg'],
])('where %s, the answer is a 400 that leads nowhere', (_, uri, s3Key) => {
  const { returned, lines } = answer(template, 307, uri, api + s3Key);
  expect(returned.statusCode).toBe(400);
  const { vary: _vary, ...headers } = returned.headers;
  expect(headers).toEqual({ etag: { value: '"1"' }, 'cache-control': { value: 'no-store' }, ...cors });
  expect(lines).toEqual([]);
});

test("only S3's 307 is led elsewhere: the API's 301 goes where it says", () => {
  const { returned, lines } = answer(template, 301, '/resize', '/200x200/a.jpg');
  expect(returned.headers.location).toEqual({ value: '/200x200/a.jpg' });
  expect(lines).toEqual([{ event: 'EdgeReturn', status: 301, uri: '/resize' }]);
});

test("the API's 302 to a fallback goes where it says, and is counted apart", () => {
  const { returned, lines } = answer(template, 302, '/resize', '/200x200/_fallback/person.png');
  expect(returned).toMatchObject({
    statusCode: 302,
    headers: { location: { value: '/200x200/_fallback/person.png' } },
  });
  expect(lines).toEqual([{ event: 'EdgeFallback', status: 302, uri: '/resize' }]);
});

test('on its own host the API is reached as S3 says', () => {
  const { returned, lines } = answer(ownHost, 307, '/200x200/a.jpg', `${api}200x200/a.jpg`);
  expect(returned.headers).toMatchObject({ location: { value: `${api}200x200/a.jpg` }, ...cors });
  expect(lines).toHaveLength(1);
});

test('without counting, only the line in the log goes', () => {
  const off = templateOf({}, { ...config, countEdgeRedirects: false });
  expect(resourcesOf(off, 'AWS::Logs::MetricFilter')).toEqual([]);
  const { returned, lines } = answer(off, 307, '/200x200/a.jpg', `${api}200x200/a.jpg`);
  expect(lines).toEqual([]);
  expect(returned).toEqual(answer(template, 307, '/200x200/a.jpg', `${api}200x200/a.jpg`).returned);
});

test('no answer makes the function throw, which would be a 503 on every image', () => {
  const anyHeader = fc.record({ value: fc.string() });
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 100, max: 599 }), fc.option(anyHeader), (uri, statusCode, location) => {
      const request = { method: 'GET', uri, querystring: {}, headers: {}, cookies: {} };
      const response = { statusCode, headers: location ? { location } : {}, cookies: {} };
      const { returned } = run(template, 'Response', { request, response });
      expect([statusCode, 400]).toContain(returned.statusCode);
    }),
    { numRuns: 300 },
  );
});

test('a preflight is answered at the edge, for a day; every other request is passed on as it is', () => {
  const request = { method: 'OPTIONS', uri: '/200x200/a.jpg', querystring: {}, headers: {}, cookies: {} };
  expect(run(template, 'Request', { request }).returned).toMatchObject({
    statusCode: 204,
    headers: {
      ...cors,
      'access-control-allow-methods': { value: 'GET, HEAD' },
      'access-control-allow-headers': { value: '*' },
      'access-control-max-age': { value: '86400' },
    },
  });
  for (const method of ['GET', 'HEAD']) {
    expect(run(template, 'Request', { request: { ...request, method } }).returned).toEqual({ ...request, method });
  }
});

/** What the deployed function makes of a request. */
function asked(uri: string, accept: string | undefined, of = template): string {
  const headers = accept === undefined ? {} : { accept: { value: accept } };
  const request = { method: 'GET', uri, querystring: {}, headers, cookies: {} };
  const { returned } = run(of, 'Request', { request });
  expect(returned).toEqual({ ...request, uri: returned.uri });
  return returned.uri;
}

const key = 'profile/a%20b+c%2Bd&e%zz%2F..%2f;f=%C3%A9//200x200/x.jpg';

test.each(acceptStrings)('%s: %s', (_, takes, accept) => {
  const preset = { avif: '200x200.auto', webp: '200x200.webp', any: '200x200' }[takes];
  expect(asked(`/200x200/${key}`, accept)).toBe(`/${preset}/${key}`);
  expect(asked(`/200x200/${key}`, accept, ownHost)).toBe(`/${preset}/${key}`);
});

test('the format of an Accept in several lines is found', () => {
  const lines = ['text/html', 'image/avif;q=0.9'].map((value) => ({ value }));
  const request = { method: 'HEAD', uri: '/200x200/a', headers: { accept: { ...lines[0], multiValue: lines } } };
  expect(run(template, 'Request', { request }).returned.uri).toBe('/200x200.auto/a');
});

const modern = 'image/avif,image/webp,*/*';

test.each([
  ['a preset with a suffix', '/200x200.jpg/a'],
  ['a preset that readers of JPEG only ask for', '/1200x630/a'],
  ['a size that is not on the list', '/201x200/a'],
  ['no key', '/200x200'],
  ['the root', '/'],
  ['the API', '/resize'],
  ['a name of every object', '/constructor/a'],
  ['a name that sets a prototype', '/__proto__/a'],
  ['an encoded slash', '/200x200%2Fa.jpg'],
  ['an encoded preset', '/%3200x200/a'],
  ['a second slash', '//200x200/a'],
])('%s stays as it is', (_, uri) => expect(asked(uri, modern)).toBe(uri));

test('a preset that is not negotiated stays as it is, and one without WebP has AVIF only', () => {
  const { '200x200': square, '320x': wide } = config.presets;
  const off = templateOf(
    {},
    {
      ...config,
      presets: { '200x200': { ...square, negotiate: false }, '320x': { ...wide, formats: ['auto'] } },
    },
  );
  expect(asked('/200x200/a', modern, off)).toBe('/200x200/a');
  expect(asked('/320x/a', modern, off)).toBe('/320x.auto/a');
  expect(asked('/320x/a', 'image/webp', off)).toBe('/320x/a');
});

test('whatever is asked for: the preset is on the list, the key is the same bytes, and a second pass changes nothing', () => {
  const allowed = allowedPresets(config.presets);
  const preset = fc.oneof(fc.constantFrom(...allowed.keys()), fc.string());
  const accept = fc.oneof(
    fc.constantFrom(...acceptStrings.map(([, , one]) => one)),
    fc
      .array(fc.constantFrom('image/avif', 'image/webp', 'q=0', 'q=1', ';', ',', ' ', '*/*', 'x'))
      .map((all) => all.join('')),
    fc.string(),
  );
  fc.assert(
    fc.property(preset, fc.string(), accept, (name, rest, accepts) => {
      const given = `/${name}/${rest}`;
      const once = asked(given, accepts);
      expect(asked(once, accepts)).toBe(once);
      if (once === given) return;
      const [, first = ''] = once.split('/');
      expect(allowed.has(first)).toBe(true);
      expect(first.split('.')[0]).toBe(name);
      expect(once.slice(first.length + 1)).toBe(given.slice(name.length + 1));
    }),
    { numRuns: 1_000 },
  );
});

test('every name that is negotiated varies by Accept, whichever path AWS shows, and no other does', () => {
  const negotiated = Object.entries(negotiatedPresets(config.presets)).flatMap(([bare, names]) => [
    bare,
    ...Object.values(names),
  ]);
  expect(negotiated).toHaveLength(24);
  for (const name of allowedPresets(config.presets).keys()) {
    for (const status of [200, 304, 307]) {
      const { returned } = answer(
        template,
        status,
        `/${name}/a.jpg`,
        status === 307 ? `${api}${name}/a.jpg` : undefined,
      );
      expect(returned.headers.vary, name).toEqual(negotiated.includes(name) ? { value: 'Accept' } : undefined);
    }
  }
  expect(answer(template, 301, '/resize', '/200x200/a.jpg').returned.headers.vary).toBeUndefined();
});

test.each(['Response', 'Request'] as const)(
  'the viewer-%s function fits the 10 kB that CloudFront allows, in the language of its runtime',
  (name) => {
    const { FunctionCode, FunctionConfig } = functionOf(template, name).Properties;
    expect(FunctionCode.length).toBeLessThan(10_000);
    expect(FunctionConfig.Runtime).toBe('cloudfront-js-2.0');
    // ES5.1 and what "JavaScript runtime 2.0 features for CloudFront Functions" adds; esbuild refuses the rest.
    expect(transformSync(FunctionCode, { target: 'es5', format: 'esm' }).code).toContain('handler');
    expect(FunctionCode).not.toMatch(/\b(?:require|import|eval|Function|setTimeout|fetch|XMLHttpRequest|process)\s*\(/);
  },
);
