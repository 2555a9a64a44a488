import type { ApiOn, ServiceConfig } from '../src/config.ts';

/** What the monitoring of an environment depends on. */
export interface Settings {
  readonly stage: 'staging' | 'prod';
  readonly config: ServiceConfig;
  /** On the image host CloudFront's metrics include the requests to the API. */
  readonly apiOn: ApiOn;
  readonly architecture: 'x64' | 'arm64';
  readonly memoryMegabytes: number;
  /** Names of the allow-list with their formats: the values of the dimension `preset`. */
  readonly presets: readonly string[];
  /** Whether the environment has alarms. */
  readonly alarms: boolean;
  /** Whether the environment has a canary. */
  readonly canary: boolean;
  /** Absent: there is no alarm on cost. */
  readonly monthlyBudgetDollars?: number;
  /** The URL of docs/runbooks, without a trailing slash. Absent: the path in the repository. */
  readonly runbooksUrl?: string;
}

export function runbook(alarm: string, { runbooksUrl }: Pick<Settings, 'runbooksUrl'>): string {
  return `${runbooksUrl ?? 'docs/runbooks'}/${alarm}.md`;
}
