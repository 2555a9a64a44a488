import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Function as EdgeFunction, FunctionCode, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront';
import { FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ServiceConfig } from '../../src/config.ts';
import { type LogCounter, metricNamespace } from '../../src/metrics.ts';
import type { Stage } from '../environments.ts';

export interface EdgeRedirectsProps {
  readonly config: ServiceConfig;
  readonly stage: Stage;
}

/** Counts the redirects of CloudFront, also those that never reach the API. */
export class EdgeRedirects extends Construct {
  readonly function: EdgeFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { config, stage }: EdgeRedirectsProps) {
    super(scope, id);
    // CloudFront names the log group after the function, so both names are set here.
    const functionName = `${Stack.of(this).stackName}-log-redirects`;
    this.logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/cloudfront/function/${functionName}`,
      retention: config.logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new EdgeFunction(this, 'Function', {
      functionName,
      comment: 'Logs one line for each redirect',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromFile({ filePath: `${import.meta.dirname}/../edge/log-redirects.js` }),
    });
    this.function.node.addDependency(this.logGroup);
    new MetricFilter(this, 'Filter', {
      logGroup: this.logGroup,
      // A term and no JSON pattern: CloudFront writes the request's id in front of the line.
      filterPattern: FilterPattern.literal('"EdgeRedirect"'),
      // A term has no fields for dimensions, so the stage is in the namespace.
      metricNamespace: `${metricNamespace}/Edge/${stage}`,
      metricName: 'EdgeRedirects' satisfies LogCounter,
      metricValue: '1',
      defaultValue: 0,
    });
  }
}
