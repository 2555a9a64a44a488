import type { Capacity } from '../../src/config.ts';
import { type Environment, region } from '../environments.ts';
import { awsIsMissing } from './aws-cli.ts';
import type { AccountFacts, Concurrency, Fact, Problem, PublicAccessBlock } from './facts.ts';

/** A rule of CDK's templates requires this version of its bootstrap stack. */
const neededBootstrapVersion = 6;
/** Lambda keeps so many executions for functions without a reservation. */
const alwaysUnreserved = 100;

/** Returns everything in the account that would make the deploy or the chain fail. */
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
    return stop('The program "aws" is not installed: install version 2 of the AWS CLI');
  }
  return stop(
    `There are no valid credentials (${reason}): run "aws configure sso" or "aws configure", or set AWS_PROFILE to an ` +
      'existing profile',
  );
}

function checkBootstrap(version: number | undefined, account: string): Problem[] {
  if (version !== undefined && version >= neededBootstrapVersion) return [];
  const found = version === undefined ? 'is not bootstrapped' : `has an older bootstrap stack (version ${version})`;
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
      `Account ${account} blocks public bucket policies by ${blocking.join(' and ')}, and S3 counts the policy of the ` +
        'website as public: make sure that no other bucket depends on the block, then run "aws s3control put-public-access-block --account-id ' +
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
        `${alwaysUnreserved} stay unreserved): run "aws service-quotas request-service-quota-increase --region ${region} --service-code lambda ` +
        `--quota-code L-B99A9384 --desired-value ${limit - free + wanted}", or set reserveConcurrency to false for ${stage} in ` +
        'infra/environments.ts',
    ),
  ];
}

/** Checks a fact. One that could not be read is a note and does not stop the deploy. */
export function judge<T>(fact: Fact<T>, permission: string, check: (value: T) => Problem[]): Problem[] {
  if (fact.known) return check(fact.value);
  return [{ severity: 'note', line: `Not checked, because ${permission} failed: ${fact.reason}` }];
}

function stop(line: string): Problem {
  return { severity: 'stop', line };
}
