import { supportedProperties as cloudFrontProperties } from '../aws/cloudfront/supported.ts';
import { supportedProperties as cloudWatchProperties } from '../aws/cloudwatch/supported.ts';
import { supportedProperties as eventsProperties } from '../aws/eventbridge/supported.ts';
import { supportedProperties as apiProperties } from '../aws/http-api/supported.ts';
import { supportedProperties as lambdaProperties } from '../aws/lambda/supported.ts';
import { supportedProperties as s3Properties } from '../aws/s3/supported.ts';
import { type Effect, emulated, label, type SupportTable, without } from '../aws/template/check-support.ts';
import { websiteProperties } from '../aws/website/supported.ts';

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
