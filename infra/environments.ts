import type { ApiOn } from '../src/config.ts';
import edgeAddresses from './edge-addresses.json' with { type: 'json' };

/**
 * What differs between the environments of the service. Each is one instance of the same stack, in one account or in
 * two. Every option is off by default.
 */
export type Stage = 'staging' | 'prod';

export interface Environment {
  readonly stage: Stage;

  /** Where viewers reach the API. */
  readonly apiOn: ApiOn;

  /**
   * The AWS account, 12 digits. A command with the credentials of another account stops before it changes anything. The
   * value here is the placeholder of AWS's documentation.
   */
  readonly account: string;

  /** `x64` is what laptop, CI and bench run. A second of `arm64` costs four fifths; `make tune` shows whether it pays. */
  readonly architecture: 'x64' | 'arm64';

  /**
   * Reserve `config.capacity[stage].reservedConcurrency` for the Lambda. Off: it shares the account's pool. A new
   * account may have a quota of 10, and nothing of it can be reserved.
   */
  readonly reserveConcurrency: boolean;

  /**
   * Without a reserve: the concurrent executions of the account, for the alarm that warns before they are used up. Default: 10,
   * the quota of a new account.
   */
  readonly accountConcurrency?: number;

  /**
   * Increment and deploy to rotate the secrets between CloudFront and its two origins, the website and the API. They accept
   * this generation and the one before it, so that no request fails meanwhile.
   */
  readonly secretGeneration: number;

  /** Use an existing bucket. Absent: the stack creates one. */
  readonly existingOriginals?: {
    readonly bucketName: string;
    /** Its region, if not us-east-1: originals are then read across regions. */
    readonly region?: string;
    /** The KMS key of its objects, if they are encrypted with one. */
    readonly encryptionKeyArn?: string;
  };

  /**
   * Remove the derivatives of replaced and deleted originals from S3 and CloudFront. Default: on for the stack's own bucket.
   * An existing bucket must be in us-east-1; set it to true once the bucket sends its events to EventBridge, which `make
   * deploy` checks.
   */
  readonly purge?: boolean | undefined;

  /**
   * Keep all four settings of Block Public Access on, for the account and the bucket: the website's policy then also demands
   * one of CloudFront's addresses (infra/edge-addresses.json), so that S3 does not count it as public. Off until `make smoke`
   * has proven it in a real account. New addresses of CloudFront need a deploy (docs/operating.md).
   */
  readonly blockPublicAccess?: boolean;

  /** The host that viewers use. Its certificate must be in us-east-1. */
  readonly domain?: { readonly name: string; readonly certificateArn: string };

  /**
   * From where CloudFront serves. Default: `100`, North America, Europe and Israel, the cheapest; its prices are those of
   * `make cost`. Viewers elsewhere are served from there, which takes longer.
   */
  readonly priceClass?: '100' | '200' | 'All';

  /**
   * Origin Shield in the region of the website: one more cache that all regional caches of CloudFront ask. Off: each of
   * them asks S3 itself. docs/scale.md has what it saves and costs.
   */
  readonly originShield?: boolean;

  /** A WAF rule at CloudFront that blocks an IP address with more requests in five minutes. About $6 a month. */
  readonly rateRule?: { readonly requestsPerFiveMinutes: number };

  /** Sends mail when the forecast of the month exceeds this, for the whole account. */
  readonly budget?: { readonly monthlyDollars: number; readonly email: string };

  /** Lets the deploy workflow of this GitHub repository deploy, by OIDC and without stored keys (docs/operating.md). */
  readonly github?: {
    /** `owner/name` */
    readonly repository: string;
    /** Create the account's identity provider for GitHub. False where the account has it, as for a second environment. */
    readonly createProvider: boolean;
  };

  /** Where pages go. Prod is not deployed without. */
  readonly alarmEndpoint?: AlarmEndpoint;

  /** Where tickets go. Absent: they are on the dashboards only. */
  readonly ticketEndpoint?: AlarmEndpoint;

  /** The URL of docs/runbooks, without a trailing slash: alarms and dashboards link to it. */
  readonly runbooksUrl?: string;

  /** Parts of the monitoring to leave out. `make cost` shows what each costs. */
  readonly withoutMonitoring?: readonly MonitoringPart[];
}

/** A mailbox, or a pager that accepts SNS notifications. Each must confirm its subscription once. */
export type AlarmEndpoint = { readonly email: string } | { readonly https: string };

/** The count of redirects at the edge is in the config: `countEdgeRedirects`. */
export const monitoringParts = ['canary', 'alarms', 'dashboards'] as const;
export type MonitoringPart = (typeof monitoringParts)[number];

export const environments: readonly Environment[] = [
  {
    stage: 'staging',
    account: '111122223333',
    apiOn: 'image-host',
    architecture: 'x64',
    reserveConcurrency: true,
    secretGeneration: 1,
  },
  {
    stage: 'prod',
    account: '111122223333',
    apiOn: 'image-host',
    architecture: 'x64',
    reserveConcurrency: true,
    secretGeneration: 1,
  },
];

/** CloudFront's metrics, logs and certificates are in this region, and an alarm cannot mix regions. */
export const region = 'us-east-1';

export function stackName(stage: Stage): string {
  return `ResizeOnMiss-${stage}`;
}

const isElsewhere = (originals: Environment['existingOriginals']) =>
  originals?.region !== undefined && originals.region !== region;
const elsewhere = (of: string | undefined) =>
  `S3 sends events in the region of the bucket, ${of}, and the purge is in ${region}`;

/** Returns why replaced originals are not purged, or `undefined` where they are. */
export function purgeOffReason({ purge, existingOriginals }: Environment): string | undefined {
  if (purge ?? !existingOriginals) return undefined;
  if (purge === false || !existingOriginals) return 'purge is false in infra/environments.ts';
  if (isElsewhere(existingOriginals)) return elsewhere(existingOriginals.region);
  return `the bucket ${existingOriginals.bucketName} is not known to send events: docs/operating.md says how it does, then set purge to true in infra/environments.ts`;
}

/** Returns the environment that `ENV=` names. */
export function findEnvironment(command: string, name: string | undefined): Environment {
  const found = environments.find(({ stage }) => stage === name);
  if (found) return found;
  const names = environments.map(({ stage }) => stage);
  throw new Error(
    `ENV is ${JSON.stringify(name ?? '')}, expected ${names.join(' or ')}: make ${command} ENV=${names[0]}`,
  );
}

/** Checks what types cannot. Returns the faults, each with the field, what was given and what was expected. */
export function checkEnvironments(environments: readonly Environment[]): string[] {
  return environments.flatMap((environment) => {
    const { stage, account, secretGeneration, existingOriginals, domain, rateRule, budget, github } = environment;
    const { blockPublicAccess, purge } = environment;
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
      purge && isElsewhere(existingOriginals) && fault('purge', true, `false: ${elsewhere(existingOriginals?.region)}`),
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
