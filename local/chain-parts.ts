import { type Buckets, bucketsOf } from './buckets.ts';
import { readScheduleRules, type ScheduleRule } from './emulators/events/rules.ts';
import { type ApiDefinition, readApis } from './emulators/http-api/api-definition.ts';
import {
  arnsOf,
  type LambdaFunction,
  lambdaFunctions,
  type Permission,
  permissions,
} from './emulators/lambda/lambda-function.ts';
import { type ExpiryRule, readExpiryRules } from './emulators/lifecycle/expiry.ts';
import type { AccessRules } from './emulators/s3-front/access.ts';
import { bucketPolicies, rolePolicies } from './iam/template-policies.ts';
import { supportedProperties } from './supported-properties.ts';
import { checkSupport, type WithoutEffect } from './template/check-support.ts';
import { readTemplateFile } from './template/read-template.ts';
import { resolveTemplate } from './template/resolve.ts';
import {
  isList,
  isObject,
  type ResolvedTemplate,
  type Resource,
  type Template,
  TemplateError,
} from './template/template.ts';

/** What the template asks for, read and checked, before anything is started. */
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
  readonly permissions: readonly Permission[];
  readonly access: AccessRules;
  readonly scheduleRules: readonly ScheduleRule[];
  readonly expiryRules: ReadonlyMap<string, readonly ExpiryRule[]>;
}

export interface TemplateChoice {
  readonly templateFile: string;
  /** For tests that break one thing. */
  readonly change?: (template: Template) => Template;
  readonly parameters?: Readonly<Record<string, string>>;
  /** A folder with code that takes the place of the asset of the function that the API calls. */
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
    permissions: permissions(template),
    access: { accountId, rolePolicies: rolePolicies(template), bucketPolicies: bucketPolicies(template) },
    scheduleRules: readScheduleRules(template),
    expiryRules: readExpiryRules(template),
  };
}

function only(
  { resources }: ResolvedTemplate,
  type: string,
  isMeant: (resource: Resource) => boolean = () => true,
): Resource {
  const found = resources.filter((resource) => resource.type === type && isMeant(resource));
  const [one] = found;
  if (!one || found.length > 1) throw countError(type, found.length);
  return one;
}

function countError(type: string, count: number): TemplateError {
  return new TemplateError(
    `The template has ${count} resources that the chain could take as its ${type}: expected one`,
  );
}

/** One ARN of the function that the API calls. */
function calledFunction(template: ResolvedTemplate, { routes }: ApiDefinition): string {
  const called = new Set(routes.map(({ integration }) => integration.functionArn));
  const known = template.resources
    .filter(({ type }) => type === 'AWS::Lambda::Function')
    .flatMap((resource) => arnsOf(resource, template));
  const first = known.find((arn) => called.has(arn));
  if (first !== undefined) return first;
  throw new TemplateError(`The API calls ${[...called].join(', ') || 'nothing'}: expected a function of the template`);
}

/** CloudFront's own name for it first, then the names that viewers use. */
function distributionHosts({ attributes, properties }: Resource): readonly string[] {
  const config = isObject(properties.DistributionConfig) ? properties.DistributionConfig : {};
  const aliases = isList(config.Aliases) ? config.Aliases.map(String) : [];
  return [attributes.DomainName ?? '', ...aliases];
}
