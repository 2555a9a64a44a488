import type { EndpointHop } from '../aws/chain-events.ts';
import { type CloudFront, createCloudFront } from '../aws/cloudfront/cloudfront.ts';
import { cloudFrontApiHost, createInvalidations } from '../aws/cloudfront/invalidations.ts';
import type { Connect } from '../aws/cloudfront/origin-fetch.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../aws/http/http.ts';
import { type Listener, openListener } from '../aws/http/server.ts';
import { createHttpApi } from '../aws/http-api/http-api.ts';
import { policyForOutsiders } from '../aws/iam/policy.ts';
import type { Invoke } from '../aws/lambda/lambda.ts';
import { readObject, type Store } from '../aws/s3/store.ts';
import type { Template } from '../aws/template/template.ts';
import type { WebsiteObjects } from '../aws/website/object-answer.ts';
import { websiteHandler } from '../aws/website/website-handler.ts';
import type { ChainContext } from './context.ts';
import { type ChainParts, readChainParts, type TemplateChoice } from './read-parts.ts';
import type { Storage } from './storage.ts';

/**
 * Website, API and edge: what the template alone decides. They can be made again from a changed template while S3 and
 * Lambda go on, to try a mistake in a setting.
 */
export interface Endpoints {
  readonly website: HttpHandler;
  readonly api: HttpHandler;
  readonly edge: HttpHandler & Pick<CloudFront, 'useLocation' | 'invalidate' | 'peek' | 'clear' | 'snapshot'>;
  /** CloudFront's API, for invalidations. */
  readonly cloudFrontApi: HttpHandler;
  /** Of the template in use. */
  parts(): ChainParts;
  /** Without a change: back to the endpoints of the start, with what their cache held. */
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
  { store, callers }: Pick<Storage, 'store' | 'callers'>,
  invoke: Invoke,
): Endpoints {
  const first = make(parts);
  let inUse = first;

  function make(of: ChainParts): Made {
    const website = createWebsite(of, context, store);
    const api = createApi(of, context, invoke);
    return { parts: of, website, api, edge: createEdge(of, context, website, api) };
  }

  function changed(change: (template: Template) => Template): ChainParts {
    const changed = readChainParts({ ...choice, change: (source) => change(choice.change?.(source) ?? source) });
    for (const part of ['functions', 'buckets', 'websiteHost', 'distributionHosts'] as const) {
      if (JSON.stringify(changed[part]) === JSON.stringify(parts[part])) continue;
      throw new Error(`The change of the template affects ${part}: expected one of website, API and edge only`);
    }
    return changed;
  }

  const { interceptors, clock, timers, delays, events } = context;
  const edge: HttpHandler = (request) =>
    interceptors.viewer?.(request, inUse.edge.handle) ?? inUse.edge.handle(request);
  return {
    website: (request) => inUse.website(request),
    api: (request) => inUse.api(request),
    edge: Object.assign(edge, {
      useLocation: (location: number) => inUse.edge.useLocation(location),
      invalidate: (items: readonly string[]) => inUse.edge.invalidate(items),
      peek: (path: string) => inUse.edge.peek(path),
      clear: () => inUse.edge.clear(),
      snapshot: () => inUse.edge.snapshot(),
    }),
    cloudFrontApi: createInvalidations({
      distributionId: parts.distribution.ref,
      ...parts.access,
      callers,
      clock,
      timers,
      invalidate: (items) => inUse.edge.invalidate(items),
      delays: () => delays.invalidation(),
      onChange: (change) => events.emit({ kind: 'invalidation', change }),
    }),
    parts: () => inUse.parts,
    change(change) {
      inUse = change ? make(changed(change)) : first;
    },
  };
}

function createWebsite({ website, template }: ChainParts, context: ChainContext, store: Store): HttpHandler {
  const policy = template.ofType('AWS::S3::BucketPolicy').find(({ properties }) => properties.Bucket === website.ref);
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
  return reported('website', handler, context);
}

/** S3's limit on a key. An index document's name after a long key can exceed it. */
const maxKeyBytes = 1024;

/** A bucket as the website endpoint reads it: with the owner's rights, since the website decides who may read. */
function websiteObjects(store: Store, bucket: string): WebsiteObjects {
  const fits = (key: string) => Buffer.byteLength(key) <= maxKeyBytes;
  return {
    head: async (key) => (fits(key) ? store.head(bucket, key) : undefined),
    get: async (key) => (fits(key) ? readObject(store, bucket, key) : undefined),
  };
}

function createApi({ api, permissions }: ChainParts, context: ChainContext, invoke: Invoke): HttpHandler {
  const { switches, clock, log } = context;
  return reported('api', createHttpApi({ api, permissions, invoke, switches, clock, log }), context);
}

function createEdge(parts: ChainParts, context: ChainContext, website: HttpHandler, api: HttpHandler): CloudFront {
  const { distribution, distributionHosts, template, websiteHost } = parts;
  const byRef = (...types: readonly string[]) =>
    new Map(types.flatMap((type) => template.ofType(type)).map((resource) => [resource.ref, resource]));
  const edge = createCloudFront({
    distribution,
    names: { id: distribution.ref, domainName: distributionHosts[0] ?? '' },
    policies: byRef('AWS::CloudFront::CachePolicy', 'AWS::CloudFront::ResponseHeadersPolicy'),
    functions: byRef('AWS::CloudFront::Function'),
    connect: connectTo({ host: websiteHost, handler: website }, { host: parts.api.domainName, handler: api }),
    switches: context.switches,
    clock: context.clock,
    log: context.log,
    onFunction: (functionName, outcome) => context.events.emit({ kind: 'edge-function', functionName, outcome }),
  });
  return { ...edge, handle: reported('edge', edge.handle, context) };
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

/** Returns a handler that emits one hop for each request. */
function reported<Response extends HttpResponse & Pick<EndpointHop, 'edge' | 'access'>>(
  endpoint: EndpointHop['endpoint'],
  handler: (request: HttpRequest) => Promise<Response>,
  { events }: ChainContext,
): (request: HttpRequest) => Promise<Response> {
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
        ...(location !== undefined && { location }),
        ...(answer.edge && { edge: answer.edge }),
        ...(answer.access && { access: answer.access }),
      },
    });
    return answer;
  };
}

/** 0 or nothing takes a free one. */
export interface Ports {
  readonly edgePort?: number;
  readonly apiPort?: number;
  readonly websitePort?: number;
}

/** Opens one loopback port for each endpoint. From then on the names of AWS lead there. */
export async function openListeners(
  { edge, api, website, cloudFrontApi }: Endpoints,
  { websiteHost, api: { domainName }, distributionHosts }: ChainParts,
  { hosts, onStop }: ChainContext,
  { edgePort = 0, apiPort = 0, websitePort = 0 }: Ports,
): Promise<Readonly<Record<'edge' | 'api' | 'website' | 'cloudFrontApi', Listener>>> {
  async function open(handler: HttpHandler, names: readonly string[], port: number, separator = ', ') {
    const [host = ''] = names;
    const listener = await openListener(handler, { port, host, separator, toLocal: hosts.toLocal });
    onStop(listener.close);
    for (const name of names) hosts.set(name, listener.address);
    return listener;
  }

  return {
    website: await open(website, [websiteHost], websitePort),
    api: await open(api, [domainName], apiPort, ','),
    edge: await open(edge, distributionHosts, edgePort),
    cloudFrontApi: await open(cloudFrontApi, [cloudFrontApiHost], 0),
  };
}
