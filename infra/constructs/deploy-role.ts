import { Aws, CfnOutput } from 'aws-cdk-lib';
import { CfnOIDCProvider, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { testPrefix } from './originals.ts';

export interface DeployRoleProps {
  readonly github: NonNullable<Environment['github']>;
  readonly stage: Environment['stage'];
  readonly originalsArn: string;
  readonly derivativesArn: string;
}

const issuer = 'token.actions.githubusercontent.com';

/**
 * The role of the deploy workflow: GitHub proves by OIDC which repository and which GitHub environment asks, so no key is
 * stored anywhere. It may assume the roles of CDK's bootstrap, read what the commands check, and run the smoke test.
 */
export class DeployRole extends Construct {
  constructor(scope: Construct, id: string, { github, stage, originalsArn, derivativesArn }: DeployRoleProps) {
    super(scope, id);
    // One provider exists for each account and issuer; the second environment in an account uses the first one's.
    if (github.createProvider) {
      new CfnOIDCProvider(this, 'Provider', { url: `https://${issuer}`, clientIdList: ['sts.amazonaws.com'] });
    }
    const provider = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:oidc-provider/${issuer}`;
    const role = new Role(this, 'Role', {
      description: `Deploys ${stage} from ${github.repository}`,
      assumedBy: new WebIdentityPrincipal(provider, {
        StringEquals: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:sub`]: `repo:${github.repository}:environment:${stage}`,
        },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: [`arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/cdk-hnb659fds-*`],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'cloudformation:DescribeStacks',
          'cloudformation:GetTemplate',
          'ec2:DescribeManagedPrefixLists',
          'ec2:GetManagedPrefixListEntries',
          'lambda:GetAccountSettings',
          'lambda:GetFunctionConcurrency',
          's3:GetAccountPublicAccessBlock',
          'sns:ListSubscriptionsByTopic',
          'ssm:GetParameter',
        ],
        resources: ['*'],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          's3:PutObject',
          's3:DeleteObject',
          's3:DeleteObjectVersion',
          's3:ListBucket',
          's3:ListBucketVersions',
        ],
        resources: [originalsArn, `${originalsArn}/${testPrefix}*`],
      }),
    );
    // Smoke removes the derivatives of its images, and asks how S3 judges the policy of the bucket.
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:DeleteObject', 's3:GetBucketPolicyStatus', 's3:ListBucket', 's3:ListBucketVersions'],
        resources: [derivativesArn, `${derivativesArn}/*/${testPrefix}*`],
      }),
    );
    new CfnOutput(this, 'Arn', { description: 'Role of the deploy workflow', value: role.roleArn }).overrideLogicalId(
      'DeployRoleArn',
    );
  }
}
