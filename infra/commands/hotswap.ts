/** `make hotswap`: new code in seconds, past CloudFormation. For trying something out, so never in prod. */
import { stackName } from '../environments.ts';
import { requireAccess, requireDeployed } from './account.ts';
import { readOptions } from './options.ts';
import { command, run } from './run.ts';
import { synth } from './synth.ts';

await command(() => {
  const { environment } = readOptions('hotswap');
  if (environment.stage === 'prod') {
    throw new Error('make hotswap refuses prod: it leaves CloudFormation behind. Use "make deploy ENV=prod"');
  }
  requireAccess();
  requireDeployed(environment);
  synth();
  run('cdk', 'deploy', stackName(environment.stage), '--app', 'cdk.out', '--hotswap', '--require-approval=never');
  console.log(`CloudFormation does not know of this. The next "make deploy ENV=${environment.stage}" puts it right.`);
});
