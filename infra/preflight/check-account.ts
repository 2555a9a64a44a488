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
    ...checkPinnedAccount(account, environment),
    ...judge(facts.bootstrapVersion, 'ssm:GetParameter', (version) => checkBootstrap(version, account)),
    ...(environment.blockPublicAccess
      ? []
      : judge(facts.publicAccessBlock, 's3:GetAccountPublicAccessBlock', (block) => checkPublicAccess(block, account))),
    ...judge(facts.concurrency, 'lambda:GetAccountSettings', (concurrency) =>
      environment.reserveConcurrency
        ? checkReserve(concurrency, environment, capacity)
        : checkShare(concurrency, environment, capacity),
    ),
  ];
}

/** Without it, staging's credentials deploy prod to staging's account. */
export function checkPinnedAccount(account: string, { stage, account: pinned }: Environment): Problem[] {
  if (account === pinned) return [];
  return [
    stop(
      `The credentials are of account ${account}, but environments.${stage}.account is ${pinned}: set AWS_PROFILE to a ` +
        `profile of ${pinned}, or, if ${stage} belongs to ${account}, set account to '${account}' in infra/environments.ts`,
    ),
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
        'RestrictPublicBuckets=false". If that is denied (403), a policy of your organization sets the block: ask its ' +
        'administrators for an exception for this account',
    ),
  ];
}

function checkReserve({ limit, unreserved, ours }: Concurrency, { stage }: Environment, capacity: Capacity): Problem[] {
  const wanted = capacity.reservedConcurrency;
  const free = Math.max(0, unreserved + ours - alwaysUnreserved);
  if (wanted <= free) return [];
  const reservedByOthers = limit - unreserved - ours;
  return [
    stop(
      `config.capacity.${stage}.reservedConcurrency is ${wanted}, but the account can reserve ${free} (quota ${limit}, of which ` +
        `${alwaysUnreserved} stay unreserved and others reserve ${reservedByOthers}): ` +
        `${quotaRequest(wanted + alwaysUnreserved + reservedByOthers)}, or set reserveConcurrency to false for ${stage} in ` +
        'infra/environments.ts',
    ),
  ];
}

/** Without a reserve the Lambda shares what is left. A burst that does not fit is answered 503, so prod stops. */
function checkShare({ limit, unreserved, ours }: Concurrency, { stage }: Environment, capacity: Capacity): Problem[] {
  const wanted = capacity.reservedConcurrency;
  const free = unreserved + ours;
  if (wanted <= free) return [];
  const line =
    `The Lambda of ${stage} shares ${free} executions of the account, but a burst of config.capacity.${stage}.apiBurst ` +
    `(${capacity.apiBurst}) needs ${wanted}; more are answered 503: ${quotaRequest(wanted + limit - free)}, or lower apiBurst`;
  return [stage === 'prod' ? stop(line) : { severity: 'note', line }];
}

/** AWS's default quota is 1,000 (Lambda quotas); a new account may have 10, and asking for less than the default is refused. */
function quotaRequest(needed: number): string {
  return (
    `run "aws service-quotas request-service-quota-increase --region ${region} --service-code lambda --quota-code L-B99A9384 ` +
    `--desired-value ${Math.max(1000, needed)}"`
  );
}

/** Checks a fact. One that could not be read is a note and does not stop the deploy. */
export function judge<T>(fact: Fact<T>, permission: string, check: (value: T) => Problem[]): Problem[] {
  if (fact.known) return check(fact.value);
  return [{ severity: 'note', line: `Not checked, because ${permission} failed: ${fact.reason}` }];
}

function stop(line: string): Problem {
  return { severity: 'stop', line };
}
