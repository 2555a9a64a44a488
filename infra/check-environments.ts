import edgeAddresses from './edge-addresses.json' with { type: 'json' };
import { type Environment, region } from './environments.ts';

/** Checks what types cannot. Returns the faults, each with the field, what was given and what was expected. */
export function checkEnvironments(environments: readonly Environment[]): string[] {
  return environments.flatMap((environment) => {
    const { stage, account, secretGeneration, existingOriginals, domain, rateRule, budget, github, blockPublicAccess } =
      environment;
    const fault = (field: string, given: unknown, expected: string) =>
      `environments.${stage}.${field} is ${JSON.stringify(given)}, expected ${expected}`;
    const found: (string | false | undefined)[] = [
      !/^\d{12}$/.test(account) && fault('account', account, 'the 12 digits of an AWS account'),
      (!Number.isInteger(secretGeneration) || secretGeneration < 1) &&
        fault('secretGeneration', secretGeneration, 'a whole number of at least 1'),
      existingOriginals &&
        !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(existingOriginals.bucketName) &&
        fault('existingOriginals.bucketName', existingOriginals.bucketName, "a bucket's name, without s3:// or arn:"),
      existingOriginals?.encryptionKeyArn !== undefined &&
        !/^arn:aws:kms:[^:]+:\d{12}:key\/.+/.test(existingOriginals.encryptionKeyArn) &&
        fault(
          'existingOriginals.encryptionKeyArn',
          existingOriginals.encryptionKeyArn,
          'the ARN of a key, not of an alias',
        ),
      blockPublicAccess &&
        edgeAddresses.ranges.length === 0 &&
        fault('blockPublicAccess', true, 'ranges in infra/edge-addresses.json: run "make edge-addresses"'),
      github &&
        !/^[\w.-]+\/[\w.-]+$/.test(github.repository) &&
        fault('github.repository', github.repository, 'owner/name'),
      domain &&
        !/^([a-z0-9-]+\.)+([a-z]{2,}|xn--[a-z0-9-]+)$/.test(domain.name) &&
        fault('domain.name', domain.name, 'a host such as img.example.com'),
      domain &&
        !domain.certificateArn.startsWith(`arn:aws:acm:${region}:`) &&
        fault('domain.certificateArn', domain.certificateArn, `a certificate in ${region}: CloudFront takes no other`),
      rateRule &&
        !(Number.isInteger(rateRule.requestsPerFiveMinutes) && rateRule.requestsPerFiveMinutes >= 10) &&
        fault('rateRule.requestsPerFiveMinutes', rateRule.requestsPerFiveMinutes, 'a whole number of at least 10'),
      budget && !(budget.monthlyDollars > 0) && fault('budget.monthlyDollars', budget.monthlyDollars, 'more than 0'),
      budget && !/^\S+@\S+$/.test(budget.email) && fault('budget.email', budget.email, 'an e-mail address'),
    ];
    return found.filter((line) => typeof line === 'string');
  });
}
