import { RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  type Code,
  type FunctionProps,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { ServiceConfig } from '../../src/config.ts';
import type { Environment } from '../environments.ts';

/** What the resize Lambda and the canary have in common. */
export interface SharedLambdaProps {
  readonly config: ServiceConfig;
  readonly environment: Environment;
  readonly code: Code;
  readonly originals: IBucket;
  /** Set when the originals are in another region. */
  readonly originalsRegion: string | undefined;
  readonly derivatives: IBucket;
}

export function lambdaLog(scope: Construct, { config }: SharedLambdaProps): LogGroup {
  return new LogGroup(scope, 'Log', {
    retention: config.logs.retentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

export const allow = (actions: string[], resources: string[]) =>
  new PolicyStatement({ effect: Effect.ALLOW, actions, resources });

/** Returns a role that allows the statements, its own log, and `keyAction` with the key of an existing bucket. */
export function lambdaRole(
  scope: Construct,
  { environment }: SharedLambdaProps,
  logGroup: ILogGroup,
  policy: { readonly name: string; readonly statements: PolicyStatement[]; readonly keyAction: string },
): Role {
  const keyArn = environment.existingOriginals?.encryptionKeyArn;
  return new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      [policy.name]: new PolicyDocument({
        statements: [
          ...policy.statements,
          allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
          ...(keyArn ? [allow([policy.keyAction], [keyArn])] : []),
        ],
      }),
    },
  });
}

/** Returns code, architecture, logging, and the variables that every Lambda reads (`src/adapters/environment.ts`). */
export function sharedProps({ environment, code, ...where }: SharedLambdaProps, logGroup: ILogGroup) {
  return {
    // By name: CDK's newest runtime would change with its version.
    runtime: Runtime.NODEJS_24_X,
    architecture: environment.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
    handler: 'index.handler',
    code,
    environment: {
      ORIGINALS_BUCKET: where.originals.bucketName,
      ...(where.originalsRegion && { ORIGINALS_REGION: where.originalsRegion }),
      DERIVATIVES_BUCKET: where.derivatives.bucketName,
      STAGE: environment.stage,
    },
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    systemLogLevelV2: SystemLogLevel.INFO,
  } satisfies FunctionProps;
}
