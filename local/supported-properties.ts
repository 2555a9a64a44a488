import { supportedProperties as cloudWatchProperties } from './cloudwatch/supported.ts';
import { cloudFrontProperties } from './emulators/cloudfront/supported-properties.ts';
import { supportedProperties as eventsProperties } from './emulators/events/supported.ts';
import { supportedProperties as apiProperties } from './emulators/http-api/supported.ts';
import { supportedProperties as lambdaProperties } from './emulators/lambda/supported.ts';
import { supportedProperties as s3Properties } from './emulators/s3-front/supported.ts';
import { websiteProperties } from './emulators/website/supported-properties.ts';
import { type Effect, emulated, type SupportTable, without } from './template/check-support.ts';

/** A type that the chain leaves alone as a whole. */
const left = (why: string) => ({ properties: { '**': without(why) } });

const others: SupportTable = {
  'AWS::SecretsManager::Secret': {
    properties: {
      'GenerateSecretString.PasswordLength': emulated,
      'GenerateSecretString.SecretStringTemplate': emulated,
      'GenerateSecretString.GenerateStringKey': emulated,
      'GenerateSecretString.ExcludePunctuation': emulated,
      SecretString: emulated,
      Name: emulated,
      Description: without('a remark'),
      'Tags.**': without('names for the bill'),
    },
  },
  'AWS::SNS::Topic': left('nobody is on call for a laptop'),
  'AWS::SNS::TopicPolicy': left('nobody is on call for a laptop'),
  'AWS::SNS::Subscription': left('nobody is on call for a laptop'),
  'AWS::Budgets::Budget': left('nothing here costs money'),
  'AWS::WAFv2::WebACL': left('requests that WAF would block pass'),
  'AWS::CDK::Metadata': left('a remark for AWS'),
};

/** Everything that the chain knows, by type and property. */
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

/** A bucket has a website and an S3 side: two tables may know the same type. */
function merge(tables: readonly SupportTable[]): SupportTable {
  const merged: Record<string, { properties: Record<string, Effect> }> = {};
  for (const table of tables) {
    for (const [type, { properties }] of Object.entries(table)) {
      merged[type] = { properties: { ...merged[type]?.properties, ...properties } };
    }
  }
  return merged;
}
