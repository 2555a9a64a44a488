import type { Chain, RoutingRule, Row, Website } from './chain.ts';
import { at, list, type Plain, refersTo, text } from './plain-template.ts';

/** Faults of the website of the derivatives. */
export const websiteRows: readonly Row[] = [
  {
    id: 'L1-code',
    mechanism: 'caches keep the redirect of the website',
    check: (chain) =>
      eachRule(chain, ({ status, name }) =>
        status === '307'
          ? undefined
          : `${name} redirects with ${status}, which browsers or CloudFront cache without Cache-Control: the viewer is ` +
            'sent to the API again although the derivative exists. Set HttpRedirectCode to 307',
      ),
  },
  {
    id: 'L8-rule',
    mechanism: 'the website redirects the viewer to itself',
    check: (chain) => [
      ...eachRule(chain, ({ host, name }) => {
        if (host === '') {
          return `${name} has no host, so S3 redirects to the website itself: the rule applies again, in a loop`;
        }
        const home = chain.distributions.find(
          ({ id, aliases }) => refersTo(host, id) || aliases.some((alias) => alias === host),
        );
        return home && !home.behaviours.some(({ origins }) => origins[0]?.kind === 'api')
          ? `${name} redirects to ${home.id}, which requests this website again: a loop that never reaches the API`
          : undefined;
      }),
      ...chain.websites
        .filter(({ properties }) => at(properties, 'WebsiteConfiguration', 'RedirectAllRequestsTo') !== undefined)
        .map(({ id }) => ({
          resource: id,
          sentence: 'redirects all requests, also for derivatives that exist: it never serves an image',
        })),
    ],
  },
  {
    id: 'L9',
    mechanism: 'a rule applies to derivatives that exist',
    check: (chain) =>
      eachRule(chain, ({ errorCode, name }) => {
        if (errorCode === '404') return undefined;
        return errorCode === ''
          ? `${name} has no error code, so it also applies to a derivative that exists: the viewer is redirected to the API for ever`
          : `${name} applies to ${errorCode}: for a derivative that exists but cannot be read (a policy, a secret, a key) ` +
              'the viewer is redirected in a loop, with one call of the Lambda each time. Use 404 only';
      }),
  },
  {
    id: 'L14',
    mechanism: 'storing a derivative starts another resize',
    check: (chain) => chain.websites.flatMap((website) => eventsOf(website, chain)),
  },
  {
    id: 'W7-document',
    mechanism: 'a miss is answered with an HTML page',
    check: ({ websites }) =>
      websites
        .filter(({ properties }) => at(properties, 'WebsiteConfiguration', 'ErrorDocument') !== undefined)
        .map(({ id }) => ({
          resource: id,
          sentence:
            'has an ErrorDocument: where no rule applies to a miss, the viewer gets a page in place of an image, and ' +
            'CloudFront caches it',
        })),
  },
  {
    id: 'E1',
    mechanism: 'the website answers 403 to CloudFront',
    check: (chain) => chain.websites.flatMap((website) => secretDrift(website, chain)),
  },
  {
    id: 'E11',
    mechanism: 'the redirect leads to the API by http',
    check: (chain) =>
      eachRule(chain, ({ protocol, host, name }) =>
        protocol === 'https' || host === ''
          ? undefined
          : `${name} redirects by ${protocol || 'the protocol of the request, which is http at a website endpoint'}, ` +
            'but API Gateway supports https only: every first view fails',
      ),
  },
];

function eachRule({ websites }: Chain, judge: (rule: RoutingRule) => string | undefined) {
  return websites.flatMap(({ id, rules }) =>
    rules.flatMap((rule) => {
      const sentence = judge(rule);
      return sentence === undefined ? [] : [{ resource: id, sentence }];
    }),
  );
}

/** Returns events of the website's bucket that call a Lambda for the keys of the rules. */
function eventsOf({ id, rules, properties }: Website, { resources }: Chain) {
  const own = list(at(properties, 'NotificationConfiguration', 'LambdaConfigurations'));
  const custom = resources
    .filter(
      ({ type, properties: p }) => type === 'Custom::S3BucketNotifications' && refersTo(text(at(p, 'BucketName')), id),
    )
    .flatMap(({ properties: p }) => list(at(p, 'NotificationConfiguration', 'LambdaFunctionConfigurations')));
  const prefixes = rules.map(({ prefix }) => prefix);
  return [...own, ...custom]
    .filter((event) => prefixes.some((prefix) => overlap(prefix, filterPrefix(event))))
    .map(() => ({
      resource: id,
      sentence:
        'calls a Lambda for each stored object, derivatives included: what the Lambda stores calls it again. Filter ' +
        'the event by the prefix of the originals, or keep the originals in another bucket',
    }));
}

function filterPrefix(event: Plain): string {
  const rules = [...list(at(event, 'Filter', 'S3Key', 'Rules')), ...list(at(event, 'Filter', 'Key', 'FilterRules'))];
  return text(
    at(
      rules.find((rule) => /^prefix$/i.test(text(at(rule, 'Name')))),
      'Value',
    ),
  );
}

function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

function secretDrift(website: Website, chain: Chain) {
  const asked = chain.resources
    .filter(
      ({ type, properties }) =>
        type === 'AWS::S3::BucketPolicy' && refersTo(text(at(properties, 'Bucket')), website.id),
    )
    .flatMap((policy) =>
      list(at(policy.properties, 'PolicyDocument', 'Statement'))
        .map((statement) => list(at(statement, 'Condition', 'StringEquals', 'aws:Referer')).map(text))
        .filter((accepted) => accepted.length > 0)
        .map((accepted) => ({ policy: policy.id, accepted })),
    );
  const origins = chain.distributions.flatMap(({ id, behaviours }) =>
    behaviours.flatMap(({ origins: all }) =>
      all.filter(({ bucket }) => bucket === website.id).map((origin) => ({ distribution: id, origin })),
    ),
  );
  return origins.flatMap(({ distribution, origin }) =>
    asked
      .filter(({ accepted }) => !accepted.includes(origin.headers.get('referer') ?? ''))
      .slice(0, 1)
      .map(({ policy }) => ({
        resource: policy,
        sentence:
          `does not accept the Referer that ${distribution} sends: every request is a 403, no rule applies, and no ` +
          'derivative is generated',
      })),
  );
}

/** Faults of the target of the website's redirect. */
export const routeRows: readonly Row[] = [
  {
    id: 'E5',
    mechanism: 'the redirect keeps the method, and the API does not take HEAD',
    check: (chain) =>
      landingsOf(chain)
        .filter(({ reached }) => reached.length > 0 && !reached.some((route) => /^(ANY|HEAD) /.test(route)))
        .map(({ website, rule, api, reached }) => ({
          resource: website,
          sentence: `${rule} keeps the method HEAD, but ${api} has only ${reached.join(', ')}: a HEAD of a missing derivative fails`,
        })),
  },
  {
    id: 'E10',
    mechanism: 'the redirect leads to a path that the API does not have',
    check: (chain) =>
      landingsOf(chain)
        .filter(({ reached }) => reached.length === 0)
        .map(({ website, rule, path, api, routes }) => ({
          resource: website,
          sentence: `${rule} redirects to ${path}, but ${api} has only the routes ${routes.join(', ')}: every first view is a 404`,
        })),
  },
];

/** The target of a rule. Only for HTTP APIs whose routes are all in the template. */
interface Landing {
  readonly website: string;
  readonly rule: string;
  readonly path: string;
  readonly api: string;
  readonly routes: readonly string[];
  /** The routes that match the path. */
  readonly reached: readonly string[];
}

function landingsOf({ websites, resources }: Chain): Landing[] {
  return websites.flatMap(({ id, rules }) =>
    rules.flatMap(({ host, target, name }) => {
      const api = resources.find((r) => r.type === 'AWS::ApiGatewayV2::Api' && refersTo(host, r.id));
      if (!api) return [];
      const texts = (type: string, property: string) =>
        resources
          .filter((r) => r.type === type && refersTo(text(at(r.properties, 'ApiId')), api.id))
          .map(({ properties }) => text(at(properties, property)));
      const bases = texts('AWS::ApiGatewayV2::Stage', 'StageName').map((stage) =>
        stage === '$default' ? '' : `/${stage}`,
      );
      const routes = texts('AWS::ApiGatewayV2::Route', 'RouteKey');
      if (routes.length === 0 || routes.includes('$default')) return [];
      const path = `/${target.split('?')[0]}`;
      const reached = routes.filter((route) =>
        bases.some((base) => path === base + route.slice(route.indexOf(' ') + 1)),
      );
      return [{ website: id, rule: name, path, api: api.id, routes, reached }];
    }),
  );
}
