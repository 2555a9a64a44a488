/** `make destroy`: takes an environment away, but never what users uploaded. */
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
  // CloudFormation deletes an empty bucket only, and a viewer could fill it again on the way.
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
    `This takes ${stack} away, and all its images' addresses. Type its name to go on: `,
  );
  lines.close();
  return answer.trim();
}

function whatIsLeft({ existingOriginals }: Environment, uploadBucket: string | undefined): string {
  const originals = existingOriginals ? 'The originals are where they were' : `The originals are in ${uploadBucket}`;
  return `${originals}. The bucket of the access logs is there too. docs/operating.md, "Deleting everything", says how to delete them.`;
}
