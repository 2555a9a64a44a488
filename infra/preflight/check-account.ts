import type { Capacity } from '../../src/config.ts';
import { type Environment, region } from '../environments.ts';
import { awsIsMissing } from './aws-cli.ts';
import type { AccountFacts, Concurrency, Fact, Problem, PublicAccessBlock } from './facts.ts';

/** The template's own rule asks for this: CDK bootstrap stack version 6. */
const neededBootstrapVersion = 6;
/** Lambda keeps so many executions for functions that reserve none. */
const alwaysUnreserved = 100;

/** Everything in the account that would make a deploy fail, or the chain fail after it. */
export function checkAccount(facts: AccountFacts, environment: Environment, capacity: Capacity): readonly Problem[] {
  const { account } = facts;
  return [
    ...judge(facts.bootstrapVersion, 'ssm:GetParameter', (version) => checkBootstrap(version, account)),
    ...judge(facts.publicAccessBlock, 's3:GetAccountPublicAccessBlock', (block) => checkPublicAccess(block, account)),
    ...(environment.reserveConcurrency
      ? judge(facts.concurrency, 'lambda:GetAccountSettings', (it) => checkConcurrency(it, environment, capacity))
      : []),
  ];
}

export function noCredentials(reason: string): Problem {
  if (reason === awsIsMissing) {
    return stop('The program "aws" is not there: install the AWS CLI, version 2, as its user guide says');
  }
  return stop(
    `AWS does not know you (${reason}): run "aws configure sso" or "aws configure", or set AWS_PROFILE to a profile that ` +
      'you have',
  );
}

function checkBootstrap(version: number | undefined, account: string): Problem[] {
  if (version !== undefined && version >= neededBootstrapVersion) return [];
  const found = version === undefined ? 'is not prepared' : `is prepared for an older CDK (version ${version})`;
  return [stop(`Account ${account} ${found} for deployments in ${region}: run "make bootstrap" once`)];
}

function checkPublicAccess(block: PublicAccessBlock, account: string): Problem[] {
  const blocking = [
    ...(block.blockPublicPolicy ? ['BlockPublicPolicy'] : []),
    ...(block.restrictPublicBuckets ? ['RestrictPublicBuckets'] : []),
  ];
  if (blocking.length === 0) return [];
  return [
    stop(
      `Account ${account} forbids every website by ${blocking.join(' and ')}, and S3 takes our policy for public: look that ` +
        'no other bucket leans on it, then run "aws s3control put-public-access-block --account-id ' +
        `${account} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=false,` +
        'RestrictPublicBuckets=false"',
    ),
  ];
}

function checkConcurrency(
  { limit, unreserved, ours }: Concurrency,
  { stage }: Environment,
  capacity: Capacity,
): Problem[] {
  const wanted = capacity.reservedConcurrency;
  const free = Math.max(0, unreserved + ours - alwaysUnreserved);
  if (wanted <= free) return [];
  return [
    stop(
      `config.capacity.${stage}.reservedConcurrency is ${wanted}, but the account can reserve ${free} (quota ${limit}, of which ` +
        `${alwaysUnreserved} stay free): run "aws service-quotas request-service-quota-increase --region ${region} --service-code lambda ` +
        `--quota-code L-B99A9384 --desired-value ${limit - free + wanted}", or set reserveConcurrency to false for ${stage} in ` +
        'infra/environments.ts',
    ),
  ];
}

/** A fact that could not be read stops nobody, but is said. */
export function judge<T>(fact: Fact<T>, permission: string, check: (value: T) => Problem[]): Problem[] {
  if (fact.known) return check(fact.value);
  return [{ severity: 'note', line: `Not checked, since ${permission} failed: ${fact.reason}` }];
}

function stop(line: string): Problem {
  return { severity: 'stop', line };
}
