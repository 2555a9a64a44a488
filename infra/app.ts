import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { config } from '../src/config.ts';
import { checkConfig } from '../src/core/check-config.ts';
import { environments } from './environments.ts';
import { builtCode } from './lambda-code.ts';
import { ResizeStack } from './resize-stack.ts';

const faults = checkConfig(config);
if (faults.length > 0) throw new Error(`src/config.ts cannot be deployed:\n- ${faults.join('\n- ')}`);

const app = new App();
const built = join(import.meta.dirname, '..', 'dist', 'resize');
for (const environment of environments) {
  new ResizeStack(app, { config, environment, code: builtCode(built, environment.architecture) });
}
