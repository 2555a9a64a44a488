import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { invokePermissions, lambdaFunctions } from '../../../local/aws/lambda/lambda-function.ts';
import { resolveTemplate } from '../../../local/aws/template/resolve.ts';
import type { JsonObject } from '../../../local/aws/template/template.ts';
import { account } from '../a-resource.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const code = { assetDirectory: (s3Key: string) => `/assets/${s3Key}` };
const architecture = process.arch === 'x64' ? 'x86_64' : process.arch;
const properties: JsonObject = {
  FunctionName: 'resize',
  Runtime: 'nodejs24.x',
  Architectures: [architecture],
  Handler: 'index.handler',
  Code: { S3Key: 'abc.zip', S3Bucket: 'assets' },
  Role: 'arn:aws:iam::1:role/r',
  LoggingConfig: { LogFormat: 'JSON' },
};

function functionFrom(change: JsonObject = {}, override?: string) {
  const template = resolveTemplate(
    {
      Resources: {
        Resize: { Type: 'AWS::Lambda::Function', Properties: { ...properties, ...change } },
        Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Resize' } } },
        Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Resize' }, Name: 'live' } },
        Other: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: 'resize-other', Name: 'live' } },
      },
    },
    account,
  );
  return lambdaFunctions(template, override === undefined ? code : { ...code, override: () => override })[0];
}

describe('lambdaFunctions()', () => {
  test('takes what the template leaves out as Lambda does', () => {
    expect(functionFrom()).toEqual({
      logicalId: 'Resize',
      name: 'resize',
      version: '1',
      arns: [
        'arn:aws:lambda:us-east-1:1:function:resize',
        'arn:aws:lambda:us-east-1:1:function:resize:1',
        'arn:aws:lambda:us-east-1:1:function:resize:live',
      ],
      roleArn: 'arn:aws:iam::1:role/r',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      codeDirectory: '/assets/abc.zip',
      memoryMegabytes: 128,
      timeoutSeconds: 3,
      variables: {},
      logGroup: '/aws/lambda/resize',
      applicationLogLevel: 'INFO',
    });
  });

  test('takes the code of a folder that is given in place of the asset, whatever processor the template names', () => {
    expect(functionFrom({ Architectures: ['arm64'] }, '/built')?.codeDirectory).toBe('/built');
  });

  test('refuses native code for another processor; JavaScript alone runs on any', () => {
    const folder = temporaryFolder();
    const read = () => {
      const resource = { Type: 'AWS::Lambda::Function', Properties: { ...properties, Architectures: ['riscv'] } };
      return lambdaFunctions(resolveTemplate({ Resources: { Resize: resource } }, account), {
        assetDirectory: () => folder,
      })[0]?.codeDirectory;
    };
    writeFileSync(join(folder, 'index.mjs'), '');
    expect(read()).toBe(folder);
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'node_modules/sharp.node'), '');
    expect(read).toThrow('Resize: the code is for riscv and this machine is');
  });

  test.each<[string, JsonObject, string]>([
    [
      'a runtime that this chain does not run on',
      { Runtime: 'python3.14' },
      'Resize: Runtime is "python3.14": expected one of nodejs24.x',
    ],
    [
      'a variable that Lambda keeps for itself',
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      'AWS_REGION is reserved',
    ],
    ['text logs', { LoggingConfig: { LogFormat: 'Text' } }, 'Resize: LoggingConfig.LogFormat is "Text"'],
  ])('refuses %s', (_, change, message) => {
    expect(() => functionFrom(change)).toThrow(message);
  });
});

describe('invokePermissions()', () => {
  test('names a function by its ARN, whichever way the template does', () => {
    const permission = (FunctionName: string, Action = 'lambda:InvokeFunction') => ({
      Type: 'AWS::Lambda::Permission',
      Properties: { Action, FunctionName, Principal: 'apigateway.amazonaws.com', SourceArn: 'arn:x' },
    });
    const arn = 'arn:aws:lambda:us-east-1:1:function:resize';
    const template = resolveTemplate(
      {
        Resources: { A: permission('resize'), B: permission(`${arn}:live`), C: permission(arn, 'lambda:GetFunction') },
      },
      account,
    );
    expect(invokePermissions(template)).toEqual([
      { functionArn: arn, principal: 'apigateway.amazonaws.com', sourceArn: 'arn:x' },
      { functionArn: `${arn}:live`, principal: 'apigateway.amazonaws.com', sourceArn: 'arn:x' },
    ]);
  });
});
