import type { Chain } from './chain.ts';
import { at, refersTo, text } from './plain-template.ts';
import type { Row } from './row.ts';

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
