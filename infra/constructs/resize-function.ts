import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
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
import { allowedPresets } from '../../src/core/presets.ts';
import { runtimeEnvironment } from '../../src/core/runtime-environment.ts';
import type { Environment } from '../environments.ts';
import memory from '../function-memory.json' with { type: 'json' };

export interface ResizeFunctionProps {
  readonly config: ServiceConfig;
  readonly environment: Environment;
  readonly code: Code;
  readonly originals: IBucket;
  /** Set when the originals lie in another region. */
  readonly originalsRegion: string | undefined;
  readonly derivatives: IBucket;
  /** The address viewers use, without a slash at its end. */
  readonly imageBaseUrl: string;
}

/** The Lambda that makes derivatives, and the role that says what it may touch. */
export class ResizeFunction extends Construct {
  readonly lambda: LambdaFunction;
  /** What the API calls. Roll-back is: point it at the version before. */
  readonly live: Alias;
  readonly logGroup: LogGroup;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ResizeFunctionProps) {
    super(scope, id);
    const { config, environment } = props;
    this.logGroup = new LogGroup(this, 'Log', {
      retention: config.logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = this.leastRole(props);
    this.lambda = new LambdaFunction(this, 'Function', {
      description: 'Resizes an original to a preset and stores the derivative',
      // By name: the newest runtime that CDK knows would change under us.
      runtime: Runtime.NODEJS_24_X,
      architecture: environment.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      handler: 'index.handler',
      code: props.code,
      memorySize: memory.memoryMegabytes,
      timeout: Duration.seconds(config.limits.lambdaSeconds),
      ...(environment.reserveConcurrency && {
        reservedConcurrentExecutions: config.capacity[environment.stage].reservedConcurrency,
      }),
      environment: {
        ORIGINALS_BUCKET: props.originals.bucketName,
        ...(props.originalsRegion && { ORIGINALS_REGION: props.originalsRegion }),
        DERIVATIVES_BUCKET: props.derivatives.bucketName,
        IMAGE_BASE_URL: props.imageBaseUrl,
        STAGE: environment.stage,
        LOCATION_ENCODING: config.locationEncoding,
        ...runtimeEnvironment,
      },
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      // Versions stay for the roll-back.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    this.live = this.lambda.addAlias('live');
  }

  private leastRole({ config, environment, originals, derivatives }: ResizeFunctionProps): Role {
    const allow = (actions: string[], resources: string[]) =>
      new PolicyStatement({ effect: Effect.ALLOW, actions, resources });
    const keyArn = environment.existingOriginals?.encryptionKeyArn;
    return new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Resize: new PolicyDocument({
          statements: [
            allow(['s3:GetObject'], [originals.arnForObjects('*')]),
            // Without it S3 answers 403 for an object that is missing, and every first view would fail.
            allow(['s3:ListBucket'], [originals.bucketArn, derivatives.bucketArn]),
            allow(
              ['s3:GetObject', 's3:PutObject'],
              [...allowedPresets(config.presets).keys()].map((name) => derivatives.arnForObjects(`${name}/*`)),
            ),
            allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [this.logGroup.logGroupArn]),
            ...(keyArn ? [allow(['kms:Decrypt'], [keyArn])] : []),
          ],
        }),
      },
    });
  }
}
