import { supportedProperties as cloudFrontProperties } from '../aws/cloudfront/supported.ts';
import { supportedProperties as cloudWatchProperties } from '../aws/cloudwatch/cloudwatch.ts';
import { type PatternRule, readPatternRules, readQueuePolicies } from '../aws/eventbridge/event-bus.ts';
import {
  supportedProperties as eventsProperties,
  readScheduleRules,
  type ScheduleRule,
} from '../aws/eventbridge/schedules.ts';
import { type ApiDefinition, readApis } from '../aws/http-api/api-definition.ts';
import { supportedProperties as apiProperties } from '../aws/http-api/supported.ts';
import { bucketPolicies, type Policy, rolePolicies } from '../aws/iam/policy.ts';
import {
  arnsOf,
  type InvokePermission,
  invokePermissions,
  type LambdaFunction,
  lambdaFunctions,
  supportedProperties as lambdaProperties,
} from '../aws/lambda/lambda-function.ts';
import { type ExpiryRule, readExpiryRules, supportedProperties as s3Properties } from '../aws/s3/lifecycle.ts';
import type { AccessRules } from '../aws/s3/request.ts';
import {
  type EventSourceMapping,
  supportedProperties as mappingProperties,
  readEventSourceMappings,
} from '../aws/sqs/event-source-mapping.ts';
import { type QueueSettings, supportedProperties as queueProperties, readQueues } from '../aws/sqs/queue.ts';
import {
  checkSupport,
  type Effect,
  emulated,
  label,
  type SupportTable,
  type WithoutEffect,
  without,
} from '../aws/template/check-support.ts';
import { readTemplateFile } from '../aws/template/read-template.ts';
import { resolveTemplate } from '../aws/template/resolve.ts';
import {
  isList,
  isObject,
  type Json,
  type ResolvedTemplate,
  type Resource,
  type Template,
  TemplateError,
} from '../aws/template/template.ts';
import { websiteProperties } from '../aws/website/supported.ts';

/** What the template asks for, read and checked before anything starts. */
export interface ChainParts {
  readonly template: ResolvedTemplate;
  readonly withoutEffect: readonly WithoutEffect[];
  readonly buckets: Buckets;
  readonly website: Resource;
  readonly websiteHost: string;
  readonly distribution: Resource;
  readonly distributionHosts: readonly string[];
  readonly api: ApiDefinition;
  /** The one that the API calls comes first. */
  readonly functions: readonly LambdaFunction[];
  readonly permissions: readonly InvokePermission[];
  readonly access: AccessRules;
  readonly scheduleRules: readonly ScheduleRule[];
  readonly expiryRules: ReadonlyMap<string, readonly ExpiryRule[]>;
  readonly patternRules: readonly PatternRule[];
  readonly queues: readonly QueueSettings[];
  readonly queuePolicies: ReadonlyMap<string, readonly Policy[]>;
  readonly eventSourceMappings: readonly EventSourceMapping[];
}

export interface TemplateChoice {
  readonly templateFile: string;
  /** For tests that break one thing. */
  readonly change?: (template: Template) => Template;
  readonly parameters?: Readonly<Record<string, string>>;
  /** A folder with code in place of the asset of the function that the API calls. */
  readonly codeDirectory?: string;
}

const region = 'us-east-1';
/** The account of AWS's own examples. */
const accountId = '123456789012';

export function readChainParts(choice: TemplateChoice): ChainParts {
  const file = readTemplateFile(choice.templateFile);
  const source = choice.change?.(file.template) ?? file.template;
  const account = { region, accountId, partition: 'aws', urlSuffix: 'amazonaws.com', stackName: file.stackName };
  const template = resolveTemplate(source, account, choice.parameters);
  const withoutEffect = checkSupport(source, template, supportedProperties);
  const buckets = bucketsOf(template);
  const website = only(template, 'AWS::S3::Bucket', ({ properties }) => properties.WebsiteConfiguration !== undefined);
  const distribution = only(template, 'AWS::CloudFront::Distribution');
  const [api, ...otherApis] = readApis(template);
  if (!api || otherApis.length > 0) throw countError('AWS::ApiGatewayV2::Api', api ? otherApis.length + 1 : 0);
  const called = calledFunction(template, api);
  const override = (arns: readonly string[]) => (arns.includes(called) ? choice.codeDirectory : undefined);
  const functions = lambdaFunctions(template, { assetDirectory: file.assetDirectory, override });
  const access = { accountId, rolePolicies: rolePolicies(template), bucketPolicies: bucketPolicies(template) };
  const queues = readQueues(template);
  const { rolePolicies: policies } = access;
  return {
    template,
    withoutEffect,
    buckets,
    website,
    websiteHost: (website.attributes.WebsiteURL ?? '').replace(/^http:\/\//, ''),
    distribution,
    distributionHosts: distributionHosts(distribution),
    api,
    functions: functions.toSorted((a, b) => Number(b.arns.includes(called)) - Number(a.arns.includes(called))),
    permissions: invokePermissions(template),
    access,
    scheduleRules: readScheduleRules(template),
    expiryRules: readExpiryRules(template),
    patternRules: readPatternRules(template),
    queues,
    queuePolicies: readQueuePolicies(template),
    eventSourceMappings: readEventSourceMappings(template, { functions, queues, rolePolicies: policies }),
  };
}

function only({ ofType }: ResolvedTemplate, type: string, isMeant = (_: Resource) => true): Resource {
  const found = ofType(type).filter(isMeant);
  const [one] = found;
  if (!one || found.length > 1) throw countError(type, found.length);
  return one;
}

function countError(type: string, count: number): TemplateError {
  return new TemplateError(`The template has ${count} resources that can be the chain's ${type}: expected one`);
}

/** One ARN of the function that the API calls. */
function calledFunction(template: ResolvedTemplate, { routes }: ApiDefinition): string {
  const called = new Set(routes.map(({ integration }) => integration.functionArn));
  const known = template.ofType('AWS::Lambda::Function').flatMap((resource) => arnsOf(resource, template));
  const first = known.find((arn) => called.has(arn));
  if (first !== undefined) return first;
  throw new TemplateError(`The API calls ${[...called].join(', ') || 'nothing'}: expected a function of the template`);
}

/** CloudFront's own name of the distribution first, then its aliases. */
function distributionHosts({ attributes, properties }: Resource): readonly string[] {
  const config = isObject(properties.DistributionConfig) ? properties.DistributionConfig : {};
  const aliases = isList(config.Aliases) ? config.Aliases.map(String) : [];
  return [attributes.DomainName ?? '', ...aliases];
}

/** The buckets that the chain needs, by the names they have on AWS. */
interface Buckets {
  readonly all: readonly string[];
  /** The bucket that a role may use and no website shows. In a chain of one bucket, that one. */
  readonly originals: string;
  readonly derivatives: string;
}

export function bucketsOf({ ofType }: ResolvedTemplate): Buckets {
  const buckets = ofType('AWS::S3::Bucket');
  const websites = buckets
    .filter(({ properties }) => properties.WebsiteConfiguration !== undefined)
    .map(({ ref }) => ref);
  const [derivatives] = websites;
  if (derivatives === undefined) {
    throw new TemplateError('The template has no bucket with a WebsiteConfiguration: expected one');
  }
  const roles = [...ofType('AWS::IAM::Role'), ...ofType('AWS::IAM::Policy')];
  // The bucket of originals may exist already. Then only the role names it.
  const used = [...new Set(roles.flatMap(({ properties }) => bucketsIn(properties)))];
  return {
    all: [...new Set([...buckets.map(({ ref }) => ref), ...used])],
    originals: used.find((name) => !websites.includes(name)) ?? derivatives,
    derivatives,
  };
}

/** Names of buckets in the ARNs of a policy. */
function bucketsIn(value: Json): readonly string[] {
  if (typeof value === 'string') {
    const [, name] = /^arn:aws:s3:::([a-z0-9.-]+)(?:\/|$)/.exec(value) ?? [];
    return name === undefined ? [] : [name];
  }
  if (isList(value)) return value.flatMap(bucketsIn);
  return isObject(value) ? Object.values(value).flatMap(bucketsIn) : [];
}

/** A type without any effect here. */
const ignored = (why: string) => ({ properties: { '**': without(why) } });

const others: SupportTable = {
  'AWS::SecretsManager::Secret': {
    properties: {
      'GenerateSecretString.PasswordLength': emulated,
      'GenerateSecretString.SecretStringTemplate': emulated,
      'GenerateSecretString.GenerateStringKey': emulated,
      'GenerateSecretString.ExcludePunctuation': emulated,
      SecretString: emulated,
      Name: emulated,
      Description: label,
      'Tags.**': label,
    },
  },
  'AWS::SNS::Topic': ignored('no notifications are sent'),
  'AWS::SNS::TopicPolicy': ignored('no notifications are sent'),
  'AWS::SNS::Subscription': ignored('no notifications are sent'),
  'AWS::Budgets::Budget': ignored('nothing here costs money'),
  'AWS::IAM::OIDCProvider': ignored('nothing is deployed from here'),
  'AWS::WAFv2::WebACL': ignored('web ACLs are not emulated: requests that WAF would block pass'),
  'AWS::CDK::Metadata': ignored('metadata'),
};

/** Everything that the chain knows, by type and property. Anything else in a template is refused by name. */
export const supportedProperties: SupportTable = merge([
  cloudFrontProperties,
  websiteProperties,
  s3Properties,
  apiProperties,
  lambdaProperties,
  cloudWatchProperties,
  eventsProperties,
  queueProperties,
  mappingProperties,
  others,
]);

/** A bucket has a website and an S3 side, so two tables may know the same type. */
function merge(tables: readonly SupportTable[]): SupportTable {
  const merged: Record<string, { properties: Record<string, Effect> }> = {};
  for (const [type, { properties }] of tables.flatMap((table) => Object.entries(table))) {
    merged[type] = { properties: { ...merged[type]?.properties, ...properties } };
  }
  return merged;
}
