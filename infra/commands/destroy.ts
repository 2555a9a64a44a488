/** `make destroy`: removes an environment, but never the originals. */
import { createInterface } from 'node:readline/promises';
import { config } from '../../src/config.ts';
import { removeTarget } from '../../src/target.ts';
import { type Environment, stackName } from '../environments.ts';
import { aws } from '../preflight/aws-cli.ts';
import type { Fact } from '../preflight/facts.ts';
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
  requireAccess(environment);
  const { FunctionName, DerivativesBucket, UploadBucket } = requireDeployed(environment);

  synth();
  // CloudFormation deletes only empty buckets, and a viewer's request could fill this one again. A destroy that stopped
  // half-way can be repeated: what is gone already is skipped.
  if (FunctionName) {
    const stop = ['put-function-concurrency', '--function-name', FunctionName, '--reserved-concurrent-executions', '0'];
    if (unlessGone(aws(['lambda', ...stop]), /ResourceNotFoundException/)) {
      console.log(
        `The Lambda takes no more requests. Waiting ${config.limits.lambdaSeconds} s for the last one to end.`,
      );
      run('sleep', String(config.limits.lambdaSeconds));
    }
  }
  if (DerivativesBucket) {
    console.log(`Emptying ${DerivativesBucket}.`);
    const empty = ['rm', `s3://${DerivativesBucket}`, '--recursive', '--only-show-errors'];
    unlessGone(aws(['s3', ...empty]), /NoSuchBucket/);
  }
  run('cdk', 'destroy', stack, '--app', 'cdk.out', '--force');
  removeTarget(environment.stage);
  console.log(whatIsLeft(environment, UploadBucket));
});

/** Returns whether the call found its resource. Throws when it failed for another reason than that it is gone. */
function unlessGone(answer: Fact<unknown>, gone: RegExp): boolean {
  if (answer.known) return true;
  if (gone.test(answer.reason)) return false;
  throw new Error(`Nothing more was removed: ${answer.reason}`);
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
