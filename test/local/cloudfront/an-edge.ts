import { createClock } from '../../../local/aws/clock.ts';
import { type CloudFrontOptions, createCloudFront } from '../../../local/aws/cloudfront/cloudfront.ts';
import type { EdgeRecord } from '../../../local/aws/cloudfront/edge-answer.ts';
import type { HttpRequest, HttpResponse } from '../../../local/aws/http/http.ts';
import type { Resource } from '../../../local/aws/template/template.ts';
import { aResource } from '../a-resource.ts';

export const originHost = 'derivatives.s3-website-us-east-1.amazonaws.com';
export const names = { id: 'E123EXAMPLE', domainName: 'd111111abcdef8.cloudfront.net' };

/** What an origin answers, or the error that it throws. */
export type Scripted = { status?: number; headers?: Record<string, string>; body?: string } | Error;
export type Script = (request: HttpRequest, count: number) => Scripted | Promise<Scripted>;

export interface Setting {
  /** Answers every request that reaches the origin; `count` is 1 for the first. */
  origin?: Script;
  /** The second origin of a group, named `api`. */
  second?: Script;
  cachePolicy?: object;
  originRequestPolicyId?: string;
  responseHeadersPolicy?: object;
  behaviour?: object;
  behaviours?: object[];
  config?: object;
  originConfig?: object;
  customOriginConfig?: object;
  /** Code by event. */
  functions?: Partial<Record<'viewer-request' | 'viewer-response', string>>;
  redirectCaching?: 'documented' | 'legacy';
  responseUri?: 'rewritten' | 'asked';
  capacityBytes?: number;
  connect?: CloudFrontOptions['connect'];
}

export interface Asking {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** The policy of this project: nothing in the key, and no TTL but the object's. */
export const ownCachePolicy = { MinTTL: 0, DefaultTTL: 0, MaxTTL: 31_536_000 };

export const functionResource = (logicalId: string, code: string, changes: object = {}): Resource =>
  aResource(
    'AWS::CloudFront::Function',
    {
      Name: logicalId,
      AutoPublish: true,
      FunctionCode: code,
      FunctionConfig: { Runtime: 'cloudfront-js-2.0', Comment: '' },
      ...changes,
    },
    logicalId,
  );

/** The managed policies AllViewer and AllViewerExceptHostHeader. */
export const allViewer = '216adef6-5c7f-47e4-b989-5492eafa07d3';
export const allViewerExceptHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

/** One distribution over scripted origins, with the requests, records and log lines. */
export function anEdge(setting: Setting = {}) {
  const clock = createClock(Date.UTC(2026, 10, 25));
  const asked: HttpRequest[] = [];
  const secondAsked: HttpRequest[] = [];
  const records: EdgeRecord[] = [];
  const logged: string[] = [];
  const policies = new Map<string, Resource>();
  const policy = (id: string, kind: string, config: object) =>
    policies.set(id, aResource(`AWS::CloudFront::${kind}`, { [`${kind}Config`]: config }, id));
  policy('own-cache', 'CachePolicy', setting.cachePolicy ?? ownCachePolicy);
  if (setting.responseHeadersPolicy) policy('own-headers', 'ResponseHeadersPolicy', setting.responseHeadersPolicy);
  const functions = Object.entries(setting.functions ?? {});

  const behaviour = {
    TargetOriginId: 'website',
    ViewerProtocolPolicy: 'https-only',
    CachePolicyId: 'own-cache',
    ...(setting.originRequestPolicyId && { OriginRequestPolicyId: setting.originRequestPolicyId }),
    ...(setting.responseHeadersPolicy && { ResponseHeadersPolicyId: 'own-headers' }),
    ...(functions.length > 0 && {
      FunctionAssociations: functions.map(([event]) => ({ EventType: event, FunctionARN: `arn:${event}` })),
    }),
    ...setting.behaviour,
  };
  const origin = (Id: string, DomainName: string) => ({
    Id,
    DomainName,
    CustomOriginConfig: { OriginProtocolPolicy: 'http-only', ...setting.customOriginConfig },
    ...setting.originConfig,
  });

  const play =
    (script: Script, seen: HttpRequest[]) =>
    async (request: HttpRequest): Promise<HttpResponse> => {
      seen.push(request);
      const answer = await script(request, seen.length);
      if (answer instanceof Error) throw answer;
      const body = Buffer.from(answer.body ?? '');
      return {
        status: answer.status ?? 200,
        headers: answer.headers ?? {},
        body: request.method === 'HEAD' ? Buffer.alloc(0) : body,
      };
    };
  const handlers = new Map([
    [originHost, play(setting.origin ?? (() => ({ body: 'hello' })), asked)],
    ['api.example', play(setting.second ?? (() => ({ body: 'second' })), secondAsked)],
  ]);

  const cloudFront = createCloudFront({
    distribution: aResource(
      'AWS::CloudFront::Distribution',
      {
        DistributionConfig: {
          Enabled: true,
          Origins: [origin('website', originHost), origin('api', 'api.example')],
          DefaultCacheBehavior: behaviour,
          CacheBehaviors: (setting.behaviours ?? []).map((changes) => ({ ...behaviour, ...changes })),
          ...setting.config,
        },
      },
      'Edge',
    ),
    names,
    policies,
    functions: new Map(functions.map(([event, code]) => [`arn:${event}`, functionResource(event, code)])),
    connect:
      setting.connect ?? (({ domainName, protocol }) => (protocol === 'http' ? handlers.get(domainName) : undefined)),
    switches: {
      redirectCaching: setting.redirectCaching ?? 'documented',
      responseUri: setting.responseUri ?? 'rewritten',
    },
    clock,
    log: (group, line) => logged.push(`${group} ${line}`),
    ...(setting.capacityBytes !== undefined && { capacityBytes: setting.capacityBytes }),
  });

  const ask = async (target = '/a.jpg', { method = 'GET', headers = {}, body = '' }: Asking = {}) => {
    const {
      body: bytes,
      edge: record,
      ...answer
    } = await cloudFront.handle({
      method,
      target,
      headers: { host: 'img.example.com', ...headers },
      body: Buffer.from(body),
      ip: '192.0.2.7',
    });
    records.push(record);
    return { ...answer, text: Buffer.from(bytes).toString(), xCache: answer.headers['x-cache']?.split(' ')[0] };
  };
  return {
    ask,
    asked,
    secondAsked,
    records,
    logged,
    clock,
    cloudFront,
    seconds: (n: number) => clock.advance(n * 1000),
  };
}
