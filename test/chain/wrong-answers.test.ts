/** Every wrong answer that the chain can show: one wrong thing is found by its own row alone. */
import { describe, it } from 'vitest';
import { allViewerExceptHost, rewriting } from './edge-changes.ts';
import { type Broken, expectOnly } from './rows/broken.ts';

const broken: readonly Broken[] = [
  {
    row: 'W1',
    how: 'a format that follows Accept, under one address',
    // On the image host no header of the viewer reaches the API. The shipped function gives each format its own address.
    apiOn: 'own-host',
    change: rewriting(''),
    mistakes: [
      {
        file: 'create-handler.ts',
        from: 'const { method, key, requestId } = requestFrom(event);',
        to: "const { method, key, requestId } = requestFrom(event); globalThis.accepted = event.headers.accept ?? '';",
      },
      {
        file: 'core/resize-plan.ts',
        from: 'return plan.format ?? formatOf[type];',
        to: "return plan.format ?? (globalThis.accepted.includes('image/webp') ? 'webp' : formatOf[type]);",
      },
    ],
    says: /takes image\/jpeg gets image\/webp/,
  },
  {
    row: 'W2',
    how: 'the API behind a behaviour that keeps its answers without the query',
    change({ edge, resizeCache }) {
      Object.assign(resizeCache, { MinTTL: 1, DefaultTTL: 1 });
      resizeCache.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig = { QueryStringBehavior: 'none' };
      // Sends on the query that is not in the key.
      edge.CacheBehaviors[0].OriginRequestPolicyId = allViewerExceptHost;
    },
    says: /Who asks for the green image sees the blue/,
  },
  {
    row: 'W4',
    how: 'query strings in the cache key, which an invalidation of the address leaves',
    change: ({ cache }) => {
      cache.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig = { QueryStringBehavior: 'all' };
    },
    says: /doomed\.jpg\?v=2 still shows the image/,
  },
  {
    row: 'W5',
    how: 'a derivative stored without its type',
    mistakes: [
      {
        file: 'resize-image.ts',
        from: 'contentType: contentTypes[derivative.format]',
        to: "contentType: 'binary/octet-stream'",
      },
    ],
    says: /200x200\/visit\/first\.jpg is image\/jpeg and is called binary\/octet-stream/,
  },
  {
    row: 'W5',
    how: 'a derivative stored in part',
    mistakes: [
      {
        file: 'resize-image.ts',
        from: 'const derivative = { bytes, contentType,',
        to: 'const derivative = { bytes: bytes.subarray(0, bytes.length / 2), contentType,',
      },
    ],
    says: /200x200\/visit\/first\.jpg does not decode/,
  },
  {
    row: 'W6',
    how: 'refusals that say nothing of their lifetime',
    mistakes: [{ file: 'core/reply.ts', from: "'Cache-Control': isKept", to: "'X-Cache-Control': isKept" }],
    says: /404 carries Cache-Control "null", expected "no-store"\n.*500 carries/,
  },
  {
    row: 'W6',
    how: 'a refusal that browsers keep for a day',
    mistakes: [
      {
        file: 'core/reply.ts',
        from: ": 'no-store',\n      ...(error.status === 405",
        to: ": 'max-age=86400',\n      ...(error.status === 405",
      },
    ],
    says: /uploaded after a 404 is not seen, and nobody asks for it: 307,404/,
  },
  {
    row: 'W7',
    how: 'a custom error response that makes a page of a 404',
    change: ({ edge }) => {
      edge.CustomErrorResponses = [{ ErrorCode: 404, ResponseCode: 200, ResponsePagePath: '/index.html' }];
    },
    prepare: ({ putDerivative }) =>
      putDerivative({
        key: 'index.html',
        bytes: Buffer.from('<h1>Not here</h1>'),
        contentType: 'text/html',
        cacheControl: '',
        metadata: {},
      }),
    says: /answered 200/,
    // Of the API's 404 it makes a page, too.
    also: ['W6'],
  },
  {
    row: 'W8',
    how: "the key as API Gateway's decoded field has it",
    mistakes: [
      {
        file: 'adapters/api-gateway.ts',
        from: '/(?:^|&)key=(.*)$/s.exec(event.rawQueryString)?.[1]',
        to: 'encodeURIComponent(event.queryStringParameters.key)',
      },
    ],
    says: /was read as "visit\/one\.jpg,200x200\/visit\/two\.jpg"/,
  },
  {
    row: 'W9',
    how: 'dot segments that are let through',
    mistakes: [
      {
        file: 'url.ts',
        from: "if (segments.some((segment) => segment === '.' || segment === '..')) return 'has a dot segment';",
        to: '',
      },
    ],
    says: /GetObject was called for "visit\/x\/\.\.\/first\.jpg"/,
  },
  {
    row: 'W10',
    how: 'one rule for every path',
    change({ rules }) {
      const rule = structuredClone(rules[0]);
      delete rule.RoutingRuleCondition.KeyPrefixEquals;
      rule.RedirectRule.ReplaceKeyPrefixWith = 'resize?key=';
      rules.push(rule);
    },
    says: /The API was asked for \/resize\?key=999x999\/visit\/first\.jpg/,
  },
];

describe('a chain that is broken in one point', () => {
  for (const one of broken) it(`${one.row} ${one.how}`, () => expectOnly(one));
});
