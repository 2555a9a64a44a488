import { readFileSync } from 'node:fs';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  Function as EdgeFunction,
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
} from 'aws-cdk-lib/aws-cloudfront';
import { FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ServiceConfig } from '../../src/config.ts';
import { negotiatedPresets } from '../../src/core/presets.ts';
import { crossOriginHeaders, replyPreflight } from '../../src/core/reply.ts';
import { type LogCounter, metricNamespace } from '../../src/metrics.ts';
import type { Environment } from '../environments.ts';
import { resizePath } from '../routing-rules.ts';

export interface EdgeFunctionsProps {
  readonly config: ServiceConfig;
  readonly environment: Environment;
}

/** The two functions that CloudFront runs, on every request and on every answer of every behaviour. */
export class EdgeFunctions extends Construct {
  readonly associations: FunctionAssociation[];
  readonly onRequest: EdgeFunction;
  readonly onResponse: EdgeFunction;
  /** Absent where redirects are not counted. */
  readonly logGroup: LogGroup | undefined;

  constructor(scope: Construct, id: string, { config, environment }: EdgeFunctionsProps) {
    super(scope, id);
    const { apiOn } = environment;
    const logRedirects = config.countEdgeRedirects;
    const negotiated = negotiatedPresets(config.presets);
    this.onRequest = this.edgeFunction('viewer-request', 'Answers preflights, and chooses the format by Accept', {
      preflightHeaders: lowerCase(replyPreflight().headers),
      negotiated,
    });
    this.onResponse = this.edgeFunction('viewer-response', 'Leads redirects of S3 to the API, logs them, adds CORS', {
      crossOriginHeaders: lowerCase(crossOriginHeaders),
      resizePath: apiOn === 'image-host' ? `/${resizePath}` : '',
      negotiated: Object.entries(negotiated).flatMap(([bare, names]) => [bare, ...Object.values(names)]),
      logRedirects,
    });
    this.associations = [
      { eventType: FunctionEventType.VIEWER_REQUEST, function: this.onRequest },
      { eventType: FunctionEventType.VIEWER_RESPONSE, function: this.onResponse },
    ];
    if (logRedirects) this.logGroup = this.countRedirects(config, environment);
  }

  private edgeFunction(event: 'viewer-request' | 'viewer-response', comment: string, settings: object): EdgeFunction {
    const code = readFileSync(`${import.meta.dirname}/../edge/${event}.js`, 'utf8');
    return new EdgeFunction(this, event === 'viewer-request' ? 'Request' : 'Response', {
      // CloudFront names the log group after the function, so both names are set here.
      functionName: `${Stack.of(this).stackName}-${event}`,
      comment,
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(`var settings = ${JSON.stringify(settings)};\n${code}`),
    });
  }

  private countRedirects({ logs }: ServiceConfig, { stage, apiOn }: Environment): LogGroup {
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/cloudfront/function/${this.onResponse.functionName}`,
      retention: logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.onResponse.node.addDependency(logGroup);
    this.countLines(logGroup, 'EdgeRedirect', 'EdgeRedirects', stage);
    // Without the API on the image host its redirects do not come through the edge.
    if (apiOn === 'image-host') {
      this.countLines(logGroup, 'EdgeReturn', 'EdgeReturns', stage);
      this.countLines(logGroup, 'EdgeFallback', 'EdgeFallbacks', stage);
    }
    return logGroup;
  }

  private countLines(logGroup: LogGroup, term: string, metricName: LogCounter, stage: Environment['stage']): void {
    new MetricFilter(this, metricName, {
      logGroup,
      // A term and no JSON pattern: CloudFront writes the request's id in front of the line.
      filterPattern: FilterPattern.literal(`"${term}"`),
      // A term has no fields for dimensions, so the stage is in the namespace.
      metricNamespace: `${metricNamespace}/Edge/${stage}`,
      metricName,
      metricValue: '1',
      defaultValue: 0,
    });
  }
}

const lowerCase = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
