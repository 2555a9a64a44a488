import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Environment } from '../../infra/environments.ts';
import { ResizeStack } from '../../infra/resize-stack.ts';
import { type ServiceConfig, config as shippedConfig } from '../../src/config.ts';

const cdkJson: { context: Record<string, unknown> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'),
);

export const stagingEnvironment: Environment = {
  stage: 'staging',
  architecture: 'x64',
  reserveConcurrency: true,
  secretGeneration: 1,
};

/** The stack as it ships, without a built bundle; each test changes what it is about. */
export function stackOf(environment: Partial<Environment> = {}, config: ServiceConfig = shippedConfig): ResizeStack {
  // The CLI would load cdk.json's flags; without them another template comes out.
  const app = new App({ context: cdkJson.context, builtinCloudFormationValidation: false, analyticsReporting: false });
  return new ResizeStack(app, {
    config,
    environment: { ...stagingEnvironment, ...environment },
    code: Code.fromInline('exports.handler = async () => ({})'),
  });
}
