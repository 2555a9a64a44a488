import { describe, expect, it } from 'vitest';
import { supportedProperties } from '../../../local/aws/cloudfront/supported.ts';
import { checkSupport } from '../../../local/aws/template/check-support.ts';
import type { JsonObject } from '../../../local/aws/template/template.ts';
import { websiteProperties } from '../../../local/aws/website/supported.ts';
import { aResource } from '../a-resource.ts';

const table = { ...websiteProperties, ...supportedProperties };

function check(type: string, properties: JsonObject) {
  return checkSupport({ Resources: {} }, { resources: [aResource(type, properties)] }, table);
}

const distribution = (config: JsonObject) => check('AWS::CloudFront::Distribution', { DistributionConfig: config });

describe('the properties that the edge and the website know', () => {
  it('take a distribution as CDK writes it', () => {
    const withoutEffect = distribution({
      Enabled: true,
      Comment: 'images',
      HttpVersion: 'http2and3',
      IPV6Enabled: true,
      PriceClass: 'PriceClass_100',
      Aliases: ['img.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: 'arn',
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
      DefaultCacheBehavior: {
        AllowedMethods: ['GET', 'HEAD'],
        CachedMethods: ['GET', 'HEAD'],
        CachePolicyId: 'id',
        Compress: false,
        TargetOriginId: 'website',
        ViewerProtocolPolicy: 'https-only',
        FunctionAssociations: [{ EventType: 'viewer-response', FunctionARN: 'arn' }],
      },
      CustomErrorResponses: [{ ErrorCode: 404, ErrorCachingMinTTL: 300 }],
      Origins: [
        {
          Id: 'website',
          DomainName: 'bucket.s3-website-us-east-1.amazonaws.com',
          OriginCustomHeaders: [{ HeaderName: 'Referer', HeaderValue: 'secret' }],
          CustomOriginConfig: { OriginProtocolPolicy: 'http-only', OriginSSLProtocols: ['TLSv1.2'] },
        },
      ],
    });
    expect(withoutEffect.map(({ property }) => property)).toContain(
      'DistributionConfig.ViewerCertificate.MinimumProtocolVersion',
    );
    expect(withoutEffect.every(({ why }) => why.length > 20)).toBe(true);
  });

  it.each([
    [
      'DefaultCacheBehavior.ForwardedValues.QueryString',
      { DefaultCacheBehavior: { ForwardedValues: { QueryString: true } } },
    ],
    ['DefaultCacheBehavior.MinTTL', { DefaultCacheBehavior: { MinTTL: 1 } }],
    [
      'DefaultCacheBehavior.LambdaFunctionAssociations.0.EventType',
      { DefaultCacheBehavior: { LambdaFunctionAssociations: [{ EventType: 'viewer-request' }] } },
    ],
    ['DefaultCacheBehavior.TrustedKeyGroups.0', { DefaultCacheBehavior: { TrustedKeyGroups: ['x'] } }],
    ['Origins.0.S3OriginConfig.OriginAccessIdentity', { Origins: [{ S3OriginConfig: { OriginAccessIdentity: '' } }] }],
    ['Origins.0.OriginAccessControlId', { Origins: [{ OriginAccessControlId: 'x' }] }],
    ['ContinuousDeploymentPolicyId', { ContinuousDeploymentPolicyId: 'x' }],
  ])('refuse %s by its name and the logical id', (property, config) => {
    expect(() => distribution(config as JsonObject)).toThrow(
      `It (AWS::CloudFront::Distribution): the local chain does not know the property DistributionConfig.${property}`,
    );
  });

  it('take a policy, a function and a website, and refuse what is not theirs', () => {
    const rule = {
      RoutingRuleCondition: { KeyPrefixEquals: 'a', HttpErrorCodeReturnedEquals: '404' },
      RedirectRule: { HostName: 'a', Protocol: 'https', HttpRedirectCode: '307', ReplaceKeyPrefixWith: 'b' },
    };
    check('AWS::S3::Bucket', { WebsiteConfiguration: { IndexDocument: 'index.html', RoutingRules: [rule] } });
    check('AWS::S3::BucketPolicy', {
      Bucket: 'b',
      PolicyDocument: { Statement: [{ Effect: 'Allow', Condition: { StringEquals: { 'aws:Referer': ['a'] } } }] },
    });
    check('AWS::CloudFront::Function', {
      Name: 'f',
      AutoPublish: true,
      FunctionCode: '',
      FunctionConfig: { Runtime: 'r', Comment: 'c' },
    });
    expect(() =>
      check('AWS::CloudFront::Function', {
        FunctionConfig: { KeyValueStoreAssociations: [{ KeyValueStoreARN: 'x' }] },
      }),
    ).toThrow('KeyValueStoreAssociations');
    expect(() =>
      check('AWS::CloudFront::ResponseHeadersPolicy', {
        ResponseHeadersPolicyConfig: { ServerTimingHeadersConfig: { Enabled: true } },
      }),
    ).toThrow('ServerTimingHeadersConfig');
    expect(() => check('AWS::S3::Bucket', { WebsiteConfiguration: { Unknown: 1 } })).toThrow(
      'WebsiteConfiguration.Unknown',
    );
  });
});
