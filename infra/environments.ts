/**
 * What differs between the environments of the service. Each is one instance of the same stack; both can live in one
 * account. Everything optional is off until its line is written here.
 */
export type Stage = 'staging' | 'prod';

export interface Environment {
  readonly stage: Stage;

  /** `x64` is what laptop, CI and bench run. `arm64` costs four fifths per second; `make tune` says whether it pays. */
  readonly architecture: 'x64' | 'arm64';

  /**
   * Reserve `config.capacity[stage].reservedConcurrency` for the Lambda. Off: it shares the account's pool. A new
   * account may have a quota of 10, of which nothing can be reserved.
   */
  readonly reserveConcurrency: boolean;

  /**
   * Count up and deploy to change the secret between CloudFront and the website. The bucket accepts this generation and
   * the one before it, so that no viewer is refused on the way.
   */
  readonly secretGeneration: number;

  /** Use a bucket that exists already. Absent: the stack makes one. */
  readonly existingOriginals?: {
    readonly bucketName: string;
    /** Where it is, if not in us-east-1: originals are then read across regions. */
    readonly region?: string;
    /** The KMS key of its objects, if they are encrypted with one. */
    readonly encryptionKeyArn?: string;
  };

  /** The name viewers use. The certificate must be in us-east-1 and cover it. */
  readonly domain?: { readonly name: string; readonly certificateArn: string };

  /** A WAF rule at CloudFront that blocks an address with more requests than this in five minutes. About $6 a month. */
  readonly rateRule?: { readonly requestsPerFiveMinutes: number };

  /** Mail when the month's forecast for the whole account passes this. */
  readonly budget?: { readonly monthlyDollars: number; readonly email: string };

  /** Who is woken when viewers are hurt. Prod is not deployed without. */
  readonly alarmEndpoint?: AlarmEndpoint;

  /** Who is told of what can wait until the morning. Absent: it is seen on the dashboards only. */
  readonly ticketEndpoint?: AlarmEndpoint;

  /** Where docs/runbooks can be read in a browser, without a slash at its end; alarms and dashboards link to it. */
  readonly runbooksUrl?: string;

  /** Parts of the monitoring that this environment does without. `make cost` says what each costs. */
  readonly withoutMonitoring?: readonly MonitoringPart[];
}

/** A mailbox, or a pager that takes notifications of SNS. Either has to confirm once. */
export type AlarmEndpoint = { readonly email: string } | { readonly https: string };

/** The edge's count of redirects is another part, in the config: `countEdgeRedirects`. */
export const monitoringParts = ['canary', 'alarms', 'dashboards'] as const;
export type MonitoringPart = (typeof monitoringParts)[number];

export const environments: readonly Environment[] = [
  { stage: 'staging', architecture: 'x64', reserveConcurrency: true, secretGeneration: 1 },
  { stage: 'prod', architecture: 'x64', reserveConcurrency: true, secretGeneration: 1 },
];

/** CloudFront's metrics, logs and certificates live here, and an alarm cannot mix regions. */
export const region = 'us-east-1';

export function stackName(stage: Stage): string {
  return `ResizeOnMiss-${stage}`;
}
