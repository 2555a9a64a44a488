import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type Environment, monitoringParts } from '../../infra/environments.ts';
import { ResizeStack } from '../../infra/resize-stack.ts';
import { type ServiceConfig, config as shippedConfig } from '../../src/config.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';

const cdkJson: { context: Record<string, unknown> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'),
);

export const plainStaging: Environment = {
  stage: 'staging',
  apiOn: 'image-host',
  account: '111122223333',
  architecture: 'x64',
  reserveConcurrency: true,
  secretGeneration: 1,
  // Has tests of its own (monitoring.test.ts), and would be a second of much that is asked for here.
  withoutMonitoring: monitoringParts,
  // The same (purge.test.ts).
  purge: false,
};

/** The app's one environment without a built bundle; each test changes what it is about. */
export function stackOf(environment: Partial<Environment> = {}, config: ServiceConfig = shippedConfig): ResizeStack {
  const app = new App({
    // The CLI would load cdk.json's flags; without them another template comes out.
    context: cdkJson.context,
    // Without one, CDK makes a folder that nobody takes away.
    outdir: temporaryFolder(),
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
  });
  return new ResizeStack(app, {
    config,
    environment: { ...plainStaging, ...environment },
    code: Code.fromInline('exports.handler = async () => ({})'),
    canaryCode: Code.fromInline('exports.handler = async () => {}'),
    purgeCode: Code.fromInline('exports.handler = async () => {}'),
  });
}

// biome-ignore lint/suspicious/noExplicitAny: a template is a tree of any shape, and the tests say what they find in it
export type Tree = any;

export interface Resource {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Tree;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

export function templateOf(environment?: Partial<Environment>, config?: ServiceConfig): Tree {
  return Template.fromStack(stackOf(environment, config)).toJSON();
}

export function resourcesOf(template: Tree, type: string): Resource[] {
  return Object.entries<Tree>(template.Resources)
    .map(([id, resource]) => ({ id, ...resource }))
    .filter((resource) => resource.Type === type);
}

/** The one resource of this type; of several, the one whose logical id begins with `idPrefix`. */
export function onlyOf(template: Tree, type: string, idPrefix = ''): Resource {
  const found = resourcesOf(template, type).filter(({ id }) => id.startsWith(idPrefix));
  const [only, ...others] = found;
  if (!only || others.length > 0)
    throw new Error(`${found.length} of ${type} ${idPrefix}* in the template, expected one`);
  return only;
}
