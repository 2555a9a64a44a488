import type { Settings } from '../../dashboards/settings.ts';
import { type ServiceConfig, config as shippedConfig } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { type Environment, type MonitoringPart, purgeOffReason } from '../environments.ts';
import memory from '../function-memory.json' with { type: 'json' };

export function isWatchedBy({ withoutMonitoring = [] }: Environment): (part: MonitoringPart) => boolean {
  return (part) => !withoutMonitoring.includes(part);
}

/** Returns what dashboards/ needs to know of an environment. */
export function monitoringSettings(config: ServiceConfig, environment: Environment): Settings {
  const { stage, apiOn, architecture, budget, runbooksUrl, reserveConcurrency, accountConcurrency = 10 } = environment;
  const has = isWatchedBy(environment);
  return {
    stage,
    config,
    apiOn,
    architecture,
    memoryMegabytes: memory.memoryMegabytes,
    concurrency: reserveConcurrency ? config.capacity[stage].reservedConcurrency : accountConcurrency,
    presets: [...allowedPresets(config.presets).keys()],
    alarms: has('alarms'),
    canary: has('canary'),
    purges: purgeOffReason(environment) === undefined,
    ...(budget && { monthlyBudgetDollars: budget.monthlyDollars }),
    ...(runbooksUrl !== undefined && { runbooksUrl }),
  };
}

/** Prod as it ships, with a budget as an example, for the documentation. */
export function documentedSettings(): Settings {
  const environment: Environment = {
    stage: 'prod',
    apiOn: 'image-host',
    account: '111122223333',
    architecture: 'x64',
    reserveConcurrency: true,
    secretGeneration: 1,
    budget: { monthlyDollars: 100, email: 'owner@example.com' },
  };
  return monitoringSettings(shippedConfig, environment);
}
