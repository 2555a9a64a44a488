import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { acknowledgeFindings, acknowledgements } from '../../infra/acknowledgements.ts';
import type { Environment } from '../../infra/environments.ts';
import { stackOf } from './synthesized.ts';

const existing = { bucketName: 'uploads-of-ours', region: 'eu-central-1' };
const domain = { name: 'img.example.com', certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/example' };

const cases: readonly [name: string, environment: Partial<Environment>][] = [
  ['as it ships', {}],
  ['with an existing originals bucket', { existingOriginals: existing }],
  ['with a domain of our own', { domain }],
  ['with a rate rule', { rateRule: { requestsPerFiveMinutes: 2000 } }],
  ['with a budget', { budget: { monthlyDollars: 50, email: 'oncall@example.com' } }],
  ['with a deploy workflow', { github: { repository: 'owner/images', createProvider: true } }],
];

test.each(cases)('cdk-nag has nothing to say of the stack %s that is not acknowledged', (_, environment) => {
  const stack = stackOf(environment);
  acknowledgeFindings(stack);
  expect(findingsOf(stack)).toEqual([]);
});

test.each(cases)('every acknowledgement of the stack %s answers a finding', (_, environment) => {
  const stack = stackOf(environment);
  const findings = findingsOf(stack);
  for (const { construct, rule } of acknowledgements(stack)) {
    const start = `AwsSolutions-${rule} ${construct.node.path}/`;
    expect(findings.filter((finding) => finding.startsWith(start))).not.toEqual([]);
  }
});

/** Each as rule and construct. */
function findingsOf(stack: ReturnType<typeof stackOf>): string[] {
  return new AwsSolutionsChecks(stack)
    .validateScope(stack)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    );
}
