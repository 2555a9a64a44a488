/** `make destroy`: removes an environment, but never the originals. */
import { createInterface } from 'node:readline/promises';
import { removeTarget } from '../../src/target.ts';
import { type Environment, region, stackName } from '../environments.ts';
import { requireAccess, requireDeployed } from './account.ts';
import { mayDestroy } from './may-destroy.ts';
import { readOptions } from './options.ts';
import { command, run } from './run.ts';
import { synth } from './synth.ts';

await command(async () => {
  const { environment, confirmed } = readOptions('destroy');
  const stack = stackName(environment.stage);
  const isTerminal = process.stdin.isTTY === true;
  const answer = mayDestroy(environment, confirmed, isTerminal) === 'ask' ? await ask(stack) : confirmed;
  if (answer !== stack) throw new Error('Nothing was destroyed.');
  requireAccess();
  const { FunctionName, DerivativesBucket, UploadBucket } = requireDeployed(environment);

  synth();
  // CloudFormation deletes only empty buckets, and a viewer's request could fill this one again.
  if (FunctionName) {
    aws('lambda', 'put-function-concurrency', '--function-name', FunctionName, '--reserved-concurrent-executions', '0');
  }
  if (DerivativesBucket) aws('s3', 'rm', `s3://${DerivativesBucket}`, '--recursive', '--only-show-errors');
  run('cdk', 'destroy', stack, '--app', 'cdk.out', '--force');
  removeTarget(environment.stage);
  console.log(whatIsLeft(environment, UploadBucket));
});

function aws(...args: readonly string[]): void {
  run('aws', ...args, '--region', region);
}

async function ask(stack: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(
    `This removes ${stack} with the URLs of all its images. Type its name to continue: `,
  );
  lines.close();
  return answer.trim();
}

function whatIsLeft({ existingOriginals }: Environment, uploadBucket: string | undefined): string {
  const originals = existingOriginals ? 'The originals were not touched' : `The originals are in ${uploadBucket}`;
  return `${originals}. The bucket of the access logs is kept, too. See docs/operating.md, "Deleting everything".`;
}
