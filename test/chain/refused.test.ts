/** What the chain does not know is refused by name, so that no such template passes here and fails on AWS. */
import { describe, expect, it } from 'vitest';
import { startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import type { Change } from './template-change.ts';

const refused: readonly { readonly what: string; readonly change: Change; readonly says: RegExp }[] = [
  {
    what: 'an event of the bucket that calls the Lambda again',
    change: ({ resources, ids }) => {
      resources[ids.derivatives].Properties.NotificationConfiguration = {
        LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: 'arn:aws:lambda:us-east-1:1:function:f' }],
      };
    },
    says: /Derivatives\w+ .*does not know the property NotificationConfiguration\.LambdaConfigurations/,
  },
  {
    what: 'a REST API',
    change: ({ resources }) => {
      resources.Rest = { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'rest' } };
    },
    says: /AWS::ApiGateway::RestApi/,
  },
  {
    what: 'more than fifty rules',
    change: ({ rules }) => {
      rules.push(...Array.from({ length: 51 - rules.length }, () => structuredClone(rules[0])));
    },
    says: /51 routing rules provided, the number of routing rules in a website configuration is limited to 50/,
  },
  {
    what: 'a public policy where the bucket blocks them',
    change: ({ resources, ids }) => {
      resources[ids.derivatives].Properties.PublicAccessBlockConfiguration.BlockPublicPolicy = true;
    },
    says: /S3 refuses a public policy, since Derivatives\w+ has BlockPublicPolicy/,
  },
];

describe('the chain refuses by name', () => {
  for (const { what, change, says } of refused) {
    it(`${what}`, { timeout: startMilliseconds }, async () => {
      await expect(startChainUnderTest({ change })).rejects.toThrow(says);
    });
  }
});
