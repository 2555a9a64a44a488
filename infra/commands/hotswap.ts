/** `make hotswap`: deploys new code in seconds, without CloudFormation. For experiments, so never to prod. */
import { stackName } from '../environments.ts';
import { requireAccess, requireDeployed } from './account.ts';
import { readOptions } from './options.ts';
import { command, run } from './run.ts';
import { synth } from './synth.ts';

await command(() => {
  const { environment } = readOptions('hotswap');
  if (environment.stage === 'prod') {
    throw new Error('make hotswap refuses prod, because it bypasses CloudFormation: use "make deploy ENV=prod"');
  }
  requireAccess(environment);
  requireDeployed(environment);
  synth();
  run('cdk', 'deploy', stackName(environment.stage), '--app', 'cdk.out', '--hotswap', '--require-approval=never');
  console.log(
    `CloudFormation does not know this code. The next "make deploy ENV=${environment.stage}" makes them agree again.`,
  );
});
