import { Properties } from '../template/properties.ts';
import type { Resource } from '../template/template.ts';

export interface Route {
  readonly logicalId: string;
  /** As in the template: `ANY /resize`, `GET /pets/{id}`, `$default`. */
  readonly key: string;
  /** `undefined` for ANY and `$default`. */
  readonly method?: string;
  /** Segments of the path; `undefined` for `$default`. */
  readonly segments?: readonly string[];
  readonly integration: Integration;
}

export interface Integration {
  /** The function, its version or its alias. */
  readonly functionArn: string;
  readonly timeoutMilliseconds: number;
}

export interface Match {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** "Quotas for HTTP APIs": the integration timeout cannot be raised. */
const maxTimeoutMilliseconds = 30_000;

export function readRoute(route: Properties, integrations: ReadonlyMap<string, Resource>): Route {
  const key = route.text('RouteKey');
  route.oneOf('AuthorizationType', ['NONE'], 'NONE');
  const [, target] = /^integrations\/(.+)$/.exec(route.text('Target')) ?? [];
  const integration = integrations.get(target ?? '');
  if (!integration) throw route.refusal('Target', 'an integration of the same API');
  const [, method, path] = /^([A-Z]+) (\/.*)$/.exec(key) ?? [];
  if (key !== '$default' && (method === undefined || path === undefined)) {
    throw route.refusal('RouteKey', '$default, or a method and a path');
  }
  return {
    logicalId: route.logicalId,
    key,
    ...(method === undefined || method === 'ANY' ? {} : { method }),
    ...(path === undefined ? {} : { segments: path.slice(1).split('/') }),
    integration: readIntegration(Properties.of(integration)),
  };
}

function readIntegration(integration: Properties): Integration {
  integration.oneOf('IntegrationType', ['AWS_PROXY']);
  integration.oneOf('PayloadFormatVersion', ['2.0']);
  integration.oneOf('IntegrationMethod', ['POST'], 'POST');
  integration.oneOf('ConnectionType', ['INTERNET'], 'INTERNET');
  const uri = integration.text('IntegrationUri');
  const timeoutMilliseconds = integration.number('TimeoutInMillis', maxTimeoutMilliseconds);
  if (timeoutMilliseconds < 50 || timeoutMilliseconds > maxTimeoutMilliseconds) {
    throw integration.refusal('TimeoutInMillis', `50 to ${maxTimeoutMilliseconds}`);
  }
  // Both ways to write it are legal: the ARN of the function, or that of the invocation that API Gateway makes.
  const [, functionArn = uri] = /:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri) ?? [];
  return { functionArn, timeoutMilliseconds };
}

/**
 * "Routing API requests": a full match of route and method, then one with a greedy variable, then `$default`. Where both
 * the method and ANY fit the same path, the method wins; a literal segment wins over a variable.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  const segments = path.slice(1).split('/');
  const matches = routes
    .filter((route) => route.method === undefined || route.method === method)
    .flatMap((route) => {
      const parameters = route.segments ? parametersOf(route.segments, segments) : {};
      return parameters ? [{ route, parameters }] : [];
    });
  return matches.sort((one, other) => rankOf(one.route).localeCompare(rankOf(other.route)))[0];
}

function parametersOf(wanted: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const greedy = wanted.at(-1)?.endsWith('+}') ?? false;
  if (greedy ? given.length < wanted.length : given.length !== wanted.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const [, name, plus] = /^\{([^+}]+)(\+?)\}$/.exec(segment) ?? [];
    const value = plus ? given.slice(index).join('/') : (given[index] ?? '');
    if (name === undefined ? segment !== value : value === '') return undefined;
    if (name !== undefined) parameters[name] = value;
  }
  return parameters;
}

/** Sorts the best match first: greedy after full, `$default` last, then segment by segment, then the method over ANY. */
function rankOf({ segments, method }: Route): string {
  if (!segments) return '3';
  const greedy = segments.at(-1)?.endsWith('+}') ?? false;
  const places = segments.map((segment) => (segment.startsWith('{') ? '1' : '0')).join('');
  return `${greedy ? 2 : 1}${places}${method === undefined ? 1 : 0}`;
}
