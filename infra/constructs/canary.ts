import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ServiceConfig } from '../../src/config.ts';
import { testPrefix } from './originals.ts';
import { allow, lambdaLog, lambdaRole, type SharedLambdaProps, sharedProps } from './shared-lambda.ts';

/** Below the prefix of all tests, so that the buckets' rules remove what a walk has left behind. */
export const canaryPrefix = `${testPrefix}canary/`;
export const canaryMinutes = 5;

/** A made-up viewer who comes every few minutes: sees from outside what no metric shows, also without traffic. */
export class Canary extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly role: Role;
  /** What it asks for. */
  readonly preset: string;

  constructor(scope: Construct, id: string, props: SharedLambdaProps) {
    super(scope, id);
    this.preset = smallestPreset(props.config);
    this.logGroup = lambdaLog(this, props);
    this.role = this.leastRole(props);
    const shared = sharedProps(props, this.logGroup);
    this.lambda = new LambdaFunction(this, 'Function', {
      ...shared,
      description: 'Walks as a viewer would, from an upload to the image',
      memorySize: 256,
      timeout: Duration.minutes(1),
      // A walk that was late or failed is not repeated: the next one comes by itself.
      retryAttempts: 0,
      environment: { ...shared.environment, CANARY_PREFIX: canaryPrefix, CANARY_PRESET: this.preset },
      role: this.role,
    });
    new Rule(this, 'Schedule', {
      description: 'Sends the canary out',
      schedule: Schedule.rate(Duration.minutes(canaryMinutes)),
      targets: [new LambdaTarget(this.lambda, { retryAttempts: 0 })],
    });
  }

  /** It may put and remove its own images, and read nothing: it sees what viewers see. */
  private leastRole(props: SharedLambdaProps): Role {
    const { originals, derivatives } = props;
    const statements = [
      allow(['s3:PutObject', 's3:DeleteObject'], [originals.arnForObjects(`${canaryPrefix}*`)]),
      allow(['s3:DeleteObject'], [derivatives.arnForObjects(`${this.preset}/${canaryPrefix}*`)]),
    ];
    return lambdaRole(this, props, this.logGroup, { name: 'Walk', statements, keyAction: 'kms:GenerateDataKey' });
  }
}

/** The cheapest walk. */
function smallestPreset({ presets }: ServiceConfig): string {
  const [smallest] = Object.entries(presets).sort(([, a], [, b]) => a.width - b.width);
  if (!smallest) throw new Error('config.presets is empty, expected at least one preset to walk with');
  return smallest[0];
}
