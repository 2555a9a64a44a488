/** What the chain does not know is refused by name, so that no such template passes here and fails on AWS. */
import { describe, expect, it } from 'vitest';
import { startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import type { Change } from './template-change.ts';

const refused: readonly { readonly what: string; readonly change: Change; readonly says: RegExp }[] = [
  {
    what: 'L14 an event of the bucket that calls the Lambda again',
    change: ({ resources, ids }) => {
      resources[ids.derivatives].Properties.NotificationConfiguration = {
        LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: 'arn:aws:lambda:us-east-1:1:function:f' }],
      };
    },
    says: /Derivatives\w+ .*does not know the property NotificationConfiguration\.LambdaConfigurations/,
  },
  {
    what: 'E4 the REST endpoint of the bucket in place of its website',
    change: ({ edge, ids }) => {
      edge.Origins[0].DomainName = { 'Fn::GetAtt': [ids.derivatives, 'RegionalDomainName'] };
      edge.Origins[0].S3OriginConfig = { OriginAccessIdentity: '' };
      delete edge.Origins[0].CustomOriginConfig;
    },
    says: /EdgeDistribution\w+ .*does not know the property .*S3OriginConfig/,
  },
  {
    what: '§2.1 times to live in the behaviour itself',
    change: ({ edge }) => {
      delete edge.DefaultCacheBehavior.CachePolicyId;
      edge.DefaultCacheBehavior.ForwardedValues = { QueryString: false };
      edge.DefaultCacheBehavior.DefaultTTL = 0;
    },
    says: /does not know the property .*ForwardedValues/,
  },
  {
    what: '§2.1 a cache policy that nobody can see',
    change: ({ edge }) => {
      edge.DefaultCacheBehavior.CachePolicyId = '11111111-2222-3333-4444-555555555555';
    },
    says: /CachePolicyId is "11111111-\S+ expected a policy of the template or a managed policy/,
  },
  {
    what: '§3.1 a REST API',
    change: ({ resources }) => {
      resources.Rest = { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'rest' } };
    },
    says: /AWS::ApiGateway::RestApi/,
  },
  {
    what: '§3.1 payload format 1.0',
    change: ({ integration }) => {
      integration.PayloadFormatVersion = '1.0';
    },
    says: /PayloadFormatVersion is "1\.0": expected/,
  },
  {
    what: '§4.1 a Lambda for another processor than this one',
    change: ({ lambda }) => {
      lambda.Architectures = [process.arch === 'x64' ? 'arm64' : 'x86_64'];
    },
    says: /its code is for (arm64|x86_64) and this machine is/,
  },
  {
    what: '§4.1 a runtime other than that of this machine',
    change: ({ lambda }) => {
      lambda.Runtime = 'nodejs22.x';
    },
    says: /the runtime is nodejs22\.x, expected nodejs24\.x/,
  },
  {
    what: '§4.1 more than 4 KB of variables',
    change: ({ lambda }) => {
      lambda.Environment.Variables.MUCH = 'x'.repeat(4096);
    },
    says: /the variables take \d+ bytes, expected at most 4096/,
  },
  {
    what: '§1.2 more than fifty rules',
    change: ({ rules }) => {
      rules.push(...Array.from({ length: 51 - rules.length }, () => structuredClone(rules[0])));
    },
    says: /51 routing rules provided, the number of routing rules in a website configuration is limited to 50/,
  },
  {
    what: '§1.5 a public policy where the bucket blocks them',
    change: ({ resources, ids }) => {
      resources[ids.derivatives].Properties.PublicAccessBlockConfiguration.BlockPublicPolicy = true;
    },
    says: /S3 refuses a public policy, since Derivatives\w+ has BlockPublicPolicy/,
  },
];

describe('the chain refuses by name', () => {
  for (const { what, change, says } of refused) {
    it(`${what} (refused)`, { timeout: startMilliseconds }, async () => {
      await expect(startChainUnderTest({ change })).rejects.toThrow(says);
    });
  }
});
