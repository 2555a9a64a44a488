import { Properties } from '../template/properties.ts';
import type { ResolvedTemplate, Resource } from '../template/template.ts';
import { type AccessLogFormat, readAccessLogFormat } from './access-log.ts';
import { type CorsRules, readCors } from './cors.ts';
import { type Route, readRoute } from './routes.ts';

/** An HTTP API with the one stage that it is reached by. */
export interface ApiDefinition {
  readonly logicalId: string;
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
  readonly domainName: string;
  readonly stage: string;
  readonly routes: readonly Route[];
  readonly cors?: CorsRules;
  /** Requests a second, and at once. Absent: the account's limits. */
  readonly throttle?: { readonly rate: number; readonly burst: number };
  readonly accessLog?: { readonly group: string; readonly format: AccessLogFormat };
}

export function readApis(template: ResolvedTemplate): readonly ApiDefinition[] {
  return template.resources
    .filter(({ type }) => type === 'AWS::ApiGatewayV2::Api')
    .map((api) => readApi(api, template));
}

function readApi(api: Resource, template: ResolvedTemplate): ApiDefinition {
  const { resources, account } = template;
  const properties = Properties.of(api);
  properties.oneOf('ProtocolType', ['HTTP']);
  const own = (type: string): readonly Resource[] =>
    resources.filter((resource) => resource.type === type && resource.properties.ApiId === api.ref);
  const integrations = new Map(own('AWS::ApiGatewayV2::Integration').map((one) => [one.ref, one]));
  const stages = own('AWS::ApiGatewayV2::Stage');
  const [stage] = stages;
  if (!stage || stages.length > 1) {
    throw new Error(`${api.logicalId}: the API has ${stages.length} stages: expected one`);
  }
  const cors = properties.child('CorsConfiguration');
  return {
    logicalId: api.logicalId,
    apiId: api.ref,
    accountId: account.accountId,
    region: account.region,
    domainName: `${api.ref}.execute-api.${account.region}.${account.urlSuffix}`,
    routes: own('AWS::ApiGatewayV2::Route').map((route) => readRoute(Properties.of(route), integrations)),
    ...(cors ? { cors: readCors(cors) } : {}),
    ...readStage(Properties.of(stage), resources),
  };
}

function readStage(
  stage: Properties,
  resources: readonly Resource[],
): Pick<ApiDefinition, 'stage' | 'throttle' | 'accessLog'> {
  // A stage that is not deployed by itself serves what was deployed last, and the template does not say what that is.
  if (!stage.flag('AutoDeploy', false)) throw stage.refusal('AutoDeploy', 'true');
  const settings = stage.child('DefaultRouteSettings');
  const log = stage.child('AccessLogSettings');
  return {
    stage: stage.text('StageName'),
    ...(settings?.has('ThrottlingRateLimit')
      ? {
          throttle: { rate: settings.number('ThrottlingRateLimit'), burst: settings.number('ThrottlingBurstLimit') },
        }
      : {}),
    ...(log ? { accessLog: { group: groupOf(log, resources), format: readAccessLogFormat(log) } } : {}),
  };
}

/** The log group that an ARN names, `:*` at its end or not. */
function groupOf(log: Properties, resources: readonly Resource[]): string {
  const arn = log.text('DestinationArn').replace(/:\*$/, '');
  const group = resources.find(({ type, ref }) => type === 'AWS::Logs::LogGroup' && arn.endsWith(`:log-group:${ref}`));
  if (!group) throw log.refusal('DestinationArn', 'a log group of the template');
  return group.ref;
}
