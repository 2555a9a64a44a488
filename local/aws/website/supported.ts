import { emulated, type SupportTable } from '../template/check-support.ts';

/** `WebsiteConfiguration` of a bucket, and its policy. The other properties of a bucket belong to the S3 emulator. */
export const websiteProperties: SupportTable = {
  'AWS::S3::Bucket': {
    properties: {
      'WebsiteConfiguration.IndexDocument': emulated,
      'WebsiteConfiguration.ErrorDocument': emulated,
      'WebsiteConfiguration.RedirectAllRequestsTo.HostName': emulated,
      'WebsiteConfiguration.RedirectAllRequestsTo.Protocol': emulated,
      'WebsiteConfiguration.RoutingRules.*.RedirectRule.HostName': emulated,
      'WebsiteConfiguration.RoutingRules.*.RedirectRule.HttpRedirectCode': emulated,
      'WebsiteConfiguration.RoutingRules.*.RedirectRule.Protocol': emulated,
      'WebsiteConfiguration.RoutingRules.*.RedirectRule.ReplaceKeyPrefixWith': emulated,
      'WebsiteConfiguration.RoutingRules.*.RedirectRule.ReplaceKeyWith': emulated,
      'WebsiteConfiguration.RoutingRules.*.RoutingRuleCondition.HttpErrorCodeReturnedEquals': emulated,
      'WebsiteConfiguration.RoutingRules.*.RoutingRuleCondition.KeyPrefixEquals': emulated,
    },
  },
  'AWS::S3::BucketPolicy': {
    // The policy reader refuses by name what it does not know inside a document.
    properties: { Bucket: emulated, 'PolicyDocument.**': emulated },
  },
};
