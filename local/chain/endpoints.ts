import type { Hop } from '../aws/chain-events.ts';
import { type CloudFront, createCloudFront } from '../aws/cloudfront/cloudfront.ts';
import type { Connect } from '../aws/cloudfront/origin-fetch.ts';
import type { HttpHandler } from '../aws/http/http.ts';
import { type Listener, openListener } from '../aws/http/server.ts';
import type { AccessRecord } from '../aws/http-api/access-log.ts';
import { httpApi } from '../aws/http-api/http-api.ts';
import { policyForOutsiders } from '../aws/iam/public-access.ts';
import type { Invoke } from '../aws/lambda/lambda.ts';
import { readObject, type Store } from '../aws/s3/store.ts';
import type { Template } from '../aws/template/template.ts';
import type { WebsiteObjects } from '../aws/website/object-answer.ts';
import { websiteHandler } from '../aws/website/website-handler.ts';
import type { ChainContext } from './context.ts';
import { type ChainParts, readChainParts, type TemplateChoice } from './read-parts.ts';

/**
 * Website, API and edge: what is made of the template alone. They can be made anew from a changed template while S3 and
 * the Lambda go on, so that a mistake in a setting can be looked at and taken back.
 */
export interface Endpoints {
  readonly website: HttpHandler;
  readonly api: HttpHandler;
  readonly edge: HttpHandler & Pick<CloudFront, 'invalidate' | 'forget' | 'remember'>;
  /** Of the template as it stands now. */
  parts(): ChainParts;
  /** Without a change, back to the endpoints of the start, with what their cache held. */
  change(change?: (template: Template) => Template): void;
}

interface Made {
  readonly parts: ChainParts;
  readonly website: HttpHandler;
  readonly api: HttpHandler;
  readonly edge: CloudFront;
}

export function createEndpoints(
  choice: TemplateChoice,
  parts: ChainParts,
  context: ChainContext,
  store: Store,
  invoke: Invoke,
): Endpoints {
  const first = make(parts);
  let now = first;

  function make(of: ChainParts): Made {
    const website = createWebsite(of, context, store);
    const api = createApi(of, context, invoke);
    return { parts: of, website, api, edge: createEdge(of, context, website, api) };
  }

  function changed(change: (template: Template) => Template): ChainParts {
    const changed = readChainParts({ ...choice, change: (source) => change(choice.change?.(source) ?? source) });
    for (const one of ['functions', 'buckets', 'websiteHost', 'distributionHosts'] as const) {
      if (JSON.stringify(changed[one]) === JSON.stringify(parts[one])) continue;
      throw new Error(`The change of the template reaches ${one}: expected one of website, API and edge alone`);
    }
    return changed;
  }

  const edge: HttpHandler = (request) =>
    context.interceptors.viewer?.(request, now.edge.https) ?? now.edge.https(request);
  return {
    website: (request) => now.website(request),
    api: (request) => now.api(request),
    edge: Object.assign(edge, {
      invalidate: (paths: readonly string[]) => now.edge.invalidate(paths),
      forget: () => now.edge.forget(),
      remember: () => now.edge.remember(),
    }),
    parts: () => now.parts,
    change(change) {
      now = change ? make(changed(change)) : first;
    },
  };
}

function createWebsite(parts: ChainParts, context: ChainContext, store: Store): HttpHandler {
  const { website, template } = parts;
  const policy = template.resources.find(
    ({ type, properties }) => type === 'AWS::S3::BucketPolicy' && properties.Bucket === website.ref,
  );
  const handler = websiteHandler({
    logicalId: website.logicalId,
    ...(policy ? { policyLogicalId: policy.logicalId } : {}),
    bucketName: website.ref,
    website: website.properties.WebsiteConfiguration,
    policy: policyForOutsiders(template, website.ref),
    objects: websiteObjects(store, website.ref),
    switches: context.switches,
    clock: context.clock,
  });
  return watched('website', handler, context);
}

function createApi({ api, permissions }: ChainParts, context: ChainContext, invoke: Invoke): HttpHandler {
  const { switches, clock, log, events } = context;
  const onRequest = (record: AccessRecord) => events.emit({ kind: 'access', record });
  return watched('api', httpApi({ api, permissions, invoke, switches, clock, log, onRequest }), context);
}

function createEdge(parts: ChainParts, context: ChainContext, website: HttpHandler, api: HttpHandler): CloudFront {
  const { distribution, distributionHosts, template, websiteHost } = parts;
  const byRef = (types: readonly string[]) =>
    new Map(template.resources.filter(({ type }) => types.includes(type)).map((resource) => [resource.ref, resource]));
  return createCloudFront({
    distribution,
    names: { id: distribution.ref, domainName: distributionHosts[0] ?? '' },
    policies: byRef([
      'AWS::CloudFront::CachePolicy',
      'AWS::CloudFront::OriginRequestPolicy',
      'AWS::CloudFront::ResponseHeadersPolicy',
    ]),
    functions: byRef(['AWS::CloudFront::Function']),
    connect: connectTo({ host: websiteHost, handler: website }, { host: parts.api.domainName, handler: api }),
    switches: context.switches,
    clock: context.clock,
    log: context.log,
    onFunction: (functionName, outcome) => context.events.emit({ kind: 'edge-function', functionName, outcome }),
    onRequest(record) {
      context.events.emit({ kind: 'edge', record });
      const { method, uri, query, status, resultType, bytes, milliseconds, location } = record;
      const target = query === '' ? uri : `${uri}?${query}`;
      const more = location === undefined ? {} : { location };
      context.events.emit({
        kind: 'hop',
        hop: { endpoint: 'edge', method, target, status, cache: resultType, bytes, milliseconds, ...more },
      });
    },
  });
}

/** A endpoint that listens, with the names of AWS that now lead to it. */
export async function open(
  handler: HttpHandler,
  hosts: readonly string[],
  port: number,
  context: ChainContext,
  separator?: string,
): Promise<Listener> {
  const [host = ''] = hosts;
  const { toLocal } = context.hosts;
  const endpoint = await openListener(handler, {
    port,
    host,
    toLocal,
    ...(separator === undefined ? {} : { separator }),
  });
  context.onStop(endpoint.close);
  for (const host of hosts) context.hosts.set(host, endpoint.address);
  return endpoint;
}

function watched(endpoint: Hop['endpoint'], handler: HttpHandler, { events }: ChainContext): HttpHandler {
  return async (request) => {
    const start = performance.now();
    const answer = await handler(request);
    const { location } = answer.headers;
    events.emit({
      kind: 'hop',
      hop: {
        endpoint,
        method: request.method,
        target: request.target,
        status: answer.status,
        bytes: answer.body.byteLength,
        milliseconds: performance.now() - start,
        ...(location === undefined ? {} : { location }),
      },
    });
    return answer;
  };
}

/** What CloudFront finds at an address: the website speaks http only, the API https only. */
function connectTo(
  website: { readonly host: string; readonly handler: HttpHandler },
  api: { readonly host: string; readonly handler: HttpHandler },
): Connect {
  return ({ domainName, protocol, port }) => {
    if (domainName === website.host) return protocol === 'http' && port === 80 ? website.handler : undefined;
    if (domainName === api.host) return protocol === 'https' && port === 443 ? api.handler : undefined;
    return undefined;
  };
}

/** Bytes of a key at most. An index document's name after a long key can exceed them. */
const maxKeyBytes = 1024;

/** A bucket as the website endpoint reads it: with the owner's rights, since the website decides who may read. */
function websiteObjects(store: Store, bucket: string): WebsiteObjects {
  const fits = (key: string) => Buffer.byteLength(key) <= maxKeyBytes;
  return {
    head: async (key) => (fits(key) ? store.head(bucket, key) : undefined),
    get: async (key) => (fits(key) ? readObject(store, bucket, key) : undefined),
  };
}
