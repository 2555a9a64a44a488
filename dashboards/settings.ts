import type { ServiceConfig } from '../src/config.ts';

/** What differs from one environment to the next in what is watched. */
export interface Settings {
  readonly stage: 'staging' | 'prod';
  readonly config: ServiceConfig;
  readonly architecture: 'x64' | 'arm64';
  readonly memoryMegabytes: number;
  /** Names of the allow-list with their formats: values of the dimension `preset`. */
  readonly presets: readonly string[];
  /** Whether there are alarms to show. */
  readonly alarms: boolean;
  /** Whether a canary asks for an image every few minutes. */
  readonly walks: boolean;
  /** Absent: nobody is told when more is spent. */
  readonly monthlyBudgetDollars?: number;
  /** Where people read docs/runbooks in a browser, without a slash at its end. Absent: the path in the repository. */
  readonly runbooksUrl?: string;
}

export function runbook(alarm: string, { runbooksUrl }: Pick<Settings, 'runbooksUrl'>): string {
  return `${runbooksUrl ?? 'docs/runbooks'}/${alarm}.md`;
}
