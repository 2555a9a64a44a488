/** `make deploy`: checks the account, shows the diff, deploys, and writes the target file. */
import { writeTarget } from '../../src/target.ts';
import { targetFrom } from '../deployed-target.ts';
import { stackName } from '../environments.ts';
import { aws } from '../preflight/aws-cli.ts';
import { alarmEndpointProblems } from '../preflight/check-alarm-endpoint.ts';
import { deployedBefore, requireDeployed, requireReady } from './account.ts';
import { readOptions } from './options.ts';
import { command, watch } from './run.ts';
import { refusal, showDiff } from './show-diff.ts';
import { synth } from './synth.ts';

/** Failures of a first deploy whose own text does not say what to do, each with a public report of it. */
const explanations: readonly { readonly text: RegExp; readonly advice: string }[] = [
  {
    // aws-samples/aws-cdk-examples#279. No API says it beforehand.
    text: /account must be verified before you can add new CloudFront resources/i,
    advice:
      'CloudFront is not verified for this account, as in most new accounts: open a case with AWS Support ("Account and ' +
      'billing", "CloudFront account verification"), wait for its answer, and deploy again.',
  },
  {
    // aws-solutions-library-samples/siem-on-amazon-opensearch-service#175
    text: /UnreservedConcurrentExecution below its minimum/i,
    advice:
      'The account has too few concurrent executions to reserve any: wait for the quota increase, or set reserveConcurrency ' +
      'to false in infra/environments.ts.',
  },
  {
    // awslabs/nx-plugin-for-aws#1018
    text: /conflicting conditional operation is currently in progress|OperationAborted/i,
    advice: 'S3 refused two changes of one bucket at the same time. This passes: deploy again.',
  },
  {
    // awslabs/visual-asset-management-system#157
    text: /Policy document length breaking Cloudwatch Logs Constraints|Insufficient permissions to enable logging/i,
    advice:
      "The account's policy for log delivery is full: remove entries of deleted log groups from it (aws logs " +
      'describe-resource-policies), and deploy again.',
  },
  {
    text: /(?:PutBucketPolicy|PutBucketPublicAccessBlock|bucket polic)[\s\S]{0,400}(?:Access ?Denied|BlockPublicPolicy)/i,
    advice:
      'S3 refused the policy of the website bucket. Either the account blocks public policies (the check before the deploy ' +
      'prints the command), or a policy of your organization does: ask its administrators for an exception.',
  },
];

/** Returns what to do after `cdk deploy` has failed with this output; nothing where its text says it. */
function explainFailure(output: string): readonly string[] {
  return explanations.filter(({ text }) => text.test(output)).map(({ advice }) => advice);
}

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
