import { Properties } from '../template/properties.ts';
import type { Resource } from '../template/template.ts';

export interface Route {
  readonly logicalId: string;
  /** As in the template: `ANY /resize`, `GET /resize`, `$default`. */
  readonly key: string;
  /** Absent for ANY and `$default`. */
  readonly method?: string;
  /** Absent for `$default`. */
  readonly path?: string;
  readonly integration: Integration;
}

export interface Integration {
  /** The function, its version or its alias. */
  readonly functionArn: string;
  readonly timeoutMilliseconds: number;
}

/** "Quotas for HTTP APIs": the integration timeout cannot be raised. */
const maxTimeoutMilliseconds = 30_000;

/** Path variables are not emulated. */
export function readRoute(route: Properties, integrations: ReadonlyMap<string, Resource>): Route {
  const key = route.text('RouteKey');
  route.oneOf('AuthorizationType', ['NONE'], 'NONE');
  const [, target] = /^integrations\/(.+)$/.exec(route.text('Target')) ?? [];
  const integration = integrations.get(target ?? '');
  if (!integration) throw route.refusal('Target', 'an integration of the same API');
  const [, method, path] = /^([A-Z]+) (\/[^{}]*)$/.exec(key) ?? [];
  if (key !== '$default' && path === undefined) {
    throw route.refusal('RouteKey', '$default, or a method and a path without variables');
  }
  return {
    logicalId: route.logicalId,
    key,
    ...(method !== undefined && method !== 'ANY' && { method }),
    ...(path !== undefined && { path }),
    integration: readIntegration(Properties.of(integration)),
  };
}

function readIntegration(integration: Properties): Integration {
  integration.oneOf('IntegrationType', ['AWS_PROXY']);
  integration.oneOf('PayloadFormatVersion', ['2.0']);
  const uri = integration.text('IntegrationUri');
  const timeoutMilliseconds = integration.number('TimeoutInMillis', maxTimeoutMilliseconds);
  if (timeoutMilliseconds < 50 || timeoutMilliseconds > maxTimeoutMilliseconds) {
    throw integration.refusal('TimeoutInMillis', `50 to ${maxTimeoutMilliseconds}`);
  }
  // Either the ARN of the function, or the ARN of the invocation that API Gateway makes.
  const [, functionArn = uri] = /:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri) ?? [];
  return { functionArn, timeoutMilliseconds };
}

/** "Routing API requests": the path with its method, then the path with ANY, then `$default`. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Route | undefined {
  const onPath = routes.filter((route) => route.path === path);
  return (
    onPath.find((route) => route.method === method) ??
    onPath.find((route) => route.method === undefined) ??
    routes.find(({ key }) => key === '$default')
  );
}
