/** Facts of AWS and what the local chain does about each: the source of docs/fidelity.md. */

export interface Fact {
  /** Unique, such as `rule-order`. */
  readonly id: string;
  readonly sentence: string;
  readonly status: 'emulated' | 'switch' | 'refused' | 'left out' | 'assumed';
  /** The name of the switch, the reason why it is left out, or what is assumed. */
  readonly note?: string;
  /** Below test/. Every emulated fact, switch and refusal has one. */
  readonly test?: string;
}

export interface Section {
  readonly title: string;
  /** Titles of AWS's pages, and other sources. */
  readonly sources: readonly string[];
  readonly facts: readonly Fact[];
}

const emulated =
  (test: string) =>
  (id: string, sentence: string): Fact => ({ id, sentence, status: 'emulated', test });

/** Inferred from documented facts, not documented itself. */
const inferred =
  (test: string) =>
  (id: string, sentence: string): Fact => ({ id, sentence, status: 'emulated', note: 'inferred', test });

const byName = (id: string, sentence: string, test: string): Fact => ({
  id,
  sentence,
  status: 'refused',
  note: 'by name',
  test,
});
const switched = (id: string, sentence: string, note: string, test: string): Fact => ({
  id,
  sentence,
  status: 'switch',
  note,
  test,
});
const leftOut = (id: string, sentence: string, note: string): Fact => ({ id, sentence, status: 'left out', note });
const assumed = (id: string, sentence: string, note: string, test?: string): Fact => ({
  id,
  sentence,
  status: 'assumed',
  note,
  ...(test !== undefined && { test }),
});

const rules = emulated('local/website/routing-rules.test.ts');
const website = emulated('local/website/website-answers.test.ts');
const ttl = emulated('local/cloudfront/time-to-live.test.ts');
const behaviour = emulated('local/cloudfront/behaviours.test.ts');
const forwarding = emulated('local/cloudfront/forwarding.test.ts');
const sharing = emulated('local/cloudfront/collapsing.test.ts');
const viewer = emulated('local/cloudfront/viewer-answers.test.ts');
const shield = emulated('local/cloudfront/origin-shield.test.ts');
const edgeFunction = emulated('local/cloudfront/edge-functions.test.ts');
const event = emulated('local/http-api/event-and-reply.test.ts');
const api = emulated('local/http-api/http-api.test.ts');
const lambda = emulated('local/lambda/lambda.test.ts');
const browser = emulated('chain/browser.test.ts');
const published = emulated('local/cloudwatch/publish.test.ts');
const emf = emulated('local/cloudwatch/log-metrics.test.ts');
const alarms = emulated('local/cloudwatch/alarms.test.ts');
const schedule = emulated('local/events/schedules.test.ts');
const invalidation = emulated('local/cloudfront/invalidations.test.ts');
const versions = emulated('local/s3/versions.test.ts');
const bus = emulated('local/events/event-bus.test.ts');
const queue = emulated('local/sqs/queue.test.ts');
const mapping = emulated('local/sqs/event-source-mapping.test.ts');

export const sections: readonly Section[] = [
  {
    title: 'S3 website: routing rules',
    sources: ['(Optional) Configuring a webpage redirect', 'PutBucketWebsite'],
    facts: [
      rules('rule-order', 'The first matching rule in listed order wins, not the one with the longest prefix.'),
      rules('rule-without-code', 'A rule with a prefix alone wins over an existing object.'),
      rules('rule-with-code', 'A rule with an error code is skipped before the lookup. It needs prefix and code.'),
      rules('rule-over-error-document', 'A 404 rule wins over an error document.'),
      rules('rule-403', 'A 403 rule fires for an object that may not be read.'),
      rules('redirect-all', 'RedirectAllRequestsTo answers 301 before permissions are checked.'),
      rules('redirect-status', 'HttpRedirectCode is the status of GET and HEAD. The default is 301.'),
      rules('redirect-location', 'Location is absolute. Its defaults are http and the Host of the request.'),
      rules(
        'redirect-replacement',
        'ReplaceKeyPrefixWith replaces the prefix once, at the start. ReplaceKeyWith replaces the key.',
      ),
      rules('redirect-query', '"?" and "=" in ReplaceKeyPrefixWith are not encoded, so the key can become a query.'),
      rules('redirect-headers', 'A redirect has no body, no Cache-Control and no Content-Type.'),
      rules('redirect-folder', 'A folder without its slash answers 302 to the folder with the slash.'),
      rules('redirect-object', 'An object with x-amz-website-redirect-location answers 301 with that value.'),
      byName('rule-invalid', 'Invalid rules, and more than 50 rules', 'local/website/website-configuration.test.ts'),
      switched(
        'location-encoding',
        'How a rule encodes the key in Location',
        'locationEncoding',
        'local/website/location-encoding.test.ts',
      ),
      switched(
        'location-encoding-chain',
        'The shipped chain works with each encoding and the setting that fits; no setting makes a loop',
        'locationEncoding',
        'chain/unknown-facts.test.ts',
      ),
      switched(
        'query-in-location',
        'Whether a rule keeps the query of the request',
        'queryInLocation',
        'local/website/routing-rules.test.ts',
      ),
      leftOut('rule-propagation', 'A changed configuration takes seconds to apply', 'it applies at once'),
      assumed(
        'rule-without-condition',
        'Whether a rule without a condition fires for existing objects',
        'such a rule is refused',
        'local/website/website-configuration.test.ts',
      ),
    ],
  },
  {
    title: 'S3 website: other answers',
    sources: [
      'Website endpoints',
      'Configuring a custom error document',
      'Setting permissions for website access',
      'Blocking public access to your Amazon S3 storage',
    ],
    facts: [
      website('website-object', 'An object is served with its type, ETag, Last-Modified, Cache-Control and metadata.'),
      website('website-conditions', 'Conditional requests and single ranges are supported.'),
      website('website-error-page', 'The 404 page is the one of S3, byte for byte. Errors are named in headers.'),
      website('website-error-document', 'An error document keeps the status of the error and has its own headers.'),
      website('website-host', 'The bucket is found by Host alone.'),
      website('website-plus', 'A raw "+" in a path is a space. Dot segments and double slashes are part of the key.'),
      website('website-malformed', 'A path that is not percent-encoded UTF-8 answers 400.'),
      website('website-methods', 'Methods other than GET and HEAD answer 405. OPTIONS is refused without CORS rules.'),
      website('website-referer', 'With the wrong secret Referer every request answers 403, and none is redirected.'),
      website('website-tls', 'The endpoint has no TLS, so a policy that denies plain http denies everything.'),
      emulated('local/iam/policies.test.ts')(
        'public-access-block',
        'BlockPublicPolicy refuses a policy with a Referer condition. RestrictPublicBuckets makes it ineffective.',
      ),
      switched(
        'missing-key',
        'Whether a missing key answers 404 or 403 without s3:ListBucket',
        'missingKey',
        'local/website/website-answers.test.ts',
      ),
      leftOut('website-cors', 'CORS rules of a bucket', 'refused by name; CloudFront adds the CORS headers'),
      leftOut('website-acl', 'ACLs', 'the bucket owner is enforced, so ACLs have no effect'),
      leftOut('website-requester-pays', 'Requester Pays buckets', 'a template cannot configure them'),
      leftOut('account-public-access', 'Block Public Access of the account', 'checked before a deploy'),
    ],
  },
  {
    title: 'CloudFront: lifetimes',
    sources: [
      'Manage how long content stays in the cache (expiration)',
      'How CloudFront processes HTTP 3xx status codes from your origin',
    ],
    facts: [
      ttl('ttl-order', 's-maxage wins over max-age, max-age over Expires, each within MinTTL and MaxTTL.'),
      ttl('ttl-default', 'Without a lifetime an answer is cached for DefaultTTL, by default a day; MaxTTL is a year.'),
      ttl('ttl-no-store', 'no-store, no-cache and private prevent caching only if MinTTL is 0.'),
      ttl('ttl-bare-redirect', 'A bare 301 or 302 is cached for DefaultTTL.'),
      switched(
        'ttl-bare-307',
        'Whether a 307 or 308 without Cache-Control is cached for DefaultTTL',
        'redirectCaching',
        'local/cloudfront/time-to-live.test.ts',
      ),
      ttl('ttl-viewer', 'Cache-Control and Pragma of the viewer are ignored.'),
      ttl('stale-revalidated', 'An expired copy is revalidated with If-None-Match and If-Modified-Since.'),
      inferred('local/cloudfront/time-to-live.test.ts')(
        'stale-zero',
        'A copy with a lifetime of 0 is revalidated with every request.',
      ),
      viewer('vary-star', 'Vary: * prevents caching while MinTTL is 0.'),
      byName('stale-directives', 'stale-while-revalidate and stale-if-error', 'local/cloudfront/time-to-live.test.ts'),
      leftOut('eviction', 'Early eviction', 'objects are evicted only when the cache is full'),
    ],
  },
  {
    title: 'CloudFront: errors',
    sources: [
      'How CloudFront processes HTTP 4xx and 5xx status codes from your origin',
      'Control how long CloudFront caches errors',
      'Generate custom error responses',
    ],
    facts: [
      ttl(
        'error-cached',
        '404, 410, 414, 500, 501, 502, 503 and 504 are cached for ErrorCachingMinTTL, by default 10 s, or longer.',
      ),
      ttl(
        'error-no-store',
        'no-store, no-cache and private keep 404, 410, 414 and 501 out of the cache, and no other error.',
      ),
      ttl(
        'error-max-age',
        '400, 403, 405, 412 and 415 are cached only with max-age or s-maxage. Others are not cached.',
      ),
      ttl('error-x-cache', 'A cached error still has X-Cache: Error.'),
      ttl('error-stale', 'On a 5xx or without connection an expired copy is served; a 4xx is passed on.'),
      inferred('local/cloudfront/time-to-live.test.ts')(
        'error-replaced',
        'A copy that the origin has replaced by a redirect is not served on a later error.',
      ),
      ttl('error-page', 'A custom error page is fetched by its path, through the behaviour of that path.'),
      edgeFunction('error-function', 'An error that a function makes gets no custom page.'),
    ],
  },
  {
    title: 'CloudFront: behaviours, cache key, origins',
    sources: [
      'Cache behavior settings',
      'Understand the cache key',
      'Request and response behavior for custom origins',
      'Invalidate files to remove content',
    ],
    facts: [
      behaviour('behaviour-order', 'The first behaviour in listed order that matches the normalised path wins.'),
      behaviour('behaviour-raw-path', 'The origin gets the raw path.'),
      inferred('local/cloudfront/behaviours.test.ts')('behaviour-methods', 'Methods that are not allowed answer 403.'),
      behaviour('behaviour-limits', 'A URL over 8,192 bytes or a request over 20,480 bytes answers 413.'),
      forwarding(
        'key-path',
        'The key is the path as it came, and whatever the cache policy adds. GET and HEAD share it.',
      ),
      forwarding('origin-headers', 'Without policies the origin gets its own Host, and neither query nor cookies.'),
      forwarding('origin-secret', 'Custom headers of the origin replace those of the viewer.'),
      forwarding('origin-all-viewer', 'AllViewer forwards Host, AllViewerExceptHostHeader does not.'),
      behaviour('origin-attempts', 'GET and HEAD are tried ConnectionAttempts times, other methods once.'),
      behaviour('origin-timeout', 'OriginReadTimeout ends in 504, a failed connection in 502.'),
      behaviour('origin-group', 'An origin group fails over on its codes and without connection, never on a redirect.'),
      sharing('share', 'Simultaneous requests for one object share a fetch: one Miss, then Hits.'),
      sharing('share-not', 'With MinTTL 0 an answer that must not be cached is not shared.'),
      inferred('local/cloudfront/collapsing.test.ts')('share-307', 'A bare 307 is shared by those who wait for it.'),
      shield('many-edges', 'Each edge location has a cache of its own.'),
      shield(
        'origin-shield',
        'All edge locations ask Origin Shield, where the origin has one. It keeps what they keep.',
      ),
      inferred('local/cloudfront/origin-shield.test.ts')(
        'shield-age',
        'The time of an answer in Origin Shield counts.',
      ),
      leftOut('regional-caches', 'The regional caches between the edge locations and the origin', 'there are none'),
      viewer('range', 'A range request fetches the whole object. Conditions are answered from the cache.'),
      viewer(
        'range-ignored',
        'Where the origin does not support ranges (an HTTP API), a range request gets the whole, until it is cached.',
      ),
      sharing('invalidation', 'An invalidation matches case-sensitive paths, with * at the end, and all variants.'),
      byName(
        'behaviour-legacy',
        'ForwardedValues, S3 REST origins, OAC, Lambda@Edge',
        'local/cloudfront/supported-properties.test.ts',
      ),
      byName(
        'behaviour-compress',
        'Compression, cookies, origin request policies of the template',
        'local/cloudfront/behaviours.test.ts',
      ),
      leftOut('https', 'TLS and viewer protocol policies', 'viewers use plain http and count as https'),
      leftOut('multipart-ranges', 'Multiple ranges in one request', 'the whole object is sent'),
      leftOut('streaming', 'An answer reaches the viewer while it still arrives', 'bodies are whole values'),
      assumed(
        'function-path',
        'Which path a function sees for //a/../b, and a viewer-response function after a rewrite',
        'the raw one, as rewritten; the shipped function works with either',
      ),
    ],
  },
  {
    title: 'CloudFront: headers and functions',
    sources: [
      'Understand response headers policies',
      'CloudFront Functions event structure',
      'Restrictions on all edge functions',
    ],
    facts: [
      viewer('x-cache', 'X-Cache, Age, Via and the ids show how an answer came.'),
      viewer('hop-by-hop', 'Hop-by-hop headers and the ids of S3 are removed. Vary is reduced to what is in the key.'),
      viewer('headers-policy', 'A response headers policy removes headers, then adds its own.'),
      inferred('local/cloudfront/viewer-answers.test.ts')(
        'headers-policy-cache-control',
        'Its Cache-Control reaches browsers, on redirects too, and changes no lifetime at the edge.',
      ),
      edgeFunction(
        'function-event',
        'A function gets the documented event. Its viewer-request result changes key and origin path.',
      ),
      edgeFunction(
        'function-generated',
        'An answer of a viewer-request function passes neither cache nor viewer-response function.',
      ),
      edgeFunction(
        'function-response',
        'A viewer-response function runs on hits and redirects, not when the origin answered 400 or more.',
      ),
      switched(
        'function-response-uri',
        'Which URI a viewer-response function sees after a viewer-request function changed it',
        'responseUri',
        'local/cloudfront/edge-functions.test.ts',
      ),
      edgeFunction('function-errors', 'A function that throws is a 503, an invalid result is a 502.'),
      edgeFunction('function-log', 'Each printed line goes to the log group with the request id, up to 10 KB a run.'),
      byName(
        'function-modules',
        'Async handlers, modules, key value stores, cookies, code over 10 KB',
        'local/cloudfront/edge-functions.test.ts',
      ),
      leftOut('function-limits', '2 MB of memory and the compute limit', 'only an endless loop is stopped'),
      leftOut('function-syntax', 'The syntax of runtime 2.0', 'V8 accepts newer syntax'),
    ],
  },
  {
    title: 'HTTP API',
    sources: [
      'Create AWS Lambda proxy integrations for HTTP APIs in API Gateway',
      'Create routes for HTTP APIs in API Gateway',
      'Configure CORS for HTTP APIs in API Gateway',
      'Quotas for configuring and running an HTTP API in API Gateway',
    ],
    facts: [
      event('api-event', 'The event has payload format 2.0, byte for byte.'),
      event('api-query', 'rawQueryString is unchanged. queryStringParameters is decoded once, "+" is a space.'),
      event('api-path', 'The path is decoded twice, and cut at an encoded question mark between the two.'),
      event('api-reply', 'A result with statusCode is the reply, any other value is the JSON body of a 200.'),
      event('api-invalid-reply', 'An invalid reply is a 500.'),
      event('api-route', 'A route for the method wins over ANY, and ANY over $default.'),
      event('api-cors', 'API Gateway answers a preflight without route, and replaces CORS headers of the Lambda.'),
      api('api-timeout', 'A Lambda that takes longer than the integration timeout is a 503.'),
      api('api-throttle', 'The stage throttles with a token bucket. A throttled request is a 429.'),
      api('api-limits', 'More than 10,240 bytes of request line and headers are a 431, a body over 10 MB is a 413.'),
      api('api-permission', 'The Lambda is called only if a permission names the API and the route.'),
      emulated('local/http/server.test.ts')('api-repeats', 'Repeated headers are joined by a comma without a space.'),
      switched(
        'api-lambda-throttled',
        'The status when Lambda throttles',
        'lambdaThrottled',
        'local/http-api/http-api.test.ts',
      ),
      byName(
        'api-other',
        'Payload format 1.0, named stages, path variables, authorizers',
        'local/http-api/http-api.test.ts',
      ),
      byName('api-rest', 'REST APIs, function URLs', 'chain/refused.test.ts'),
      leftOut('api-account', 'The quota of the account, 10,000 requests a second', 'only the stage throttles'),
      leftOut('api-ping', '/ping and /sping, which API Gateway reserves', 'no route of ours is near them'),
      assumed(
        'api-metadata-header',
        'Whether an x-amz-meta-* header of a reply is passed on, with which a purge ends the redirect to a fallback',
        'it is; otherwise an upload shows a minute later',
        'chain/fallback.test.ts',
      ),
      assumed('api-empty-301', 'Whether an empty 301 gets a Content-Type', 'it does not; make smoke reports it'),
    ],
  },
  {
    title: 'Lambda',
    sources: ['Lambda quotas', 'Understanding the Lambda execution environment lifecycle', 'Lambda runtimes'],
    facts: [
      lambda('lambda-process', 'Each environment is a process that handles one event at a time and is reused.'),
      lambda('lambda-environment', 'It sees the variables of the template and of Lambda, and none of this machine.'),
      lambda('lambda-timeout', 'The timeout ends the process, also if it blocks. The next event starts a new one.'),
      lambda('lambda-exit', 'An exit, a signal or too much memory is a Runtime.ExitError.'),
      lambda('lambda-errors', 'A thrown error is returned with type, message and trace.'),
      lambda('lambda-init', 'Failed module code is run again within the event.'),
      lambda('lambda-size', 'An event over 6 MB and a response over 6,291,556 bytes are refused.'),
      lambda('lambda-concurrency', 'Reserved concurrency throttles. 0 throttles every call.'),
      lambda('lambda-log', 'Lambda logs in JSON: start, report, and the lines of the function at or above its level.'),
      byName(
        'lambda-other',
        'Text logs, another runtime, native code for another processor, more than 4 KB of variables',
        'local/lambda/lambda-function.test.ts',
      ),
      leftOut('lambda-cpu', 'A share of the processor by memory', 'a function gets all of this machine'),
      leftOut('lambda-tmp', '512 MB of /tmp per environment', 'it is the /tmp of this machine'),
      leftOut('lambda-code-size', '50 MB zipped and 250 MB unzipped', 'make build checks its own limits'),
      leftOut('lambda-descriptors', '1,024 file descriptors and threads', 'the limits of this machine apply'),
      leftOut('lambda-scaling', '1,000 more environments every ten seconds', 'a fixed number of processes'),
      leftOut('lambda-streaming', 'Streamed responses and asynchronous invocations', 'nothing uses them'),
    ],
  },
  {
    title: 'S3',
    sources: ['What is Amazon S3?', 'PutObject', 'Lifecycle configuration elements'],
    facts: [
      emulated('local/s3/roles.test.ts')(
        's3-role',
        'A role may do what its policies and the bucket policies allow, and nothing else.',
      ),
      emulated('local/s3/roles.test.ts')(
        's3-missing',
        'A missing key is a 404 only for a role that may list the bucket, else a 403.',
      ),
      emulated('local/s3/server.test.ts')(
        's3-consistency',
        'A reader gets the newest object whole, never a mixture of two.',
      ),
      emulated('local/s3/objects.test.ts')(
        's3-headers',
        'An object keeps the headers and the metadata that it was put with.',
      ),
      emulated('local/s3/main.slow.test.ts')(
        's3-conditional',
        'Of many writers with If-None-Match: * one succeeds, the others get 412.',
      ),
      emulated('local/chain/start-chain.test.ts')(
        's3-lifecycle',
        'Objects expire at the midnight after their days, by the chain’s clock.',
      ),
      byName('s3-other', 'Ranges, lists of buckets, multipart uploads, ACLs', 'local/s3/server.test.ts'),
      leftOut('s3-signatures', 'Signatures', 'the access key identifies the caller'),
      leftOut('s3-late-expiry', 'Expired objects can be readable for a while', 'they are deleted when they expire'),
      versions('versions', 'A versioned bucket keeps what was replaced, and a delete makes a marker.'),
      versions('versions-actions', 'Versions have actions of their own, such as s3:GetObjectVersion.'),
      versions('delete-if', 'A delete with an ETag deletes only that object: 412 for another, 404 for none.'),
      versions('delete-if-right', 'A conditional delete needs s3:GetObject as well.'),
      byName('versions-others', 'Suspended versioning, further pages of versions', 'local/s3/versions.test.ts'),
      leftOut('versions-expiry', 'The expiry of old versions', 'they stay in the folder of the store'),
      leftOut('s3-kms', 'SSE-KMS', 'derivatives use SSE-S3'),
    ],
  },
  {
    title: 'Browsers',
    sources: ['RFC 9110', 'RFC 9111', 'Fetch standard', 'net/http/http_response_headers.cc of Chromium'],
    facts: [
      browser('browser-301', 'A 301 without a lifetime is cached without limit.'),
      browser(
        'browser-307',
        'A 302, 303 or 307 is cached only with a lifetime, and no redirect is cached with no-store.',
      ),
      browser('browser-freshness', 'Lifetimes follow RFC 9111, compared with http-cache-semantics.'),
      emulated('chain/chromium.test.ts')(
        'browser-chromium',
        'Chromium caches the redirects of the chain in the same way.',
      ),
      leftOut('browser-limits', 'The redirect limits of curl, libcurl and k6', 'tests count hops themselves'),
      emulated('chain/cross-origin.test.ts')(
        'browser-origin',
        'Chromium shows images by fetch, crossorigin, canvas, a service worker and under COEP, cold and warm.',
      ),
    ],
  },
  {
    title: 'CloudWatch: metrics',
    sources: [
      'Types of metrics for CloudFront',
      'Monitor CloudWatch metrics for HTTP APIs in API Gateway',
      'Types of metrics for Lambda functions',
      'Specification: Embedded metric format',
      'Filter pattern syntax for metric filters',
    ],
    facts: [
      published(
        'metrics-cloudfront',
        'Rates are percentages of the requests of a minute. A minute without requests has no data.',
      ),
      published(
        'metrics-hit-rate',
        'A redirect is a miss unless it was cached. Errors and uploads are not in the hit rate.',
      ),
      published('metrics-additional', 'The additional metrics need a monitoring subscription.'),
      published('metrics-api', 'API Gateway counts by API, and by API and stage.'),
      published(
        'metrics-lambda',
        'Lambda counts by function, and by function and alias. A throttled call is not an invocation.',
      ),
      emf('emf', 'A line in the embedded metric format is a sample for each set of dimensions, at its own time.'),
      emf('emf-errors', 'An invalid line is counted in AWS/Logs by its log group.'),
      published(
        'metrics-filter',
        'A metric filter counts matching lines. A minute without a match has the default value.',
      ),
      emulated('chain/metrics.test.ts')('metrics-chain', 'Views of the shipped chain give the documented samples.'),
      byName(
        'filter-patterns',
        'Other filter patterns than a quoted term or one equality',
        'local/cloudwatch/log-metrics.test.ts',
      ),
      assumed('metrics-lag', 'How long each source takes', 'the minutes below', 'local/cloudwatch/cloudwatch.test.ts'),
      assumed(
        'metrics-revalidated',
        'Whether a revalidated copy counts as a hit',
        'it does not',
        'local/cloudwatch/publish.test.ts',
      ),
      assumed(
        'emf-partial',
        'What becomes of the valid metrics of an invalid line',
        'they are dropped',
        'local/cloudwatch/log-metrics.test.ts',
      ),
      leftOut(
        'metrics-others',
        'Metrics of S3, SNS, Secrets Manager, asynchronous calls and routes',
        'nothing uses them',
      ),
      leftOut(
        'metrics-resolution',
        'High-resolution metrics, and longer periods after 15 days',
        'samples are kept by minute',
      ),
      leftOut('metrics-throttled', 'Throttled requests that API Gateway leaves out of Count', 'all are counted'),
    ],
  },
  {
    title: 'CloudWatch: alarms, dashboards, Logs Insights',
    sources: [
      'Using math expressions with CloudWatch metrics',
      'Configuring how CloudWatch alarms treat missing data',
      'CloudWatch Logs Insights language query syntax',
    ],
    facts: [
      alarms('alarm-window', 'The window of an alarm slides by minute and evaluates the newest existing points.'),
      emulated('local/cloudwatch/alarms.test.ts')(
        'alarm-missing',
        'Missing data is treated by the four rules of AWS’s tables.',
      ),
      emulated('local/cloudwatch/alarms.test.ts')(
        'alarm-rule',
        'A composite alarm combines states with AND, OR and NOT.',
      ),
      emulated('local/cloudwatch/metrics.test.ts')(
        'metric-math',
        'Arithmetic, comparison, IF, FILL and PERIOD have the results of AWS’s tables.',
      ),
      emulated('local/cloudwatch/insights.test.ts')(
        'insights',
        'source, filter, fields, parse, stats, sort and limit work as in Logs Insights.',
      ),
      byName('math-others', 'Other functions, lists and text in metric math', 'local/cloudwatch/metrics.test.ts'),
      byName(
        'dashboard-others',
        'Other widgets, views and options of dashboards, in place of the widget',
        'local/cloudwatch/dashboards.test.ts',
      ),
      leftOut('alarm-actions', 'Actions of alarms', 'no notifications are sent'),
      leftOut('alarm-start', 'Alarms that are red until there is data', 'the time before the start is not evaluated'),
    ],
  },
  {
    title: 'CloudFront: invalidations',
    sources: [
      'Invalidating content by cache tags',
      'What you need to know when invalidating tags',
      'Concurrent invalidation request maximum',
      'CreateInvalidation',
    ],
    facts: [
      invalidation('tags', 'Tags are read from the header of CacheTagConfig: 50 an object, in any case, no wildcards.'),
      invalidation('tags-late', 'Tags are read before the response headers policy removes their header.'),
      invalidation('caller-reference', 'The same caller reference with the same paths is the same invalidation.'),
      invalidation('invalidation-quota', '3,000 files and 15 wildcards are in progress at most, else 400.'),
      invalidation('invalidation-role', 'The role must allow cloudfront:CreateInvalidation on the distribution.'),
      byName('invalidation-others', 'Other calls of the API of CloudFront', 'local/cloudfront/invalidations.test.ts'),
      assumed(
        'invalidation-time',
        'When the objects of an invalidation are gone',
        'after 5 s, the announced p95 of tags, everywhere at once; completed after 25 s',
        'local/cloudfront/invalidations.test.ts',
      ),
      assumed(
        'invalidation-flight',
        'What becomes of a fetch that is under way when an invalidation is effective',
        'its answer is not cached',
        'local/cloudfront/collapsing.test.ts',
      ),
      assumed('invalidation-tags', 'How tags count in the quota', 'as files', 'local/cloudfront/invalidations.test.ts'),
    ],
  },
  {
    title: 'EventBridge and SQS: events of a bucket',
    sources: [
      'EventBridge event message structure',
      'Creating Amazon EventBridge event patterns',
      'Available CloudWatch metrics for Amazon SQS',
      'Creating and configuring an Amazon SQS event source mapping',
      'Implementing partial batch responses',
    ],
    facts: [
      versions('bucket-events', 'A created or deleted object is an event, with its version and the key as it is.'),
      bus('event-pattern', 'A rule matches by text, prefix, and anything-but with prefix.'),
      bus('event-policy', 'The policy of the queue must let in EventBridge, and the rule where it names one.'),
      byName('event-operators', 'Other operators of patterns, other targets', 'local/events/event-bus.test.ts'),
      queue(
        'queue-visibility',
        'A received message is hidden for the visibility timeout, and can be deleted only then.',
      ),
      queue('queue-delay', 'DelaySeconds hides a new message. It is forgotten after MessageRetentionPeriod.'),
      queue('queue-redrive', 'A message moves to the dead-letter queue when it was received maxReceiveCount times.'),
      queue('queue-age', 'The age of the oldest message leaves out what was received three times.'),
      mapping('mapping-batch', 'A batch is full or waits for its window. MaximumConcurrency batches run at a time.'),
      mapping('mapping-failures', 'What fails stays in the queue. A malformed report fails the whole batch.'),
      mapping('mapping-checks', 'The role must allow three actions; the visibility timeout covers the function’s.'),
      byName('mapping-others', 'Scaling without a limit', 'local/sqs/event-source-mapping.test.ts'),
      assumed(
        'event-delay',
        'How long an event takes to its queue, and a message to its receipt',
        '1 s and 200 ms; at least once, by faults also twice, late or never',
        'local/events/event-bus.test.ts',
      ),
      assumed(
        'event-nothing',
        'Whether the delete of a missing key is an event in a bucket without versions',
        'it is none',
        'local/s3/versions.test.ts',
      ),
      leftOut('event-retries', 'Retries of EventBridge', 'a queue of the chain always answers'),
      leftOut('queue-order', 'The order of a standard queue', 'messages are received in the order of their arrival'),
      leftOut(
        'mapping-throttle',
        'How a mapping retries a throttled call',
        'its messages wait for the visibility timeout',
      ),
      leftOut('event-version', 'event-version and aws-generated-tags of an event', 'nothing reads them'),
    ],
  },
  {
    title: 'EventBridge schedules and the template',
    sources: ['Setting a schedule pattern for scheduled rules (legacy)', 'CloudFormation template reference'],
    facts: [
      schedule('schedule', 'A rule with a rate invokes its target when the rate has passed. Missed runs are skipped.'),
      schedule('schedule-event', 'The target gets the event of EventBridge, or the input of the rule.'),
      byName('schedule-others', 'Rules by cron, retries', 'local/events/schedules.test.ts'),
      byName(
        'template-unknown',
        'Unknown types, properties, attributes and intrinsics, conditions, mappings',
        'local/template/template.test.ts',
      ),
      emulated('local/chain/start-chain.test.ts')(
        'names',
        'The names of AWS lead to the endpoints of this machine, and stay the same within the chain.',
      ),
    ],
  },
];

/** Rows of the catalogue that the diagnosis of a chain cannot show (`test/chain/rows/`). */
export const otherRows: readonly { readonly id: string; readonly mechanism: string; readonly shownBy: string }[] = [
  { id: 'L14', mechanism: 'what the Lambda stores calls it again', shownBy: '`test/chain/refused.test.ts`' },
  { id: 'L16', mechanism: 'an old name redirects to the new one, and that to the old one', shownBy: 'left out: DNS' },
  { id: 'W3', mechanism: 'an original is replaced, and its derivatives stay', shownBy: '`test/chain/owner.test.ts`' },
  {
    id: 'E4',
    mechanism: 'the origin is the bucket, not its website',
    shownBy: '`test/local/cloudfront/supported-properties.test.ts`',
  },
  {
    id: 'E7',
    mechanism: 'a viewer comes before the routing rules are applied',
    shownBy: 'left out: they apply at once',
  },
  {
    id: 'E8',
    mechanism: 'the Lambda answers with a field that the API does not know',
    shownBy: 'left out: an HTTP API ignores it',
  },
];
