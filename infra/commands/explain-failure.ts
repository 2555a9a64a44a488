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
export function explainFailure(output: string): readonly string[] {
  return explanations.filter(({ text }) => text.test(output)).map(({ advice }) => advice);
}
