import { type Chain, type RoutingRule, type Row, websiteBehaviours } from './chain.ts';
import type { Behaviour } from './edge.ts';
import { type Answer, responseFunctionOf } from './edge-function.ts';

/** Faults of an API behind the same CloudFront as the images. */
export const imageHostRows: readonly Row[] = [
  {
    id: 'L5',
    mechanism: "the API's redirect is cached in front of the Lambda",
    check: (chain) =>
      eachApiBehaviour(chain, ({ cache, pattern }) =>
        cache.known && cache.minimum === 0 && cache.default === 0
          ? undefined
          : [
              cache.source,
              `caches answers of the API that do not ask for it (behaviour ${pattern}): its redirect comes from the cache, the ` +
                'Lambda is not called, and an expired derivative is not generated again. Set MinTTL and DefaultTTL to 0',
            ],
      ),
  },
  {
    id: 'W2',
    mechanism: 'all answers of the API are one entry of the cache',
    check: (chain) =>
      eachApiBehaviour(chain, ({ cache, pattern }) =>
        cache.maximum === 0 || cache.queryInKey
          ? undefined
          : [
              cache.source,
              `has no query in the cache key (behaviour ${pattern}), but the query names the image: viewers who come at the ` +
                'same time get the redirect to the image of one of them. Set QueryStringBehavior to all',
            ],
      ),
  },
  {
    id: 'E12',
    mechanism: 'the API does not get what it needs of the request',
    check: (chain) =>
      eachApiBehaviour(chain, ({ distribution, pattern, forwardsQuery, forwardedHeaders }) => {
        if (!forwardsQuery)
          return [distribution, `forwards no query to the API (behaviour ${pattern}): it gets no key`];
        return forwardedHeaders.some((header) => header === '*' || header === 'host')
          ? [
              distribution,
              `forwards the viewer's Host to the API (behaviour ${pattern}): API Gateway has no API of that name`,
            ]
          : undefined;
      }),
  },
  {
    id: 'L17',
    mechanism: "a function changes the API's redirect",
    check: (chain) =>
      eachApiBehaviour(chain, (behaviour) => {
        const edgeFunction = responseFunctionOf(behaviour, chain.resources);
        const location = '/200x200/a.jpg?v=01234567';
        const back = { status: 301, headers: { location, 'cache-control': 'no-store' } };
        const { status, headers } = edgeFunction?.answer(back, '/resize') ?? back;
        const same = status === 301 && headers.location === location && headers['cache-control'] === 'no-store';
        return same || !edgeFunction
          ? undefined
          : [
              edgeFunction.id,
              `changes the API's 301 to ${status} ${headers.location ?? ''}: the viewer does not get to the image`,
            ];
      }),
  },
  {
    id: 'L18',
    mechanism: "a function leads the website's redirect past the API",
    check: (chain) =>
      redirectsOf(chain).flatMap(({ behaviour, functionId, answer, siblings }) => {
        const { status, headers } = answer;
        const path = /^\/[^?]*/.exec(headers.location ?? '')?.[0];
        const found = siblings.find(({ pattern }) => matches(pattern, path ?? ''));
        const leadsToApi =
          status === 307 && (path === undefined ? headers.location : found?.origins[0]?.kind === 'api');
        return leadsToApi
          ? []
          : [
              {
                resource: functionId,
                sentence:
                  `makes the website's redirect a ${status} to ${headers.location ?? 'nowhere'} (behaviour ${behaviour.pattern}), ` +
                  'where no behaviour has the API as its origin: the website is asked again, and no derivative is made',
              },
            ];
      }),
  },
  {
    id: 'E13',
    mechanism: 'the Lambda refuses what does not come through CloudFront, and viewers do not come through it',
    check: (chain) =>
      chain.lambdas.flatMap(({ id, variables }) => {
        const accepted = variables.get('ORIGIN_SECRETS');
        if (accepted === undefined) return [];
        const refused = (sentence: string) => [
          { resource: id, sentence: `requires the secret of CloudFront, but ${sentence}` },
        ];
        const origins = apiBehaviours(chain).map(({ origins }) => origins[0]?.headers.get('x-origin-verify') ?? '');
        if (origins.length === 0) return refused('no behaviour has the API as its origin: every first view is a 403');
        if (origins.some((sent) => !accepted.split(',').includes(sent))) {
          return refused('CloudFront sends another one to the API: every first view is a 403');
        }
        const direct = websiteBehaviours(chain).some(
          ({ behaviour }) => responseFunctionOf(behaviour, chain.resources) === undefined,
        );
        const led = redirectsOf(chain).every(({ answer }) => answer.headers.location?.startsWith('/') !== false);
        return direct || !led
          ? refused("no function leads the website's redirect to CloudFront: every first view is a 403")
          : [];
      }),
  },
];

export function apiBehaviours({ distributions }: Chain): Behaviour[] {
  return distributions.flatMap(({ behaviours }) => behaviours.filter(({ origins }) => origins[0]?.kind === 'api'));
}

function eachApiBehaviour(chain: Chain, judge: (behaviour: Behaviour) => readonly [string, string] | undefined) {
  return apiBehaviours(chain).flatMap((behaviour) => {
    const judged = judge(behaviour);
    return judged ? [{ resource: judged[0], sentence: judged[1] }] : [];
  });
}

/** What the functions make of the website's redirect for a key of each rule. */
function redirectsOf(chain: Chain) {
  const rules = chain.websites.flatMap(({ rules }) => rules).filter(({ prefix, host }) => prefix !== '' && host !== '');
  return chain.distributions.flatMap(({ behaviours: siblings }) =>
    siblings.flatMap((behaviour) => {
      const edgeFunction = responseFunctionOf(behaviour, chain.resources);
      if (!edgeFunction || behaviour.origins[0]?.kind !== 'website') return [];
      return rules.map((rule) => ({
        behaviour,
        siblings,
        functionId: edgeFunction.id,
        answer: edgeFunction.answer(redirectOf(rule), `/${rule.prefix}a.jpg`),
      }));
    }),
  );
}

const redirectOf = ({ host, target }: RoutingRule): Answer => ({
  status: 307,
  headers: { location: `https://${host}/${target}a.jpg` },
});

/** "Path pattern": `*` is any text, `?` one character; the leading slash is optional. */
function matches(pattern: string, path: string): boolean {
  const slashed = /^[/*]/.test(pattern) ? pattern : `/${pattern}`;
  const expression = slashed
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(path);
}
