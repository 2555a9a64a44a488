import { Annotations, CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ServiceConfig } from '../src/config.ts';
import { serviceName } from '../src/metrics.ts';
import { asIBucket, asIFunction } from './cdk-interface.ts';
import { AccessLogs } from './constructs/access-logs.ts';
import { BudgetAlarm } from './constructs/alarm-topics.ts';
import { DeployRole } from './constructs/deploy-role.ts';
import { Derivatives } from './constructs/derivatives.ts';
import { ImageEdge } from './constructs/image-edge.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { OriginSecret } from './constructs/origin-secret.ts';
import { Originals } from './constructs/originals.ts';
import { Purge } from './constructs/purge.ts';
import { ResizeApi } from './constructs/resize-api.ts';
import { ResizeFunction } from './constructs/resize-function.ts';
import edgeAddresses from './edge-addresses.json' with { type: 'json' };
import { type Environment, purgeOffReason, region, stackName } from './environments.ts';
import { definitionsFrom, definitionsKey, definitionsText } from './preset-definitions.ts';
import { resizePath } from './routing-rules.ts';

export interface ResizeStackProps extends StackProps {
  readonly config: ServiceConfig;
  readonly environment: Environment;
  /** The built folder, or anything in tests. */
  readonly code: Code;
  readonly canaryCode: Code;
  readonly purgeCode: Code;
}

/**
 * One environment of the service: CloudFront, the website, the API and the Lambda. With the API on the image host the
 * distribution comes last: it leads viewers only to an API whose Lambda accepts them. On its own host the Lambda comes after
 * the distribution, whose host it redirects to.
 */
export class ResizeStack extends Stack {
  readonly config: ServiceConfig;
  readonly options: Environment;
  readonly accessLogs: AccessLogs;
  readonly originals: Originals;
  readonly api: ResizeApi;
  readonly secret: OriginSecret;
  /** Absent where the API is on its own host. */
  readonly apiSecret: OriginSecret | undefined;
  readonly derivatives: Derivatives;
  readonly edge: ImageEdge;
  readonly resize: ResizeFunction;
  /** Absent where `purgeOffReason` has one. */
  readonly purge: Purge | undefined;
  readonly monitoring: Monitoring;
  /** Absent without `github`. */
  readonly deploy: DeployRole | undefined;

  constructor(scope: Construct, { config, environment, code, canaryCode, purgeCode, ...stackProps }: ResizeStackProps) {
    super(scope, stackName(environment.stage), {
      description: `Images resized on their first request (${environment.stage})`,
      env: { region },
      ...stackProps,
    });
    this.config = config;
    this.options = environment;

    this.accessLogs = new AccessLogs(this, 'AccessLogs');
    const accessLogs = asIBucket(this.accessLogs.bucket);
    const purgeOff = purgeOffReason(environment);
    this.originals = new Originals(this, 'Originals', {
      existing: environment.existingOriginals,
      accessLogs,
      sendsEvents: purgeOff === undefined,
    });
    this.api = new ResizeApi(this, 'ResizeApi', { config, capacity: config.capacity[environment.stage] });
    const generation = environment.secretGeneration;
    this.secret = new OriginSecret(this, 'WebsiteSecret', { generation, origin: 'the website of the derivatives' });
    const onImageHost = environment.apiOn === 'image-host';
    if (onImageHost) this.apiSecret = new OriginSecret(this, 'ApiSecret', { generation, origin: 'the API' });
    this.derivatives = new Derivatives(this, 'Derivatives', {
      config,
      apiHost: this.api.host,
      secret: this.secret,
      addresses: environment.blockPublicAccess ? edgeAddresses.ranges : undefined,
    });
    this.edge = new ImageEdge(this, 'Edge', {
      config,
      environment,
      derivatives: asIBucket(this.derivatives.bucket),
      secret: this.secret,
      ...(this.apiSecret && { api: { host: this.api.host, secret: this.apiSecret } }),
      accessLogs,
    });
    // A new secret must be accepted before the first edge sends it.
    if (this.derivatives.bucket.policy) this.edge.distribution.node.addDependency(this.derivatives.bucket.policy);
    // CloudFront writes an ACL to the log bucket. S3 refuses two writes to a bucket's configuration at once (409).
    if (this.accessLogs.bucket.policy) this.edge.distribution.node.addDependency(this.accessLogs.bucket.policy);
    const shared = {
      config,
      environment,
      originals: this.originals.bucket,
      originalsRegion: this.originals.otherRegion,
      derivatives: asIBucket(this.derivatives.bucket),
    };
    this.resize = new ResizeFunction(this, 'Resize', {
      ...shared,
      code,
      ...(this.apiSecret ? { originSecrets: this.apiSecret.accepted } : { imageBaseUrl: `https://${this.edge.host}` }),
    });
    // A name with a format must have its routing rule, and a Lambda that knows it, before the edge sends viewers there. On its
    // own host the Lambda may come after the edge: there, `negotiate: false` is deployed first with a new `auto`.
    this.edge.functions.onRequest.node.addDependency(this.derivatives.bucket);
    if (onImageHost) this.edge.functions.onRequest.node.addDependency(this.resize.live);
    this.api.sendTo(asIFunction(this.resize.live));
    if (onImageHost) this.edge.distribution.node.addDependency(this.resize.live, this.api);
    if (purgeOff === undefined) {
      const { distributionId, distributionArn } = this.edge.distribution;
      this.purge = new Purge(this, 'Purge', { ...shared, code: purgeCode, distributionId, distributionArn });
    } else if (environment.purge === undefined) {
      // Nobody has decided it.
      Annotations.of(this).addWarningV2('purge-off', `Replaced and deleted images stay visible: ${purgeOff}`);
    }
    this.monitoring = new Monitoring(this, 'Monitoring', {
      ...shared,
      edge: this.edge,
      api: this.api,
      resize: this.resize,
      purge: this.purge,
      canaryCode,
    });
    if (environment.github) {
      const { github, stage } = environment;
      this.deploy = new DeployRole(this, 'Deploy', {
        github,
        stage,
        originalsArn: this.originals.bucket.bucketArn,
        derivativesArn: this.derivatives.bucket.bucketArn,
      });
    }
    if (environment.budget) new BudgetAlarm(this, 'BudgetAlarm', environment.budget);

    Tags.of(this).add('service', serviceName);
    Tags.of(this).add('stage', environment.stage);
    this.templateOptions.metadata = { [definitionsKey]: definitionsText(definitionsFrom(config)) };
    this.addOutputs();
  }

  /** For people, and for the target file. */
  private addOutputs(): void {
    const output = (id: string, description: string, value: string) => new CfnOutput(this, id, { description, value });
    output('ImageUrl', 'URL of the images: <ImageUrl>/<preset>/<key>', `https://${this.edge.host}`);
    output('UploadBucket', 'Bucket of the originals', this.originals.bucket.bucketName);
    const ownUrl = `https://${this.api.host}/${resizePath}`;
    const apiUrl = this.apiSecret ? `https://${this.edge.host}/${resizePath}` : ownUrl;
    output('ApiUrl', 'URL of the API: <ApiUrl>?key=<preset>/<key>', apiUrl);
    if (this.apiSecret)
      output('ApiOwnUrl', "URL of the API on API Gateway's host, which answers CloudFront only", ownUrl);
    output('WebsiteUrl', 'URL of the website, which answers CloudFront only', this.derivatives.bucket.bucketWebsiteUrl);
    output('DerivativesBucket', 'Bucket of the derivatives', this.derivatives.bucket.bucketName);
    output('FunctionName', 'Name of the Lambda', this.resize.lambda.functionName);
    output('AliasName', 'Alias of the Lambda that the API calls', this.resize.live.aliasName);
    output('DistributionId', 'Id of the distribution, for invalidations', this.edge.distribution.distributionId);
    if (this.purge) {
      output('PurgeFunctionName', 'Name of the purge Lambda', this.purge.lambda.functionName);
      output('PurgeQueueUrl', 'Queue of the events of originals', this.purge.queue.queueUrl);
      output(
        'PurgeDeadLetterQueueUrl',
        'Queue of the events that could not be purged',
        this.purge.deadLetters.queueUrl,
      );
      output('PurgeDeadLetterQueueArn', 'The same, to send them again', this.purge.deadLetters.queueArn);
    }
    output('PurgeState', 'Whether replaced and deleted images are purged', purgeOffReason(this.options) ?? 'on');
    output(
      'DistributionDomain',
      'Target of the CNAME of a custom domain',
      this.edge.distribution.distributionDomainName,
    );
  }
}
