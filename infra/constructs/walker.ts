import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ServiceConfig } from '../../src/config.ts';
import type { Environment } from '../environments.ts';
import { testPrefix } from './originals.ts';

export interface WalkerProps {
  readonly config: ServiceConfig;
  readonly environment: Environment;
  readonly code: Code;
  readonly originals: IBucket;
  readonly originalsRegion: string | undefined;
  readonly derivatives: IBucket;
  readonly imageBaseUrl: string;
}

/** Below the prefix of all tests, so that the buckets' rules remove what a walk has left behind. */
export const walkPrefix = `${testPrefix}walker/`;
export const walkMinutes = 5;

/** A made-up viewer who comes every few minutes: sees from outside what no metric shows, also without traffic. */
export class Walker extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly role: Role;
  /** What it asks for. */
  readonly preset: string;

  constructor(scope: Construct, id: string, props: WalkerProps) {
    super(scope, id);
    const { config, environment, originals, derivatives } = props;
    this.preset = smallestPreset(config);
    this.logGroup = new LogGroup(this, 'Log', {
      retention: config.logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = this.leastRole(props);
    this.lambda = new LambdaFunction(this, 'Function', {
      description: 'Walks as a viewer would, from an upload to the picture',
      runtime: Runtime.NODEJS_24_X,
      architecture: environment.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      handler: 'index.handler',
      code: props.code,
      memorySize: 256,
      timeout: Duration.minutes(1),
      // A walk that was late or failed is not repeated: the next one comes by itself.
      retryAttempts: 0,
      environment: {
        ORIGINALS_BUCKET: originals.bucketName,
        ...(props.originalsRegion && { ORIGINALS_REGION: props.originalsRegion }),
        DERIVATIVES_BUCKET: derivatives.bucketName,
        IMAGE_BASE_URL: props.imageBaseUrl,
        STAGE: environment.stage,
        LOCATION_ENCODING: config.locationEncoding,
        WALK_PREFIX: walkPrefix,
        WALK_PRESET: this.preset,
      },
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
    });
    new Rule(this, 'Schedule', {
      description: 'Sends the walker out',
      schedule: Schedule.rate(Duration.minutes(walkMinutes)),
      targets: [new LambdaTarget(this.lambda, { retryAttempts: 0 })],
    });
  }

  /** It may put and remove its own pictures, and read nothing: it sees what viewers see. */
  private leastRole({ environment, originals, derivatives }: WalkerProps): Role {
    const allow = (actions: string[], resources: string[]) =>
      new PolicyStatement({ effect: Effect.ALLOW, actions, resources });
    const keyArn = environment.existingOriginals?.encryptionKeyArn;
    return new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Walk: new PolicyDocument({
          statements: [
            allow(['s3:PutObject', 's3:DeleteObject'], [originals.arnForObjects(`${walkPrefix}*`)]),
            allow(['s3:DeleteObject'], [derivatives.arnForObjects(`${this.preset}/${walkPrefix}*`)]),
            allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [this.logGroup.logGroupArn]),
            ...(keyArn ? [allow(['kms:GenerateDataKey'], [keyArn])] : []),
          ],
        }),
      },
    });
  }
}

/** The cheapest walk. */
function smallestPreset({ presets }: ServiceConfig): string {
  const [smallest] = Object.entries(presets).sort(([, a], [, b]) => a.width - b.width);
  if (!smallest) throw new Error('config.presets is empty, expected at least one preset to walk with');
  return smallest[0];
}
