import type { ResourceNames, Settings } from '../../../dashboards/settings.ts';
import { config } from '../../../src/config.ts';
import { allowedPresets } from '../../../src/core/presets.ts';

/** Prod with everything switched on. */
export const shipped: Settings = {
  stage: 'prod',
  config,
  apiOn: 'image-host',
  architecture: 'x64',
  memoryMegabytes: 1769,
  concurrency: 750,
  presets: [...allowedPresets(config.presets).keys()],
  alarms: true,
  canary: true,
  purges: true,
  monthlyBudgetDollars: 100,
};

/** The same with the API on its own host. */
export const ownHost: Settings = { ...shipped, apiOn: 'own-host' };

/** The same without what can be left out. */
export const bare: Settings = {
  stage: 'staging',
  config: { ...config, countEdgeRedirects: false },
  apiOn: 'own-host',
  architecture: 'x64',
  memoryMegabytes: 1769,
  concurrency: 750,
  presets: ['48x48'],
  alarms: true,
  canary: false,
  purges: false,
};

export const place: ResourceNames = {
  region: 'us-east-1',
  stage: 'prod',
  distributionId: 'E1EXAMPLE',
  apiId: 'api1example',
  functionName: 'resize',
  edgeFunctionName: 'log-redirects',
  purge: { functionName: 'purge', queue: 'purge', secondPassQueue: 'second-pass', deadLetterQueue: 'dead-letters' },
  logs: { resize: '/resize', api: '/api', edge: '/edge', canary: '/canary', purge: '/purge' },
  alarmName: (alarm) => `prod-${alarm}`,
  alarmArn: (alarm) => `arn:aws:cloudwatch:us-east-1:123456789012:alarm:prod-${alarm}`,
  dashboardName: (page) => `prod-${page}`,
};
