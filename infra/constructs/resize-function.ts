import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { type Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { allowedPresets } from '../../src/core/presets.ts';
import { runtimeEnvironment } from '../../src/core/runtime-environment.ts';
import memory from '../function-memory.json' with { type: 'json' };
import { allow, lambdaLog, lambdaRole, type SharedLambdaProps, sharedProps } from './shared-lambda.ts';

export interface ResizeFunctionProps extends SharedLambdaProps {
  /** On the image host: what the edge may send as `X-Origin-Verify`. Then the function knows no host of images. */
  readonly originSecrets?: readonly string[];
  /** On its own host: the URL that viewers use, without a trailing slash. */
  readonly imageBaseUrl?: string;
}

/** The Lambda that generates derivatives, with its role. */
export class ResizeFunction extends Construct {
  readonly lambda: LambdaFunction;
  /** The API calls this alias. To roll back, point it to the version before. */
  readonly live: Alias;
  readonly logGroup: LogGroup;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ResizeFunctionProps) {
    super(scope, id);
    const { config, environment, originSecrets, imageBaseUrl = '' } = props;
    this.logGroup = lambdaLog(this, props);
    this.role = this.leastRole(props);
    const shared = sharedProps(props, this.logGroup);
    this.lambda = new LambdaFunction(this, 'Function', {
      ...shared,
      description: 'Resizes an original to a preset and stores the derivative',
      memorySize: memory.memoryMegabytes,
      timeout: Duration.seconds(config.limits.lambdaSeconds),
      ...(environment.reserveConcurrency && {
        reservedConcurrentExecutions: config.capacity[environment.stage].reservedConcurrency,
      }),
      environment: {
        ...shared.environment,
        ...(originSecrets
          ? { ORIGIN_SECRETS: originSecrets.join(',') }
          : { IMAGE_BASE_URL: imageBaseUrl, LOCATION_ENCODING: config.locationEncoding }),
        ...runtimeEnvironment,
      },
      role: this.role,
      // Kept for the rollback.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    this.live = this.lambda.addAlias('live');
  }

  private leastRole(props: SharedLambdaProps): Role {
    const { config, originals, derivatives } = props;
    const statements = [
      allow(['s3:GetObject'], [originals.arnForObjects('*')]),
      // Without it S3 answers 403 for a missing object, and every first view fails.
      allow(['s3:ListBucket'], [originals.bucketArn, derivatives.bucketArn]),
      // A put with If-Match needs s3:GetObject (S3 user guide, "How to prevent object overwrites with conditional writes").
      allow(
        ['s3:GetObject', 's3:PutObject'],
        [...allowedPresets(config.presets).keys()].map((name) => derivatives.arnForObjects(`${name}/*`)),
      ),
    ];
    return lambdaRole(this, props, this.logGroup, { name: 'Resize', statements, keyAction: 'kms:Decrypt' });
  }
}
