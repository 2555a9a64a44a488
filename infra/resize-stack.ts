import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ServiceConfig } from '../src/config.ts';
import { serviceName } from '../src/metrics.ts';
import { asIBucket, asIFunction } from './cdk-interface.ts';
import { AccessLogs } from './constructs/access-logs.ts';
import { BudgetAlarm } from './constructs/budget-alarm.ts';
import { Derivatives } from './constructs/derivatives.ts';
import { ImageEdge } from './constructs/image-edge.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { Originals } from './constructs/originals.ts';
import { ResizeApi } from './constructs/resize-api.ts';
import { ResizeFunction } from './constructs/resize-function.ts';
import { WebsiteSecret } from './constructs/website-secret.ts';
import { type Environment, region, stackName } from './environments.ts';
import { definitionsFrom, definitionsKey } from './preset-definitions.ts';
import { resizePath } from './routing-rules.ts';

export interface ResizeStackProps extends StackProps {
  readonly config: ServiceConfig;
  readonly environment: Environment;
  /** The Lambda's code: the built folder, or anything in tests. */
  readonly code: Code;
  readonly canaryCode: Code;
}

/**
 * One environment of the service: CloudFront, the website, the API and the Lambda. Each part knows only the ones above
 * it, and the order is what keeps CloudFormation free of cycles.
 */
export class ResizeStack extends Stack {
  readonly config: ServiceConfig;
  readonly options: Environment;
  readonly accessLogs: AccessLogs;
  readonly originals: Originals;
  readonly api: ResizeApi;
  readonly secret: WebsiteSecret;
  readonly derivatives: Derivatives;
  readonly edge: ImageEdge;
  readonly resize: ResizeFunction;
  readonly monitoring: Monitoring;

  constructor(scope: Construct, { config, environment, code, canaryCode, ...stackProps }: ResizeStackProps) {
    super(scope, stackName(environment.stage), {
      description: `Images resized when they are first asked for (${environment.stage})`,
      env: { region },
      ...stackProps,
    });
    this.config = config;
    this.options = environment;

    this.accessLogs = new AccessLogs(this, 'AccessLogs');
    const accessLogs = asIBucket(this.accessLogs.bucket);
    this.originals = new Originals(this, 'Originals', { existing: environment.existingOriginals, accessLogs });
    this.api = new ResizeApi(this, 'ResizeApi', { config, capacity: config.capacity[environment.stage] });
    this.secret = new WebsiteSecret(this, 'WebsiteSecret', environment.secretGeneration);
    this.derivatives = new Derivatives(this, 'Derivatives', { config, apiHost: this.api.host, secret: this.secret });
    this.edge = new ImageEdge(this, 'Edge', {
      config,
      environment,
      derivatives: asIBucket(this.derivatives.bucket),
      secret: this.secret,
      accessLogs,
    });
    // A new secret must be accepted before the first edge sends it.
    if (this.derivatives.bucket.policy) this.edge.distribution.node.addDependency(this.derivatives.bucket.policy);
    this.resize = new ResizeFunction(this, 'Resize', {
      config,
      environment,
      code,
      originals: this.originals.bucket,
      originalsRegion: this.originals.otherRegion,
      derivatives: asIBucket(this.derivatives.bucket),
      imageBaseUrl: `https://${this.edge.host}`,
    });
    this.api.sendTo(asIFunction(this.resize.live));
    this.monitoring = new Monitoring(this, 'Monitoring', {
      config,
      environment,
      edge: this.edge,
      api: this.api,
      resize: this.resize,
      originals: this.originals.bucket,
      originalsRegion: this.originals.otherRegion,
      derivatives: asIBucket(this.derivatives.bucket),
      canaryCode,
    });
    if (environment.budget) new BudgetAlarm(this, 'BudgetAlarm', environment.budget);

    Tags.of(this).add('service', serviceName);
    Tags.of(this).add('stage', environment.stage);
    this.templateOptions.metadata = { [definitionsKey]: definitionsFrom(config) };
    this.tellWhere();
  }

  /** What a person and the target file need. */
  private tellWhere(): void {
    const tell = (id: string, description: string, value: string) => new CfnOutput(this, id, { description, value });
    tell('ImageUrl', 'Where viewers get images: <this>/<preset>/<key>', `https://${this.edge.host}`);
    tell('UploadBucket', 'Where originals are put', this.originals.bucket.bucketName);
    tell(
      'ApiUrl',
      'Where missing derivatives are made: <this>?key=<preset>/<key>',
      `https://${this.api.host}/${resizePath}`,
    );
    tell('WebsiteUrl', 'Answers CloudFront only', this.derivatives.bucket.bucketWebsiteUrl);
    tell('DerivativesBucket', 'Where derivatives are stored', this.derivatives.bucket.bucketName);
    tell('FunctionName', 'The Lambda', this.resize.lambda.functionName);
    tell('AliasName', 'The alias that the API calls', this.resize.live.aliasName);
    tell('DistributionId', 'For invalidations', this.edge.distribution.distributionId);
    tell(
      'DistributionDomain',
      'Where a domain of our own points (CNAME)',
      this.edge.distribution.distributionDomainName,
    );
  }
}
