/** The catalogue of faults: everything that the console, the rehearsals and the load tests can break in a running chain. */
import { randomUUID } from 'node:crypto';
import type { LambdaSettings } from '../aws/lambda/lambda.ts';
import type { Fault as S3CallFault } from '../aws/s3/faults.ts';
import type { JsonObject } from '../aws/template/template.ts';
import type { Bucket, Images } from '../chain/buckets.ts';
import type { Interceptors } from '../chain/context.ts';
import type { Chain } from '../chain/start-chain.ts';
import { editLists, editResources, merge, type TemplateEdit } from './edit-template.ts';

interface Entry {
  /** What is broken, to be read after the name of its part: `Lambda: crashes`. */
  readonly title: string;
  readonly description: string;
}

/** The part of a chain that the faults of the Lambda need. */
export type InterceptedChain = Pick<Chain, 'edge' | 'events' | 'lambda' | 'logs'>;
type Interceptor = NonNullable<Interceptors['invoke']>;

export interface LambdaFault extends Entry {
  readonly settings?: LambdaSettings;
  /** Runs in place of the API's calls to Lambda. */
  readonly interceptor?: (chain: InterceptedChain, images: Pick<Images, 'read' | 'put'>) => Interceptor;
}

export const lambdaFaults = {
  'always-redirects': {
    title: 'always redirects',
    description:
      'Returns a 301 without Cache-Control whether or not the derivative existed or was stored, as in awslabs/serverless-image-resizing.',
    interceptor: alwaysRedirects,
  },
  crashes: { title: 'crashes', description: 'The process exits before it returns.', interceptor: crashes },
  throttled: {
    title: 'has no concurrency',
    description: 'The reserved concurrency is 0: Lambda refuses every call.',
    settings: { reservedConcurrency: 0 },
  },
  'too-little-memory': {
    title: 'has 128 MB of memory',
    description: 'Enough for small images. The process is killed in the middle of a large one.',
    settings: { memoryMegabytes: 128 },
  },
  'stores-halves': {
    title: 'stores half of each derivative',
    description: 'Every new derivative is cut in the middle, then stored and redirected to as if it were complete.',
    interceptor: storesHalves,
  },
} as const satisfies Record<string, LambdaFault>;

export interface S3Fault extends Entry {
  readonly fault: Omit<S3CallFault, 'bucket'> & { readonly bucket?: Bucket };
}

/** Faults of the Lambda's calls to S3. */
export const s3Faults = {
  cut: {
    title: 'connections break',
    description: 'The connections of the Lambda to S3 are cut before S3 sees the request.',
    fault: { effect: { cut: 'request' } },
  },
  'slow-down': {
    title: 'throttled',
    description: 'S3 answers every call with 503 SlowDown.',
    fault: { effect: { error: { status: 503, code: 'SlowDown' } } },
  },
  hangs: {
    title: 'does not answer',
    description: 'S3 accepts calls and never answers.',
    fault: { effect: { stall: 'request' } },
  },
  'get-denied': {
    title: 'GetObject is denied',
    description: 'Reads of originals get 403, as after a change of the role, the bucket policy or the KMS key.',
    fault: { operation: 'GetObject', bucket: 'originals', effect: { error: { status: 403, code: 'AccessDenied' } } },
  },
  'put-denied': {
    title: 'PutObject is denied',
    description: 'Writes of derivatives get 403.',
    fault: { operation: 'PutObject', effect: { error: { status: 403, code: 'AccessDenied' } } },
  },
  'put-slow-down': {
    title: 'PutObject is throttled',
    description: 'Writes of derivatives get 503 SlowDown.',
    fault: { operation: 'PutObject', effect: { error: { status: 503, code: 'SlowDown' } } },
  },
  'versions-denied': {
    title: 'ListObjectVersions is denied',
    description:
      'The purge may not list the versions of originals, as after a change of its role or of the bucket policy: replaced and deleted images stay visible.',
    fault: {
      operation: 'ListObjectVersions',
      bucket: 'originals',
      effect: { error: { status: 403, code: 'AccessDenied' } },
    },
  },
  slow: {
    title: 'slow',
    description: 'Every read of an original takes one and a half seconds longer.',
    fault: { operation: 'GetObject', bucket: 'originals', effect: { delayMilliseconds: 1500 } },
  },
  'often-slow': {
    title: 'often slow',
    description: 'One in eight reads of originals takes two and a half seconds longer.',
    fault: { operation: 'GetObject', bucket: 'originals', every: 8, effect: { delayMilliseconds: 2500 } },
  },
} as const satisfies Record<string, S3Fault>;

export interface TemplateFault extends Entry {
  readonly edit: TemplateEdit;
}

const daySeconds = 86_400;

/** Of images. The policy of /resize has the query in its key, and another limit. */
const editCachePolicy = (settings: JsonObject): TemplateEdit =>
  editResources('AWS::CloudFront::CachePolicy', (properties) =>
    JSON.stringify(properties).includes('"QueryStringBehavior":"none"')
      ? merge(properties, { CachePolicyConfig: settings })
      : properties,
  );

const editRules = (over: JsonObject): TemplateEdit =>
  editResources('AWS::S3::Bucket', (properties) =>
    editLists(properties, 'RoutingRules', (rules) => rules.map((rule) => merge(rule, over))),
  );

const wrongSecret: TemplateEdit = editResources('AWS::CloudFront::Distribution', (properties) =>
  editLists(properties, 'OriginCustomHeaders', (headers) =>
    headers.map((header) => (header.HeaderName === 'Referer' ? { ...header, HeaderValue: 'not the secret' } : header)),
  ),
);

const both =
  (first: TemplateEdit, second: TemplateEdit): TemplateEdit =>
  (template) =>
    second(first(template));

/** Sets the throttle of the API's stage: so many calls at once, and so many a second. */
export const throttleApi = (burst: number, rate: number): TemplateEdit =>
  editResources('AWS::ApiGatewayV2::Stage', (properties) =>
    merge(properties, { DefaultRouteSettings: { ThrottlingBurstLimit: burst, ThrottlingRateLimit: rate } }),
  );

/** Mistakes in the template. Only website, API and edge are made again from it; S3 and the Lambda go on. */
export const templateFaults = {
  'default-ttl-day': {
    title: 'DefaultTTL is a day',
    description: 'CloudFront caches responses without Cache-Control for a day.',
    edit: editCachePolicy({ DefaultTTL: daySeconds }),
  },
  'min-ttl-minute': {
    title: 'MinTTL is a minute',
    description: 'CloudFront caches every response for at least a minute.',
    edit: editCachePolicy({ MinTTL: 60, DefaultTTL: 60 }),
  },
  'max-ttl-zero': {
    title: 'MaxTTL is 0',
    description: 'CloudFront asks the website for every image, whatever its Cache-Control says.',
    edit: editCachePolicy({ MaxTTL: 0 }),
  },
  'query-in-key': {
    title: 'the query is in the cache key',
    description: 'Each version of a URL is an entry of its own at the edge, and S3 is asked for each.',
    edit: editCachePolicy({
      ParametersInCacheKeyAndForwardedToOrigin: { QueryStringsConfig: { QueryStringBehavior: 'all' } },
    }),
  },
  'redirect-302': {
    title: 'rules redirect with 302, DefaultTTL is a day',
    description: 'CloudFront caches a 302 without Cache-Control for DefaultTTL, as documented.',
    edit: both(editCachePolicy({ DefaultTTL: daySeconds }), editRules({ RedirectRule: { HttpRedirectCode: '302' } })),
  },
  'cache-control-everywhere': {
    title: 'Cache-Control on every response',
    description: 'The response headers policy adds max-age to every response, redirects included.',
    edit: editResources('AWS::CloudFront::ResponseHeadersPolicy', (properties) =>
      merge(properties, {
        ResponseHeadersPolicyConfig: {
          CustomHeadersConfig: {
            Items: [{ Header: 'Cache-Control', Value: `public, max-age=${daySeconds}`, Override: true }],
          },
        },
      }),
    ),
  },
  'rules-on-403': {
    title: 'rules match 403, wrong secret',
    description: 'The bucket refuses CloudFront, and the routing rules turn the refusal into a redirect.',
    edit: both(wrongSecret, editRules({ RoutingRuleCondition: { HttpErrorCodeReturnedEquals: '403' } })),
  },
  'wrong-secret': {
    title: 'wrong secret',
    description: 'CloudFront sends another Referer than the bucket policy expects.',
    edit: wrongSecret,
  },
  'no-rules': {
    title: 'no routing rules',
    description: 'The website answers 404 for every derivative that does not exist, and redirects nobody to the API.',
    edit: editResources('AWS::S3::Bucket', (properties) => editLists(properties, 'RoutingRules', () => [])),
  },
  'catch-all-rule': {
    title: 'a rule for every key',
    description: 'A routing rule without a prefix redirects unlisted presets to the API, too.',
    edit: editResources('AWS::S3::Bucket', (properties) =>
      editLists(properties, 'RoutingRules', (rules) => [
        ...rules,
        ...rules.slice(0, 1).map((rule) => ({
          RoutingRuleCondition: { HttpErrorCodeReturnedEquals: '404' },
          RedirectRule: merge(rule.RedirectRule as JsonObject, { ReplaceKeyPrefixWith: 'resize?key=' }),
        })),
      ]),
    ),
  },
  'api-throttle-low': {
    title: 'the API throttles at about one call a minute',
    description: 'The throttle of the API stage is far too low: most calls get 429.',
    edit: throttleApi(1, 0.02),
  },
} as const satisfies Record<string, TemplateFault>;

export const browserFaults = {
  'caches-redirects': {
    title: 'caches redirects',
    description: 'Redirects are cached as by Chromium. Images are requested again, as after a reload.',
  },
} as const satisfies Record<string, Entry>;

function crashes({ lambda, logs, events }: InterceptedChain): Interceptor {
  return async () => {
    const requestId = randomUUID();
    const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: exit status 1`;
    const line = `${errorMessage}\nRuntime.ExitError`;
    logs.write(lambda.function.logGroup, line);
    events.emit({ kind: 'log', group: lambda.function.logGroup, line });
    return { outcome: 'failed', requestId, error: { errorType: 'Runtime.ExitError', errorMessage } };
  };
}

/** The real Lambda runs; only its response is replaced. */
function alwaysRedirects({ edge }: InterceptedChain): Interceptor {
  return async (call, lambda) => {
    const result = await lambda(...call);
    const [, event] = call;
    const { rawQueryString = '' } = JSON.parse(event) as { rawQueryString?: string };
    const [, key] = /(?:^|&)key=(.+)$/.exec(rawQueryString) ?? [];
    if (result.outcome !== 'returned' || key === undefined) return result;
    const headers = { Location: `https://${edge.host}/${key}` };
    return { ...result, payload: JSON.stringify({ statusCode: 301, headers }) };
  };
}

/** The real Lambda runs; what it stored is cut before its redirect is returned. */
function storesHalves(_: InterceptedChain, images: Pick<Images, 'read' | 'put'>): Interceptor {
  return async (call, lambda) => {
    const result = await lambda(...call);
    if (result.outcome !== 'returned') return result;
    const { headers = {} } = JSON.parse(result.payload) as { headers?: Readonly<Record<string, string>> };
    const location = headers.Location ?? headers.location;
    const key = location && decodeURIComponent(new URL(location, 'https://image.host').pathname.slice(1));
    const stored = key && (await images.read('derivatives', key));
    if (stored)
      await images.put('derivatives', key, { ...stored, bytes: stored.bytes.subarray(0, stored.bytes.length >> 1) });
    return result;
  };
}
