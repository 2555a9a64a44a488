import { Properties } from '../template/properties.ts';
import { type ResolvedTemplate, type Resource, TemplateError } from '../template/template.ts';
import { type AccessLogFormat, readAccessLogFormat } from './access-log.ts';
import { type CorsRules, readCors } from './cors.ts';
import { type Route, readRoute } from './routes.ts';

/** An HTTP API with its `$default` stage. */
export interface ApiDefinition {
  readonly logicalId: string;
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
  readonly domainName: string;
  readonly routes: readonly Route[];
  readonly cors?: CorsRules;
  /** Requests per second, and at once. Absent: no throttle below the account's. */
  readonly throttle?: { readonly rate: number; readonly burst: number };
  readonly accessLog?: { readonly group: string; readonly format: AccessLogFormat };
}

export function readApis(template: ResolvedTemplate): readonly ApiDefinition[] {
  return template.ofType('AWS::ApiGatewayV2::Api').map((api) => readApi(api, template));
}

function readApi(api: Resource, template: ResolvedTemplate): ApiDefinition {
  const { accountId, region, urlSuffix } = template.account;
  const properties = Properties.of(api);
  properties.oneOf('ProtocolType', ['HTTP']);
  const own = (type: string) => template.ofType(type).filter((resource) => resource.properties.ApiId === api.ref);
  const integrations = new Map(own('AWS::ApiGatewayV2::Integration').map((one) => [one.ref, one]));
  const [stage, ...otherStages] = own('AWS::ApiGatewayV2::Stage');
  if (!stage || otherStages.length > 0) {
    throw new TemplateError(`${api.logicalId}: the API has ${stage ? 'several stages' : 'no stage'}: expected one`);
  }
  const cors = properties.child('CorsConfiguration');
  return {
    logicalId: api.logicalId,
    apiId: api.ref,
    accountId,
    region,
    domainName: `${api.ref}.execute-api.${region}.${urlSuffix}`,
    routes: own('AWS::ApiGatewayV2::Route').map((route) => readRoute(Properties.of(route), integrations)),
    ...(cors && { cors: readCors(cors) }),
    ...readStage(Properties.of(stage), template),
  };
}

function readStage(stage: Properties, template: ResolvedTemplate): Pick<ApiDefinition, 'throttle' | 'accessLog'> {
  stage.oneOf('StageName', ['$default']);
  // Without AutoDeploy a stage serves the last deployment, which the template does not describe.
  if (!stage.flag('AutoDeploy', false)) throw stage.refusal('AutoDeploy', 'true');
  const settings = stage.child('DefaultRouteSettings');
  const log = stage.child('AccessLogSettings');
  return {
    ...(settings?.has('ThrottlingRateLimit') && {
      throttle: { rate: settings.number('ThrottlingRateLimit'), burst: settings.number('ThrottlingBurstLimit') },
    }),
    ...(log && { accessLog: { group: groupOf(log, template), format: readAccessLogFormat(log) } }),
  };
}

/** The log group of an ARN, with or without `:*` at its end. */
function groupOf(log: Properties, template: ResolvedTemplate): string {
  const arn = log.text('DestinationArn').replace(/:\*$/, '');
  const group = template.ofType('AWS::Logs::LogGroup').find(({ ref }) => arn.endsWith(`:log-group:${ref}`));
  if (!group) throw log.refusal('DestinationArn', 'a log group of the template');
  return group.ref;
}
