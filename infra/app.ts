import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type ApiOn, config } from '../src/config.ts';
import { checkConfig } from '../src/core/check-config.ts';
import { acknowledgeFindings } from './acknowledgements.ts';
import { checkEnvironments, environments } from './environments.ts';
import memory from './function-memory.json' with { type: 'json' };
import { builtCode, builtScript } from './lambda-code.ts';
import { ResizeStack } from './resize-stack.ts';

const faults = [...checkConfig(config, memory.memoryMegabytes), ...checkEnvironments(environments)];
if (faults.length > 0) throw new Error(`The configuration has faults:\n- ${faults.join('\n- ')}`);

const app = new App();
// Takes seconds, so it runs in `make validate` only.
if (app.node.tryGetContext('audit')) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

// To try the other mode on the local chain (infra/commands/synth.ts).
const apiOn: ApiOn | undefined = app.node.tryGetContext('apiOn');

for (const environment of environments) {
  const stack = new ResizeStack(app, {
    config,
    environment: apiOn ? { ...environment, apiOn } : environment,
    code: builtCode(environment.architecture),
    canaryCode: builtScript('canary'),
    purgeCode: builtScript('purge'),
  });
  acknowledgeFindings(stack);
}
