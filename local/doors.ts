import type { ChainParts } from './chain-parts.ts';
import { type CloudFront, createCloudFront } from './emulators/cloudfront/cloudfront.ts';
import type { AccessRecord } from './emulators/http-api/access-log.ts';
import { httpApi } from './emulators/http-api/http-api.ts';
import type { InvokeResult } from './emulators/lambda/lambda.ts';
import { websiteHandler } from './emulators/website/website-handler.ts';
import type { Hop } from './events.ts';
import type { HttpHandler } from './http.ts';
import { policyForOutsiders } from './iam/public-access.ts';
import { connectTo } from './origins.ts';
import { type Door, openDoor } from './serve.ts';
import type { Storage } from './storage.ts';
import { websiteObjects } from './website-objects.ts';
import type { World } from './world.ts';

export type Invoke = (functionArn: string, event: string, traceId: string) => Promise<InvokeResult>;

export function createWebsite(parts: ChainParts, world: World, storage: Storage): HttpHandler {
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
    objects: websiteObjects(storage.website, website.ref),
    switches: world.switches,
    clock: world.clock,
  });
  return watched('website', handler, world);
}

export function createApi({ api, permissions }: ChainParts, world: World, invoke: Invoke): HttpHandler {
  const { switches, clock, log, events } = world;
  const onRequest = (record: AccessRecord) => events.emit({ kind: 'access', record });
  return watched('api', httpApi({ api, permissions, invoke, switches, clock, log, onRequest }), world);
}

export function createEdge(parts: ChainParts, world: World, website: HttpHandler, api: HttpHandler): CloudFront {
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
    switches: world.switches,
    clock: world.clock,
    log: world.log,
    onFunction: (functionName, outcome) => world.events.emit({ kind: 'edge-function', functionName, outcome }),
    onRequest(record) {
      world.events.emit({ kind: 'edge', record });
      const { method, uri, query, status, resultType, bytes, milliseconds, location } = record;
      const target = query === '' ? uri : `${uri}?${query}`;
      const more = location === undefined ? {} : { location };
      world.events.emit({
        kind: 'hop',
        hop: { door: 'edge', method, target, status, cache: resultType, bytes, milliseconds, ...more },
      });
    },
  });
}

/** A door that listens, with the names of AWS that now lead to it. */
export async function open(
  handler: HttpHandler,
  hosts: readonly string[],
  port: number,
  world: World,
  separator?: string,
): Promise<Door> {
  const [host = ''] = hosts;
  const { toLocal } = world.hosts;
  const door = await openDoor(handler, { port, host, toLocal, ...(separator === undefined ? {} : { separator }) });
  world.onStop(door.close);
  for (const host of hosts) world.hosts.set(host, door.address);
  return door;
}

function watched(door: Hop['door'], handler: HttpHandler, { events }: World): HttpHandler {
  return async (request) => {
    const start = performance.now();
    const answer = await handler(request);
    const { location } = answer.headers;
    events.emit({
      kind: 'hop',
      hop: {
        door,
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
