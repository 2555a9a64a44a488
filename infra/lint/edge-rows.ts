import { type Chain, type Row, websiteBehaviours } from './chain.ts';
import type { Behaviour } from './edge.ts';
import { responseFunctionOf } from './edge-function.ts';
import { at, list, refersTo, text } from './plain-template.ts';

/** Faults of CloudFront in front of the website. */
export const edgeRows: readonly Row[] = [
  {
    id: 'L1',
    mechanism: "CloudFront caches the website's redirect",
    check: (chain) =>
      eachWebsiteBehaviour(chain, ({ cache }) => {
        if (!cache.known) {
          return [cache.source, 'uses a cache policy that is not in the template, which may cache redirects'];
        }
        return cache.default === 0
          ? undefined
          : [
              cache.source,
              `caches answers without Cache-Control for ${cache.default} s, and the website's redirect has none: every ` +
                'viewer is redirected to the API for that time, although the derivative exists. Set DefaultTTL to 0',
            ];
      }),
  },
  {
    id: 'L2',
    mechanism: 'CloudFront caches the redirect for a minimum time, whatever its headers',
    check: (chain) =>
      eachWebsiteBehaviour(chain, ({ cache }) =>
        cache.minimum === 0
          ? undefined
          : [
              cache.source,
              `caches every answer for at least ${cache.minimum} s, even with no-store: a viewer who comes back from the API ` +
                'within that time gets the redirect again. Set MinTTL to 0',
            ],
      ),
  },
  {
    id: 'L3',
    mechanism: 'Cache-Control is added to all answers, so browsers cache the redirect',
    check: (chain) => eachWebsiteBehaviour(chain, (behaviour) => addedCacheControl(behaviour, chain)),
  },
  {
    id: 'L5-stage',
    mechanism: "the API's redirect is cached in the API",
    check: (chain) =>
      chain.resources
        .filter(
          ({ type, properties }) => /^AWS::(ApiGateway::Stage|Serverless::Api)$/.test(type) && stageCaches(properties),
        )
        .map(({ id }) => ({
          resource: id,
          sentence:
            'has a stage cache: its redirect comes from the cache, the Lambda is not called, and an expired derivative is ' +
            'not generated again. Disable the cache',
        })),
  },
  {
    id: 'L7-path',
    mechanism: 'CloudFront requests another key than the viewer',
    check: (chain) =>
      websiteBehaviours(chain)
        .filter(({ origin }) => origin.path !== '')
        .map(({ behaviour, origin }) => ({
          resource: behaviour.distribution,
          sentence:
            `adds ${origin.path} in front of each key: S3 looks for another key than the Lambda stores, so a derivative is ` +
            'never found and is generated again for each viewer. Remove OriginPath',
        })),
  },
  {
    id: 'L10',
    mechanism: 'the API is the second origin of the website',
    check: (chain) =>
      eachWebsiteBehaviour(chain, ({ origins, distribution }) =>
        origins.some(({ kind }) => kind === 'api')
          ? [
              distribution,
              'has the API as the fallback of the website: its redirect to the same URL is cached under that URL, which is ' +
                'a redirect loop. Let the website redirect by its rules instead',
            ]
          : undefined,
      ),
  },
  {
    id: 'W7-response',
    mechanism: 'an error of the website becomes a 200',
    check: ({ distributions }) =>
      distributions.flatMap(({ id, errorResponses }) =>
        errorResponses
          .filter(
            (response) => text(at(response, 'ResponsePagePath')) !== '' || text(at(response, 'ResponseCode')) !== '',
          )
          .map((response) => ({
            resource: id,
            sentence:
              `answers a ${text(at(response, 'ErrorCode'))} with ${text(at(response, 'ResponsePagePath')) || 'another status'}` +
              `${text(at(response, 'ResponseCode')) && ` as ${text(at(response, 'ResponseCode'))}`}: a missing image looks like ` +
              'a valid answer, and browsers cache it under the URL of the image',
          })),
      ),
  },
  {
    id: 'W1-accept',
    mechanism: 'Accept is part of the cache key',
    check: (chain) =>
      eachWebsiteBehaviour(chain, ({ cache }) =>
        cache.headersInKey.some((header) => header === '*' || header === 'accept')
          ? [
              cache.source,
              'has Accept in the cache key: browsers send dozens of values, and each one has copies of its own of every image ' +
                'that nobody else hits. Choose the format in a viewer-request function, which changes the path',
            ]
          : undefined,
      ),
  },
  {
    id: 'E2',
    mechanism: 'CloudFront uses https for a website endpoint',
    check: (chain) =>
      websiteBehaviours(chain)
        .filter(({ origin }) => origin.kind === 'website' && origin.protocolPolicy !== 'http-only')
        .map(({ behaviour, origin }) => ({
          resource: behaviour.distribution,
          sentence:
            `connects to the website by ${origin.protocolPolicy || 'no stated protocol'}, but website endpoints support http only: ` +
            'viewers get 502 or 504. Set OriginProtocolPolicy to http-only',
        })),
  },
  {
    id: 'E3',
    mechanism: "the viewer's Host reaches S3",
    check: (chain) =>
      eachWebsiteBehaviour(chain, ({ forwardedHeaders, distribution }) =>
        forwardedHeaders.some((header) => header === '*' || header === 'host')
          ? [
              distribution,
              "forwards the viewer's Host to the website: S3 looks for a bucket of that name, and every request is a 404 " +
                'to which no rule applies',
            ]
          : undefined,
      ),
  },
  {
    id: 'E4',
    mechanism: 'the origin is the bucket, not its website',
    check: (chain) =>
      websiteBehaviours(chain)
        .filter(({ origin }) => origin.kind === 'bucket' || origin.isS3Origin)
        .map(({ behaviour, origin }) => ({
          resource: behaviour.distribution,
          sentence:
            `reads from ${origin.domain}, the REST endpoint of the bucket, which has no routing rules: a missing derivative ` +
            'is an XML error and is never generated. Use the host of WebsiteURL as a custom origin',
        })),
  },
  {
    id: 'E9',
    mechanism: 'the query string reaches S3 and may end up in the key',
    check: (chain) =>
      eachWebsiteBehaviour(chain, ({ cache, forwardsQuery, distribution }) =>
        forwardsQuery && !cache.queryInKey
          ? [
              distribution,
              'forwards query strings to the website: if S3 keeps them in its redirect, the API gets a key that ends in ' +
                '`?v=2` and does not exist. Forward none',
            ]
          : undefined,
      ),
  },
  {
    id: 'W4',
    mechanism: 'each version of a URL is an entry of its own in the cache',
    check: (chain) =>
      eachWebsiteBehaviour(chain, ({ cache }) =>
        cache.queryInKey
          ? [
              cache.source,
              'has the query in the cache key: every `?v=` of one image is another entry, so fewer views are hits, and the ' +
                'entries stay when the path is invalidated. Set QueryStringBehavior to none',
            ]
          : undefined,
      ),
  },
];

function eachWebsiteBehaviour(chain: Chain, judge: (behaviour: Behaviour) => readonly [string, string] | undefined) {
  const behaviours = new Set(websiteBehaviours(chain).map(({ behaviour }) => behaviour));
  return [...behaviours].flatMap((behaviour) => {
    const judged = judge(behaviour);
    return judged ? [{ resource: judged[0], sentence: judged[1] }] : [];
  });
}

function addedCacheControl(behaviour: Behaviour, { resources }: Chain): readonly [string, string] | undefined {
  const { properties } = behaviour;
  const effect =
    'adds Cache-Control to every answer, also to the redirect: browsers cache it and request the API again although the ' +
    'derivative exists. Derivatives have their own';
  const policy = resources.find(
    ({ id, type }) =>
      type === 'AWS::CloudFront::ResponseHeadersPolicy' &&
      refersTo(text(at(properties, 'ResponseHeadersPolicyId')), id),
  );
  const headers = list(at(policy?.properties, 'ResponseHeadersPolicyConfig', 'CustomHeadersConfig', 'Items'));
  if (policy && headers.some((header) => /^(cache-control|expires)$/i.test(text(at(header, 'Header'))))) {
    return [policy.id, effect];
  }
  const edgeFunction = responseFunctionOf(behaviour, resources);
  const redirect = { status: 307, headers: { location: 'https://api.example.com/resize?key=200x200/a.jpg' } };
  const { headers: after } = edgeFunction?.answer(redirect, '/200x200/a.jpg') ?? redirect;
  return edgeFunction && ('cache-control' in after || 'expires' in after) ? [edgeFunction.id, effect] : undefined;
}

function stageCaches(properties: Parameters<typeof at>[0]): boolean {
  const on = (value: Parameters<typeof text>[0]) => text(value) === 'true';
  return (
    on(at(properties, 'CacheClusterEnabled')) ||
    list(at(properties, 'MethodSettings')).some((setting) => on(at(setting, 'CachingEnabled')))
  );
}
