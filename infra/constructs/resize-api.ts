import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Capacity, ServiceConfig } from '../../src/config.ts';
import { resizePath } from '../routing-rules.ts';

export interface ResizeApiProps {
  readonly config: ServiceConfig;
  readonly capacity: Capacity;
}

/** The API in front of the Lambda. The website redirects viewers to it when a derivative is missing. */
export class ResizeApi extends Construct {
  readonly api: HttpApi;
  readonly accessLog: LogGroup;
  /**
   * From the id of the API. CDK's own URL depends on stage and route, which makes a cycle through Lambda, distribution
   * and bucket.
   */
  readonly host: string;
  private readonly timeout: Duration;

  constructor(scope: Construct, id: string, { config, capacity }: ResizeApiProps) {
    super(scope, id);
    this.timeout = Duration.seconds(config.limits.apiSeconds);
    this.api = new HttpApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-api`,
      description: 'Generates missing derivatives',
      createDefaultStage: false,
      // Without `corsPreflight`: the API would discard the Lambda's own CORS headers (API Gateway developer guide,
      // "Configure CORS for HTTP APIs").
    });
    this.host = `${this.api.apiId}.execute-api.${Stack.of(this).region}.amazonaws.com`;

    this.accessLog = new LogGroup(this, 'AccessLog', {
      // API Gateway adds every other log group to one policy of the account, of at most 5,120 characters ("Considerations
      // for resource policies and API Gateway log delivery", CloudWatch Logs).
      logGroupName: `/aws/vendedlogs/apigateway/${Stack.of(this).stackName}`,
      retention: config.logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: capacity.apiRate, burstLimit: capacity.apiBurst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(accessLogFormat),
      },
    });
  }

  /** Sends every method to the Lambda, which answers 405 and preflights itself. A HEAD without a route would be a dead end. */
  sendTo(handler: IFunction): void {
    this.api.addRoutes({
      path: `/${resizePath}`,
      methods: [HttpMethod.ANY],
      integration: new HttpLambdaIntegration('Resize', handler, { timeout: this.timeout }),
    });
  }
}

const accessLogFormat = JSON.stringify({
  time: '$context.requestTimeEpoch',
  requestId: '$context.requestId',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  milliseconds: '$context.responseLatency',
  lambdaMilliseconds: '$context.integrationLatency',
  lambdaStatus: '$context.integrationStatus',
  error: '$context.error.message',
  lambdaError: '$context.integrationErrorMessage',
  userAgent: '$context.identity.userAgent',
});
