import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { allowedPresets } from '../../src/core/presets.ts';
import { testPrefix } from './originals.ts';
import { allow, lambdaLog, lambdaRole, type SharedLambdaProps, sharedProps } from './shared-lambda.ts';

/** Below the prefix of all tests, so that lifecycle rules remove what a run has left behind. */
export const canaryPrefix = `${testPrefix}canary/`;

export interface CanaryProps extends SharedLambdaProps {
  /** The URL that viewers use, without a trailing slash. */
  readonly imageBaseUrl: string;
}

/** Loads a new image every few minutes: it sees what no metric shows, also without traffic. */
export class Canary extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: CanaryProps) {
    super(scope, id);
    this.logGroup = lambdaLog(this, props);
    this.role = this.leastRole(props);
    const shared = sharedProps(props, this.logGroup);
    this.lambda = new LambdaFunction(this, 'Function', {
      ...shared,
      description: 'Uploads an image and loads it as a viewer would',
      memorySize: 256,
      timeout: Duration.minutes(1),
      // A run that failed is not repeated: the next one follows.
      retryAttempts: 0,
      environment: { ...shared.environment, IMAGE_BASE_URL: props.imageBaseUrl, CANARY_PREFIX: canaryPrefix },
      role: this.role,
    });
    new Rule(this, 'Schedule', {
      description: 'Starts the canary',
      schedule: Schedule.rate(Duration.minutes(props.config.canary.minutes)),
      targets: [new LambdaTarget(this.lambda, { retryAttempts: 0 })],
    });
  }

  /** It may put and remove its own images, and read nothing else than what viewers see. */
  private leastRole(props: SharedLambdaProps): Role {
    const { config, originals, derivatives } = props;
    const statements = [
      allow(['s3:PutObject', 's3:DeleteObject'], [originals.arnForObjects(`${canaryPrefix}*`)]),
      allow(
        ['s3:DeleteObject'],
        [...allowedPresets(config.presets).keys()].map((name) => derivatives.arnForObjects(`${name}/${canaryPrefix}*`)),
      ),
    ];
    return lambdaRole(this, props, this.logGroup, { name: 'Canary', statements, keyAction: 'kms:GenerateDataKey' });
  }
}
