import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http/http.ts';
import { combine, readPolicy } from '../iam/policy.ts';
import { documentAnswer, folderAnswer, pageAnswer, type RequestIds } from './error-answer.ts';
import { type Failure, failures, isFailure } from './failures.ts';
import { type FoundObject, nothing, objectAnswer, redirectAnswer, type WebsiteObjects } from './object-answer.ts';
import {
  addressOf,
  encodeKey,
  type LocationContext,
  type LocationEncoding,
  locationOf,
  ruleBeforeLookup,
  ruleOnError,
} from './routing-rules.ts';
import { type RoutingRule, readWebsite } from './website-configuration.ts';

/** Facts about S3 that no recorded answer settles. Every setting is tested. `make smoke` shows which one is true. */
export interface WebsiteSwitches {
  /** How a routing rule writes the key into `Location`. */
  readonly locationEncoding: LocationEncoding;
  /**
   * `404`: a reader who may get objects learns that one is missing (documented for website endpoints).
   * `403`: only a reader who may also list the bucket learns it, as on the REST endpoint.
   */
  readonly missingKey: '404' | '403';
  /** Whether a routing rule's `Location` ends in the query of the request. */
  readonly queryInLocation: boolean;
}

export interface WebsiteOptions {
  /** Of the AWS::S3::Bucket and of its AWS::S3::BucketPolicy, for messages. */
  readonly logicalId: string;
  readonly policyLogicalId?: string;
  readonly bucketName: string;
  /** `WebsiteConfiguration` of the bucket, resolved. */
  readonly website: unknown;
  /** `PolicyDocument` of the bucket policy, resolved. Without one nobody may read. */
  readonly policy?: unknown;
  readonly objects: WebsiteObjects;
  readonly switches: WebsiteSwitches;
  readonly clock: Clock;
}

/** The website endpoint of one bucket, as it answers anonymous readers over plain http. */
export function websiteHandler(options: WebsiteOptions): HttpHandler {
  const { objects, switches, clock, bucketName } = options;
  const website = readWebsite(options.logicalId, options.website);
  const mayRead = readBucketPolicy(options.policyLogicalId ?? options.logicalId, bucketName, options.policy);

  return async (request) => {
    const ids = newRequestIds();
    const { status, headers, body } = await answerTo(request, ids);
    const common = {
      'x-amz-request-id': ids.requestId,
      'x-amz-id-2': ids.hostId,
      date: new Date(clock.now()).toUTCString(),
      server: 'AmazonS3',
    };
    if (request.method !== 'HEAD') return { status, headers: { ...common, ...headers }, body };
    return { status, headers: { ...common, ...(status < 400 ? headers : withoutType(headers)) }, body: nothing };
  };

  async function answerTo(request: HttpRequest, ids: RequestIds): Promise<HttpResponse> {
    const { method, headers } = request;
    const host = headers.host ?? '';
    if (bucketOf(host) !== bucketName) return pageAnswer(failures.noSuchBucket(bucketOf(host)), ids);
    if (method === 'OPTIONS') return pageAnswer(failures.corsNotEnabled(method), ids);
    if (method !== 'GET' && method !== 'HEAD') return pageAnswer(failures.methodNotAllowed(method), ids);

    const { path, query, key } = readTarget(request);
    const context: LocationContext = {
      host,
      query: switches.queryInLocation ? query : '',
      encoding: switches.locationEncoding,
    };
    const redirectBy = (rule: RoutingRule, missed: string) =>
      redirectAnswer(rule.redirect.status, locationOf(rule, missed, context));

    if (website.redirectAll) {
      return redirectAnswer(301, `${addressOf(website.redirectAll, context)}${path}${context.query}`);
    }
    if (key === undefined) return pageAnswer(failures.invalidUri(path), ids);

    const early = ruleBeforeLookup(website.rules, key);
    if (early) return redirectBy(early, key);

    // The lookup adds the index suffix. Rules and redirects see the key without it.
    const isFolder = key === '' || key.endsWith('/');
    const found = await lookUp(isFolder ? key + website.indexSuffix : key, request);
    const answer = isFailure(found) ? found : objectAnswer(found, headers);
    if (!isFailure(answer)) return answer;

    if (answer.code === 'NoSuchKey' && !isFolder && (await isReadable(`${key}/${website.indexSuffix}`, request))) {
      return folderAnswer(`/${encodeKey(key, switches.locationEncoding)}/`, ids);
    }
    const late = ruleOnError(website.rules, key, answer.status);
    if (late) return redirectBy(late, key);

    if (website.errorKey === undefined) return pageAnswer(answer, ids);
    const document = await lookUp(website.errorKey, request);
    return isFailure(document) ? pageAnswer(answer, ids, document) : documentAnswer(answer, document);
  }

  async function lookUp(key: string, request: HttpRequest): Promise<FoundObject | Failure> {
    if (!allows('s3:GetObject', request, key)) return failures.accessDenied();
    const found = await (request.method === 'HEAD' ? objects.head(key) : objects.get(key));
    if (found) return found;
    const tells = switches.missingKey === '404' || allows('s3:ListBucket', request);
    return tells ? failures.noSuchKey(key) : failures.accessDenied();
  }

  async function isReadable(key: string, request: HttpRequest): Promise<boolean> {
    return allows('s3:GetObject', request, key) && (await objects.head(key)) !== undefined;
  }

  function allows(action: 's3:GetObject' | 's3:ListBucket', { headers, ip }: HttpRequest, key?: string): boolean {
    // Website endpoints have no TLS, so a policy that demands it excludes everybody.
    const call = { action, referer: headers.referer, secureTransport: false, ip };
    return mayRead(key === undefined ? call : { ...call, key });
  }
}

/** `curl -I` of a missing key shows the x-amz-error headers and no Content-Type (recorded answers). */
function withoutType({ 'content-type': _, ...headers }: HttpResponse['headers']): HttpResponse['headers'] {
  return headers;
}

function newRequestIds(): RequestIds {
  const bytes = randomBytes(65);
  return {
    requestId: bytes.subarray(0, 8).toString('hex').toUpperCase(),
    hostId: bytes.subarray(8).toString('base64'),
  };
}

/** The target of a request as the website endpoint reads it. */
interface WebsiteTarget {
  readonly path: string;
  /** With its `?`, or nothing. */
  readonly query: string;
  /** Absent if the path is not percent-encoded UTF-8. */
  readonly key?: string;
}

function readTarget({ target }: HttpRequest): WebsiteTarget {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark);
  try {
    // S3 reads a raw `+` in a path as a space, so a key with a plus has to be asked for as `%2B`.
    return { path, query, key: decodeURIComponent(path.slice(1).replaceAll('+', ' ')) };
  } catch {
    return { path, query };
  }
}

/**
 * The bucket that a Host names: `bucket.s3-website-region.amazonaws.com` or `bucket.s3-website.region.amazonaws.com`. Any
 * other host is taken for a bucket of that name, so a forwarded Host names a bucket that does not exist.
 */
export function bucketOf(host: string): string {
  const name = host.replace(/:\d+$/, '');
  return /^(.+)\.s3-website[.-][a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/.exec(name)?.[1] ?? name;
}

/** A call without credentials, as a bucket policy judges it. */
interface AnonymousCall {
  readonly action: 's3:GetObject' | 's3:ListBucket';
  /** Absent for the bucket itself. */
  readonly key?: string;
  readonly referer?: string | undefined;
  readonly secureTransport: boolean;
  /** Address of the caller. */
  readonly ip: string;
}

export type BucketPolicy = (call: AnonymousCall) => boolean;

/** Matches only statements about everybody. */
const anonymous = { principal: 'anonymous', accountId: 'anonymous' };

export function readBucketPolicy(logicalId: string, bucketName: string, document: unknown): BucketPolicy {
  const allows = combine([readPolicy(`${logicalId}: PolicyDocument`, document)]);
  return ({ action, key, referer, secureTransport, ip }) =>
    allows({
      ...anonymous,
      action,
      resource: `arn:aws:s3:::${bucketName}${key === undefined ? '' : `/${key}`}`,
      context: { 'aws:referer': referer, 'aws:securetransport': String(secureTransport), 'aws:sourceip': ip },
    });
}
