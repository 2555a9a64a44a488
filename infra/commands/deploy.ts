/** `make deploy`: checks the account, shows the diff, deploys, and writes the target file. */

import { writeTarget } from '../../src/target.ts';
import { targetFrom } from '../deployed-target.ts';
import { stackName } from '../environments.ts';
import { aws } from '../preflight/aws-cli.ts';
import { alarmEndpointProblems } from '../preflight/check-alarm-endpoint.ts';
import { deployedBefore, requireDeployed, requireReady } from './account.ts';
import { explainFailure } from './explain-failure.ts';
import { readOptions } from './options.ts';
import { command, watch } from './run.ts';
import { refusal, showDiff } from './show-diff.ts';
import { synth } from './synth.ts';

await command(async () => {
  const { environment, acceptsDestruction } = readOptions('deploy');
  requireReady(environment);
  synth();
  const destructive = showDiff(environment, deployedBefore(environment));
  if (destructive.length > 0 && !acceptsDestruction) throw refusal('deploy', environment.stage, destructive);

  // The diff was judged above; CDK's own approval asks at every new version of the Lambda.
  const stack = stackName(environment.stage);
  const { status, output } = await watch('cdk', 'deploy', stack, '--app', 'cdk.out', '--require-approval=never');
  if (status !== 0) throw new Error(['', `"cdk deploy" ended with ${status}.`, ...explainFailure(output)].join('\n'));
  const target = targetFrom(requireDeployed(environment), environment);
  console.log(`Images: ${target.imageUrl}/<preset>/<key>\nUploads:  s3://${target.buckets.originals}/<key>`);
  console.log(`Written:  ${writeTarget(target)}`);
  // A new subscription waits for its confirmation.
  for (const { line } of alarmEndpointProblems(aws, environment)) console.log(`Note:     ${line}`);
});
