/** `make bootstrap`: prepares the AWS account for CDK, once. */
import { region } from '../environments.ts';
import { aws } from '../preflight/aws-cli.ts';
import { noCredentials } from '../preflight/check-account.ts';
import { readIdentity } from '../preflight/read-facts.ts';
import { command, run } from './run.ts';

await command(() => {
  const identity = readIdentity(aws);
  if (!identity.known) throw new Error(noCredentials(identity.reason).line);
  console.log(`Bootstrapping account ${identity.value} in ${region}.`);
  run('cdk', 'bootstrap', `aws://${identity.value}/${region}`);
});
