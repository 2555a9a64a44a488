import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject, Template } from '../../../local/aws/template/template.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const joined = (...parts: readonly Json[]): JsonObject => ({ 'Fn::Join': ['', parts] });
const arnOf = (logicalId: string): JsonObject => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const secret = joined('{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:::}}');
const ApiId = { Ref: 'Api' };
const architecture = process.arch === 'x64' ? 'x86_64' : process.arch;

/** The chain with one preset and nothing that it does not need, as a template by hand. */
export const smallTemplate = {
  Resources: {
    Originals: { Type: 'AWS::S3::Bucket' },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: { PasswordLength: 48 } } },
    Derivatives: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 2 }] },
        WebsiteConfiguration: {
          IndexDocument: 'index.html',
          RoutingRules: [
            {
              RedirectRule: {
                HostName: joined(ApiId, '.execute-api.us-east-1.amazonaws.com'),
                HttpRedirectCode: '307',
                Protocol: 'https',
                ReplaceKeyPrefixWith: 'resize?key=200x200/',
              },
              RoutingRuleCondition: { HttpErrorCodeReturnedEquals: '404', KeyPrefixEquals: '200x200/' },
            },
          ],
        },
      },
    },
    DerivativesPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Derivatives' },
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: '*',
              Action: 's3:GetObject',
              Resource: joined(arnOf('Derivatives'), '/*'),
              Condition: { StringEquals: { 'aws:Referer': secret } },
            },
          ],
        },
      },
    },
    Cache: {
      Type: 'AWS::CloudFront::CachePolicy',
      Properties: {
        CachePolicyConfig: {
          Name: 'images',
          MinTTL: 0,
          DefaultTTL: 0,
          MaxTTL: 31536000,
          ParametersInCacheKeyAndForwardedToOrigin: {
            EnableAcceptEncodingGzip: false,
            HeadersConfig: { HeaderBehavior: 'none' },
            CookiesConfig: { CookieBehavior: 'none' },
            QueryStringsConfig: { QueryStringBehavior: 'none' },
          },
        },
      },
    },
    Edge: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Enabled: true,
          Origins: [
            {
              Id: 'website',
              DomainName: {
                'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Derivatives', 'WebsiteURL'] }] }],
              },
              CustomOriginConfig: { OriginProtocolPolicy: 'http-only' },
              OriginCustomHeaders: [{ HeaderName: 'Referer', HeaderValue: secret }],
            },
          ],
          DefaultCacheBehavior: {
            TargetOriginId: 'website',
            ViewerProtocolPolicy: 'https-only',
            CachePolicyId: { Ref: 'Cache' },
          },
        },
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP', Name: 'api' } },
    Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId, StageName: '$default', AutoDeploy: true } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId,
        IntegrationType: 'AWS_PROXY',
        PayloadFormatVersion: '2.0',
        IntegrationUri: { Ref: 'Live' },
        TimeoutInMillis: 29000,
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: { ApiId, RouteKey: 'ANY /resize', Target: joined('integrations/', { Ref: 'Integration' }) },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Live' },
        Principal: 'apigateway.amazonaws.com',
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: { Statement: [] },
        Policies: [
          {
            PolicyName: 'resize',
            PolicyDocument: {
              Statement: [
                { Effect: 'Allow', Action: 's3:GetObject', Resource: joined(arnOf('Originals'), '/*') },
                { Effect: 'Allow', Action: 's3:ListBucket', Resource: [arnOf('Originals'), arnOf('Derivatives')] },
                {
                  Effect: 'Allow',
                  Action: ['s3:GetObject', 's3:PutObject'],
                  Resource: joined(arnOf('Derivatives'), '/200x200/*'),
                },
              ],
            },
          },
        ],
      },
    },
    Resize: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Architectures: [architecture],
        Handler: 'index.handler',
        MemorySize: 512,
        Timeout: 20,
        Role: arnOf('Role'),
        LoggingConfig: { LogFormat: 'JSON' },
        Code: { S3Bucket: 'assets', S3Key: 'none.zip' },
        Environment: {
          Variables: {
            ORIGINALS: { Ref: 'Originals' },
            DERIVATIVES: { Ref: 'Derivatives' },
            IMAGE_URL: joined('https://', { 'Fn::GetAtt': ['Edge', 'DomainName'] }),
          },
        },
      },
    },
    Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Resize' } } },
    Live: {
      Type: 'AWS::Lambda::Alias',
      Properties: {
        FunctionName: { Ref: 'Resize' },
        FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
        Name: 'live',
      },
    },
  },
} satisfies Template;

export const functionDirectory = join(import.meta.dirname, 'function');

export function templateFile(template: Template = smallTemplate): string {
  const file = join(temporaryFolder(), 'Small.template.json');
  writeFileSync(file, JSON.stringify(template));
  return file;
}
