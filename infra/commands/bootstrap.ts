/** `make bootstrap`: prepares the AWS account for CDK, once. */
import { region } from '../environments.ts';
import { aws } from '../preflight/aws-cli.ts';
import { requireAccess } from './account.ts';
import { command, run } from './run.ts';

await command(() => {
  requireAccess();
  const identity = aws(['sts', 'get-caller-identity']);
  if (!identity.known) throw new Error(`AWS cannot be asked: ${identity.reason}`);
  run('cdk', 'bootstrap', `aws://${(identity.value as { Account: string }).Account}/${region}`);
});
