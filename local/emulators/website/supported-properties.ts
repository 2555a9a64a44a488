import { emulated, type SupportedProperties } from '../../supported-properties.ts';

/** `WebsiteConfiguration` of a bucket, and its policy. Other properties of a bucket belong to the S3 emulator. */
export const websiteProperties: SupportedProperties = {
  'AWS::S3::Bucket': {
    properties: emulated(
      'WebsiteConfiguration.IndexDocument',
      'WebsiteConfiguration.ErrorDocument',
      'WebsiteConfiguration.RedirectAllRequestsTo.HostName',
      'WebsiteConfiguration.RedirectAllRequestsTo.Protocol',
      'WebsiteConfiguration.RoutingRules.*.RedirectRule.HostName',
      'WebsiteConfiguration.RoutingRules.*.RedirectRule.HttpRedirectCode',
      'WebsiteConfiguration.RoutingRules.*.RedirectRule.Protocol',
      'WebsiteConfiguration.RoutingRules.*.RedirectRule.ReplaceKeyPrefixWith',
      'WebsiteConfiguration.RoutingRules.*.RedirectRule.ReplaceKeyWith',
      'WebsiteConfiguration.RoutingRules.*.RoutingRuleCondition.HttpErrorCodeReturnedEquals',
      'WebsiteConfiguration.RoutingRules.*.RoutingRuleCondition.KeyPrefixEquals',
    ),
  },
  'AWS::S3::BucketPolicy': {
    // The policy reader refuses by name what it does not know inside a document.
    properties: emulated('Bucket', 'PolicyDocument'),
  },
};
