import { createHash } from 'node:crypto';
import type { Account, JsonObject } from './template.ts';

/** What is known of a resource before its references are resolved. */
export interface Identity extends Account {
  readonly logicalId: string;
  readonly properties: JsonObject;
}

interface IdentityRules {
  readonly ref: (of: Identity) => string;
  readonly attributes: Readonly<Record<string, (of: Identity) => string>>;
}

/** Stable over restarts, so that a saved S3 folder keeps matching its buckets. */
function idOf({ stackName, logicalId }: Identity, length: number): string {
  const digest = createHash('sha256').update(`${stackName}/${logicalId}`).digest();
  return [...digest]
    .map((byte) => (byte % 36).toString(36))
    .join('')
    .slice(0, length);
}

function text(of: Identity, property: string): string | undefined {
  const value = of.properties[property];
  return typeof value === 'string' ? value : undefined;
}

/** The name that CloudFormation generates for an unnamed resource: stack, logical id and a unique suffix. */
function nameOf(of: Identity, property: string): string {
  return text(of, property) ?? `${of.stackName}-${of.logicalId}-${idOf(of, 12).toUpperCase()}`;
}

function bucketName(of: Identity): string {
  const generated = `${of.stackName}-${of.logicalId}`
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .slice(0, 50);
  return text(of, 'BucketName') ?? `${generated}-${idOf(of, 12)}`;
}

const arn = (of: Identity, service: string, resource: string): string =>
  `arn:${of.partition}:${service}:${of.region}:${of.accountId}:${resource}`;
const globalArn = (of: Identity, service: string, resource: string): string =>
  `arn:${of.partition}:${service}::${of.accountId}:${resource}`;

/** With a dash, as in us-east-1; the endpoints of newer regions have a dot there ("Amazon S3 website endpoints"). */
const websiteHost = (of: Identity): string => `${bucketName(of)}.s3-website-${of.region}.${of.urlSuffix}`;

const functionArn = (of: Identity): string => arn(of, 'lambda', `function:${nameOf(of, 'FunctionName')}`);
/** `FunctionName` of a version or alias can be a name or an ARN; `Ref` returns the name. */
const qualifiedArn = (of: Identity, qualifier: string): string => {
  const name = (text(of, 'FunctionName') ?? '').replace(/^arn:.*:function:/, '');
  return arn(of, 'lambda', `function:${name}:${qualifier}`);
};
const distributionId = (of: Identity): string => `E${idOf(of, 13).toUpperCase()}`;
const functionName = (of: Identity): string => nameOf(of, 'Name');
const cloudFrontFunctionArn = (of: Identity): string => globalArn(of, 'cloudfront', `function/${functionName(of)}`);
const uuid = (of: Identity): string =>
  createHash('sha256')
    .update(of.logicalId)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
const secretArn = (of: Identity): string => arn(of, 'secretsmanager', `secret:${nameOf(of, 'Name')}-${idOf(of, 6)}`);
const queueName = (of: Identity): string => nameOf(of, 'QueueName');
const queueUrl = (of: Identity): string => `https://sqs.${of.region}.${of.urlSuffix}/${of.accountId}/${queueName(of)}`;
const topicArn = (of: Identity): string => arn(of, 'sns', nameOf(of, 'TopicName'));

const plainId = { ref: (of: Identity) => idOf(of, 7), attributes: {} };
const policyId = { ref: uuid, attributes: { Id: uuid } };
const alarm: IdentityRules = {
  ref: (of) => nameOf(of, 'AlarmName'),
  attributes: { Arn: (of) => arn(of, 'cloudwatch', `alarm:${nameOf(of, 'AlarmName')}`) },
};
const named = (property: string) => ({ ref: (of: Identity) => nameOf(of, property), attributes: {} });

/**
 * What `Ref` and `Fn::GetAtt` return for each type: the names that the resource would have on AWS. The resolver refuses
 * types and attributes that are not listed here.
 */
export const identities: Readonly<Record<string, IdentityRules>> = {
  'AWS::S3::Bucket': {
    ref: bucketName,
    attributes: {
      Arn: (of) => `arn:${of.partition}:s3:::${bucketName(of)}`,
      DomainName: (of) => `${bucketName(of)}.s3.${of.urlSuffix}`,
      RegionalDomainName: (of) => `${bucketName(of)}.s3.${of.region}.${of.urlSuffix}`,
      WebsiteURL: (of) => `http://${websiteHost(of)}`,
    },
  },
  'AWS::S3::BucketPolicy': plainId,
  'AWS::CloudFront::Distribution': {
    ref: distributionId,
    attributes: { Id: distributionId, DomainName: (of) => `d${idOf(of, 13)}.cloudfront.net` },
  },
  'AWS::CloudFront::Function': {
    ref: cloudFrontFunctionArn,
    attributes: { FunctionARN: cloudFrontFunctionArn, 'FunctionMetadata.FunctionARN': cloudFrontFunctionArn },
  },
  'AWS::CloudFront::CachePolicy': policyId,
  'AWS::CloudFront::OriginRequestPolicy': policyId,
  'AWS::CloudFront::ResponseHeadersPolicy': policyId,
  'AWS::CloudFront::MonitoringSubscription': plainId,
  'AWS::Lambda::Function': { ref: (of) => nameOf(of, 'FunctionName'), attributes: { Arn: functionArn } },
  // A template publishes each version once. In a stack that was never updated its number is 1.
  'AWS::Lambda::Version': {
    ref: (of) => qualifiedArn(of, '1'),
    attributes: { Version: () => '1', FunctionArn: (of) => qualifiedArn(of, '1') },
  },
  'AWS::Lambda::Alias': {
    ref: (of) => qualifiedArn(of, text(of, 'Name') ?? ''),
    attributes: { AliasArn: (of) => qualifiedArn(of, text(of, 'Name') ?? '') },
  },
  'AWS::Lambda::Permission': plainId,
  'AWS::Lambda::EventInvokeConfig': plainId,
  'AWS::Lambda::EventSourceMapping': {
    ref: uuid,
    attributes: { Id: uuid, EventSourceMappingArn: (of) => arn(of, 'lambda', `event-source-mapping:${uuid(of)}`) },
  },
  'AWS::SQS::Queue': {
    ref: queueUrl,
    attributes: { Arn: (of) => arn(of, 'sqs', queueName(of)), QueueName: queueName, QueueUrl: queueUrl },
  },
  'AWS::SQS::QueuePolicy': plainId,
  'AWS::IAM::Role': {
    ref: (of) => nameOf(of, 'RoleName'),
    attributes: {
      Arn: (of) => globalArn(of, 'iam', `role/${nameOf(of, 'RoleName')}`),
      RoleId: (of) => `AROA${idOf(of, 17).toUpperCase()}`,
    },
  },
  'AWS::IAM::Policy': plainId,
  'AWS::ApiGatewayV2::Api': {
    ref: (of) => idOf(of, 10),
    attributes: {
      ApiId: (of) => idOf(of, 10),
      ApiEndpoint: (of) => `https://${idOf(of, 10)}.execute-api.${of.region}.${of.urlSuffix}`,
    },
  },
  'AWS::ApiGatewayV2::Stage': { ref: (of) => text(of, 'StageName') ?? '', attributes: {} },
  'AWS::ApiGatewayV2::Route': plainId,
  'AWS::ApiGatewayV2::Integration': plainId,
  'AWS::Logs::LogGroup': {
    ref: (of) => nameOf(of, 'LogGroupName'),
    attributes: { Arn: (of) => `${arn(of, 'logs', `log-group:${nameOf(of, 'LogGroupName')}`)}:*` },
  },
  'AWS::Logs::MetricFilter': named('FilterName'),
  'AWS::SecretsManager::Secret': { ref: secretArn, attributes: { Id: secretArn } },
  'AWS::CloudWatch::Dashboard': named('DashboardName'),
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': alarm,
  'AWS::SNS::Topic': { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: (of) => nameOf(of, 'TopicName') } },
  'AWS::SNS::Subscription': plainId,
  'AWS::SNS::TopicPolicy': plainId,
  'AWS::Budgets::Budget': plainId,
  'AWS::Events::Rule': {
    ref: (of) => nameOf(of, 'Name'),
    attributes: { Arn: (of) => arn(of, 'events', `rule/${nameOf(of, 'Name')}`) },
  },
};

/** The names by which `{{resolve:secretsmanager:…}}` can refer to a secret. */
export function secretNames(of: Identity): readonly string[] {
  return [secretArn(of), nameOf(of, 'Name')];
}
