import type { ApiOn, ServiceConfig } from '../src/config.ts';

/** What the monitoring of an environment depends on. */
export interface Settings {
  readonly stage: 'staging' | 'prod';
  readonly config: ServiceConfig;
  /** On the image host CloudFront's metrics include the requests to the API. */
  readonly apiOn: ApiOn;
  readonly architecture: 'x64' | 'arm64';
  readonly memoryMegabytes: number;
  /** Executions at the same time that the Lambda can have: its reserve, or what the account shares. */
  readonly concurrency: number;
  /** Names of the allow-list with their formats: the values of the dimension `preset`. */
  readonly presets: readonly string[];
  /** Whether the environment has alarms. */
  readonly alarms: boolean;
  /** Whether the environment has a canary. */
  readonly canary: boolean;
  /** Whether replaced and deleted originals are purged. */
  readonly purges: boolean;
  /** Absent: there is no alarm on cost. */
  readonly monthlyBudgetDollars?: number;
  /** The URL of docs/runbooks, without a trailing slash. Absent: the path in the repository. */
  readonly runbooksUrl?: string;
}

export function runbook(alarm: string, { runbooksUrl }: Pick<Settings, 'runbooksUrl'>): string {
  return `${runbooksUrl ?? 'docs/runbooks'}/${alarm}.md`;
}

/** Names and ids of the resources of one environment, as the dimensions of metrics and the queries need them. */
export interface ResourceNames {
  readonly region: string;
  readonly stage: string;
  readonly distributionId: string;
  readonly apiId: string;
  readonly functionName: string;
  /** Names of log groups. `edge` is absent where redirects are not counted, `canary` and `purge` where there is none. */
  readonly logs: Readonly<Record<'resize' | 'api', string> & Partial<Record<'edge' | 'canary' | 'purge', string>>>;
  /** The CloudFront Function that runs on answers. */
  readonly edgeFunctionName: string;
  /** Present where originals are purged: the Lambda and its queues. */
  readonly purge?: Readonly<Record<'functionName' | 'queue' | 'secondPassQueue' | 'deadLetterQueue', string>>;
  alarmName(alarm: string): string;
  alarmArn(alarm: string): string;
  dashboardName(page: string): string;
}

/** The path of a page in the CloudWatch console. */
export function dashboardLink(page: string, { region, dashboardName }: ResourceNames): string {
  return `/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName(page)}`;
}
