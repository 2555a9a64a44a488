import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { purgePrefix } from '../../src/core/invalidation.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { prices } from '../prices.ts';
import { canaryPrefix } from './canary.ts';
import { testPrefix } from './originals.ts';
import { allow, lambdaLog, lambdaRole, type SharedLambdaProps, sharedProps } from './shared-lambda.ts';

export interface PurgeProps extends SharedLambdaProps {
  readonly distributionId: string;
  readonly distributionArn: string;
}

/**
 * Originals whose events are not sent: the load test copies thousands of them, and each run of the canary would be charged
 * an invalidation, $43 a month.
 */
const ignoredPrefixes = [`${testPrefix}seed/`, canaryPrefix];

/** More than half a vCPU: a batch of 100 originals is some 3,000 signed look-ups. Not tuned. */
export const purgeMegabytes = 1024;

/**
 * Removes the derivatives of replaced and deleted originals. S3 sends events by EventBridge, which does not encode keys, into
 * two queues: one is received at once, the other when every resize that may have read the old original has ended.
 */
export class Purge extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly role: Role;
  readonly queue: Queue;
  readonly secondPassQueue: Queue;
  readonly deadLetters: Queue;
  readonly rule: Rule;

  constructor(scope: Construct, id: string, props: PurgeProps) {
    super(scope, id);
    const { purge, limits } = props.config;
    // Longer than a message can have been in the queue before: its age goes on ("Amazon SQS dead-letter queues").
    this.deadLetters = newQueue(this, 'DeadLetters', { retentionPeriod: Duration.days(14) });
    this.queue = this.newPassQueue('Queue', props, Duration.seconds(0));
    this.secondPassQueue = this.newPassQueue('SecondPassQueue', props, Duration.seconds(limits.lambdaSeconds + 5));
    this.logGroup = lambdaLog(this, props);
    this.role = this.leastRole(props);
    const shared = sharedProps(props, this.logGroup);
    this.lambda = new LambdaFunction(this, 'Function', {
      ...shared,
      description: 'Removes derivatives of replaced and deleted originals from S3 and CloudFront',
      memorySize: purgeMegabytes,
      timeout: Duration.seconds(purge.lambdaSeconds),
      environment: {
        ...shared.environment,
        DISTRIBUTION_ID: props.distributionId,
        SECOND_PASS_QUEUE_ARN: this.secondPassQueue.queueArn,
        INVALIDATIONS_PER_DAY: String(Math.floor(purge.dollarsPerDay / prices.cloudFront.invalidationPath)),
      },
      role: this.role,
    });
    for (const [name, queue] of [
      ['FirstPass', this.queue],
      ['SecondPass', this.secondPassQueue],
    ] as const) {
      new EventSourceMapping(this, name, {
        target: this.lambda,
        eventSourceArn: queue.queueArn,
        batchSize: purge.batchSize,
        maxBatchingWindow: Duration.seconds(purge.batchSeconds),
        maxConcurrency: purge.concurrency,
        reportBatchItemFailures: true,
      });
    }
    this.rule = new Rule(this, 'Rule', {
      description: 'Sends new, replaced and deleted originals to the purge',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created', 'Object Deleted'],
        detail: {
          bucket: { name: [props.originals.bucketName] },
          object: { key: [{ 'anything-but': { prefix: ignoredPrefixes } }] },
        },
      },
      targets: [new SqsQueue(this.queue), new SqsQueue(this.secondPassQueue)],
    });
  }

  private newPassQueue(id: string, { config: { purge } }: PurgeProps, deliveryDelay: Duration): Queue {
    return newQueue(this, id, {
      deliveryDelay,
      retentionPeriod: Duration.days(4),
      // Six runs and the window, so that a batch that is throttled is not received twice ("Using Lambda with Amazon SQS").
      visibilityTimeout: Duration.seconds(6 * purge.lambdaSeconds + purge.batchSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: purge.receives },
    });
  }

  private leastRole(props: PurgeProps): Role {
    const { config, originals, derivatives, distributionArn } = props;
    const names = [...allowedPresets(config.presets).keys()];
    const statements = [
      // Looking up an object, or a version of it, is s3:GetObject or s3:GetObjectVersion.
      allow(['s3:GetObject', 's3:GetObjectVersion'], [originals.arnForObjects('*')]),
      allow(['s3:ListBucketVersions'], [originals.bucketArn]),
      // Without it S3 answers 403 for a missing object.
      allow(['s3:ListBucket'], [originals.bucketArn, derivatives.bucketArn]),
      // A conditional delete needs s3:GetObject (S3 user guide, "How to perform conditional deletes").
      allow(
        ['s3:GetObject', 's3:DeleteObject'],
        names.map((name) => derivatives.arnForObjects(`${name}/*`)),
      ),
      allow(['s3:GetObject', 's3:PutObject'], [derivatives.arnForObjects(`${purgePrefix}*`)]),
      allow(['cloudfront:CreateInvalidation'], [distributionArn]),
      allow(
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        [this.queue.queueArn, this.secondPassQueue.queueArn],
      ),
    ];
    return lambdaRole(this, props, this.logGroup, { name: 'Purge', statements, keyAction: 'kms:Decrypt' });
  }
}

function newQueue(scope: Construct, id: string, props: QueueProps): Queue {
  return new Queue(scope, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, ...props });
}
