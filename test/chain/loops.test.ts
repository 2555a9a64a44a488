/** Every loop that the chain can show: the shipped chain has none, and one wrong thing is found by its own row alone. */
import { describe, it } from 'vitest';
import { apiOrigin, edgeHost, rewriting } from './edge-changes.ts';
import { type Broken, expectOnly } from './rows/broken.ts';

const day = 86_400;

const broken: readonly Broken[] = [
  {
    row: 'L1',
    how: 'a default of one day, where CloudFront keeps a bare 307 as it did for years',
    change: ({ cache }) => Object.assign(cache, { DefaultTTL: day }),
    switches: { redirectCaching: 'legacy' },
    says: /redirect was a hit: 307 Hit/,
  },
  {
    row: 'L1',
    how: 'a default of one day and rules that redirect by 301',
    change({ cache, rules }) {
      Object.assign(cache, { DefaultTTL: day });
      for (const { RedirectRule } of rules) RedirectRule.HttpRedirectCode = '301';
    },
    says: /redirect was a hit: 301 Hit/,
  },
  {
    row: 'L2',
    how: 'a minimum of one second',
    change: ({ cache }) => Object.assign(cache, { MinTTL: 1, DefaultTTL: 1 }),
    switches: { redirectCaching: 'legacy' },
    says: /307 Miss, 301 Miss, 307 Hit, 200 Miss; 307 Hit, 200 Miss$/,
  },
  {
    row: 'L3',
    how: 'a response headers policy with Cache-Control',
    change: ({ headers }) =>
      Object.assign(headers, {
        CustomHeadersConfig: { Items: [{ Header: 'Cache-Control', Value: 'max-age=60', Override: true }] },
      }),
    says: /"max-age=60"/,
    // Browsers keep the API's errors, too.
    also: ['W6'],
  },
  {
    row: 'L3',
    how: 'a function on viewer responses that sets Cache-Control',
    change: ({ edgeFunction }) => {
      const code = "headers['cache-control'] = { value: 'max-age=60' }; return response;";
      edgeFunction.FunctionCode = edgeFunction.FunctionCode.replace('return response;', code);
    },
    says: /"max-age=60"/,
  },
  {
    row: 'L4',
    how: 'a bare 301 of the API',
    mistakes: [
      { file: 'core/reply.ts', from: "Location: location, 'Cache-Control': 'no-store'", to: 'Location: location' },
    ],
    says: /10 redirects that it had kept, and gave up after 20/,
  },
  {
    row: 'L5',
    how: 'the API behind a behaviour that caches for at least a minute',
    change: ({ resizeCache }) => Object.assign(resizeCache, { MinTTL: 60, DefaultTTL: 60 }),
    says: /The edge answered for the API: 307 Miss, 301 Hit, 307 Miss, 301 Hit/,
  },
  {
    row: 'L6',
    how: 'a plus that is left as it is in Location, where S3 reads a space',
    mistakes: [
      {
        file: 'url.ts',
        from: 'return encodeURIComponent(segment)',
        to: "return encodeURIComponent(segment).replaceAll('%2B', '+')",
      },
    ],
    says: /"200x200\/visit\/a\+b 100%\.jpg" was stored, and the viewer is sent to \S+a\+b/,
  },
  {
    row: 'L6',
    how: 'names in composed letters only',
    mistakes: [
      {
        file: 'url.ts',
        from: 'return encodeURIComponent(segment)',
        to: "return encodeURIComponent(segment.normalize('NFC'))",
      },
    ],
    says: /sent to \S+caf%C3%A9\.jpg/,
  },
  {
    row: 'L6',
    how: 'keys read once where S3 writes them twice',
    apiOn: 'own-host',
    change: ({ lambda }) => Object.assign(lambda.Environment.Variables, { LOCATION_ENCODING: 'once' }),
    says: /wants "visit\/a\+b 100%\.jpg", and the Lambda read "visit\/a%2Bb%20100%25\.jpg"/,
  },
  {
    row: 'L7',
    how: 'derivatives in the bucket of the originals',
    change({ lambda, role, ids }) {
      lambda.Environment.Variables.DERIVATIVES_BUCKET = { Ref: ids.originals };
      const originals = { 'Fn::Join': ['', [{ 'Fn::GetAtt': [ids.originals, 'Arn'] }, '/*']] };
      role.Statement.push({ Effect: 'Allow', Action: 's3:PutObject', Resource: originals });
    },
    says: /went into \S*originals\S*, and the website looks in \S*derivatives/,
  },
  {
    row: 'L7',
    how: 'an origin path before each key',
    change: ({ edge }) => Object.assign(edge.Origins[0], { OriginPath: '/derivatives' }),
    says: /asked for \/derivatives\/200x200\/visit\/first\.jpg, the edge for \/200x200/,
  },
  {
    row: 'L8',
    how: 'rules without a host',
    apiOn: 'own-host',
    change({ rules }) {
      for (const { RedirectRule } of rules) delete RedirectRule.HostName;
    },
    says: /website sends viewers to https:\/\/\S+\.s3-website\S+, which is not the API/,
  },
  {
    row: 'L8',
    how: 'rules that lead to the distribution',
    apiOn: 'own-host',
    change(parts) {
      for (const { RedirectRule } of parts.rules) RedirectRule.HostName = edgeHost(parts);
    },
    says: /website sends viewers to https:\/\/\S+\.cloudfront\.net\/resize/,
  },
  {
    row: 'L8',
    how: 'rules without a protocol, which is http',
    apiOn: 'own-host',
    change({ rules }) {
      for (const { RedirectRule } of rules) delete RedirectRule.Protocol;
    },
    says: /website sends viewers to http:\/\/\S+\.execute-api/,
  },
  {
    row: 'L8',
    how: "the API's own address told to the Lambda",
    apiOn: 'own-host',
    change: ({ lambda, ids }) =>
      Object.assign(lambda.Environment.Variables, { IMAGE_BASE_URL: { 'Fn::GetAtt': [ids.api, 'ApiEndpoint'] } }),
    says: /API sends viewers to https:\/\/\S+\.execute-api/,
  },
  {
    row: 'L8',
    how: "the website's own address told to the Lambda",
    apiOn: 'own-host',
    change: ({ lambda, ids }) =>
      Object.assign(lambda.Environment.Variables, {
        IMAGE_BASE_URL: { 'Fn::GetAtt': [ids.derivatives, 'WebsiteURL'] },
      }),
    says: /API sends viewers to http:\/\/\S+\.s3-website/,
  },
  {
    row: 'L8',
    how: 'plain http told to the Lambda',
    apiOn: 'own-host',
    change(parts) {
      const url = { 'Fn::Join': ['', ['http://', edgeHost(parts)]] };
      parts.lambda.Environment.Variables.IMAGE_BASE_URL = url;
    },
    says: /API sends viewers to http:\/\/\S+\.cloudfront\.net/,
  },
  {
    row: 'L9',
    how: 'a rule on 403 beside the one on 404',
    change({ rules }) {
      const rule = structuredClone(rules.find((one) => one.RoutingRuleCondition.KeyPrefixEquals === '200x200/'));
      rule.RoutingRuleCondition.HttpErrorCodeReturnedEquals = '403';
      rules.push(rule);
    },
    says: /Who may not read a derivative is sent to http\S+, though it exists/,
  },
  {
    row: 'L9',
    how: 'rules by prefix alone',
    change({ rules }) {
      for (const { RoutingRuleCondition } of rules) delete RoutingRuleCondition.HttpErrorCodeReturnedEquals;
    },
    says: /redirects though the derivative is there: 307 Miss, 200/,
  },
  {
    row: 'L10',
    how: 'the API as the fallback of an origin group, on every path',
    apiOn: 'own-host',
    change(parts) {
      const { edge, website, route, permission } = parts;
      delete website.RoutingRules;
      delete permission.SourceArn;
      route.RouteKey = '$default';
      const first = edge.Origins[0].Id;
      edge.Origins.push(apiOrigin(parts));
      edge.OriginGroups = {
        Quantity: 1,
        Items: [
          {
            Id: 'group',
            FailoverCriteria: { StatusCodes: { Quantity: 1, Items: [404] } },
            Members: { Quantity: 2, Items: [{ OriginId: first }, { OriginId: 'api' }] },
          },
        ],
      };
      edge.DefaultCacheBehavior.TargetOriginId = 'group';
      delete edge.CustomErrorResponses;
    },
    mistakes: [
      {
        file: 'adapters/api-gateway.ts',
        from: '/(?:^|&)key=(.*)$/s.exec(event.rawQueryString)?.[1]',
        to: "event.rawPath.slice(1).split('/').map(encodeURIComponent).join('/')",
      },
    ],
    says: /first\.jpg answers 301 to itself/,
    // With no rules in between, whatever is missing is the API's.
    also: ['W10'],
  },
  {
    row: 'L11',
    how: 'a function that asks for WebP by the path, each time again',
    change: rewriting("request.uri = request.uri.replace(/^(\\/[^/]+)\\//, '$1.webp/');"),
    says: /^\/200x200\/\S+ became \/200x200\.webp\/\S+, and that became \/200x200\.webp\.webp\//,
  },
  {
    row: 'L12',
    how: 'an error of the store that is swallowed',
    mistakes: [
      {
        file: 'resize-image.ts',
        from: 'derivatives.put(derivativeKey, derivative, replaces, signal)',
        to: 'derivatives.put(derivativeKey, derivative, replaces, signal).catch(() => true)',
      },
    ],
    says: /PutObject failed and the API answered 301/,
  },
  {
    row: 'L13',
    how: 'a redirect for what was never uploaded',
    mistakes: [
      {
        file: 'resize-image.ts',
        from: 'if (!original) return replyMissing(request);',
        to: 'if (!original) return replyRedirect(request.plan.location);',
      },
    ],
    says: /no original and the API answered 301/,
  },
  {
    row: 'L15',
    how: 'a lock that sends everybody but the first one round',
    // At the edge the others wait for the first one's answer.
    apiOn: 'own-host',
    mistakes: [
      {
        file: 'resize-image.ts',
        from: 'const { original, existing } = await lookUp(request);',
        to: `const lock = \`\${process.cwd()}/lock-\${encodeURIComponent(request.plan.derivativeKey)}\`;
             const { mkdirSync, rmSync } = process.getBuiltinModule('node:fs');
             try { mkdirSync(lock); } catch { return replyRedirect(request.plan.location); }
             const { original, existing } = await lookUp(request).finally(() => setTimeout(() => rmSync(lock, { recursive: true, force: true }), 1000));`,
      },
    ],
    // Long enough for more than one round, and within the first attempt of a put.
    slowPutMilliseconds: 900,
    says: /lone viewer took 3 hops, and one of 6 at once took \d+/,
  },
];

describe('a chain that is broken in one point', () => {
  for (const one of broken) it(`${one.row} ${one.how}`, () => expectOnly(one));
});
