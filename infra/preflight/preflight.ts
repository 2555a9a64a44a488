import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { config } from '../../src/config.ts';
import edgeAddresses from '../edge-addresses.json' with { type: 'json' };
import type { Environment } from '../environments.ts';
import type { Aws } from './aws-cli.ts';
import { checkAccount, checkPinnedAccount, noCredentials } from './check-account.ts';
import { alarmEndpointProblems } from './check-alarm-endpoint.ts';
import { fallbackProblems } from './check-fallbacks.ts';
import { checkOriginals, missingRules, type ProposedFiles, withRules } from './check-originals.ts';
import { checkEdgeAddresses } from './edge-addresses.ts';
import type { OriginalsFacts, Problem } from './facts.ts';
import { readAccount, readIdentity, readOriginals, readOutputs } from './read-facts.ts';

/** Returns everything that a deploy of this environment lacks. */
export function deployProblems(aws: Aws, environment: Environment, cacheFolder: string): readonly Problem[] {
  const identity = readIdentity(aws);
  if (!identity.known) return [noCredentials(identity.reason)];
  const facts = readAccount(aws, environment, identity.value);
  const problems = checkAccount(facts, environment, config.capacity[environment.stage]);
  return [
    ...problems,
    ...checkEdgeAddresses(aws, environment, edgeAddresses, new Date()),
    ...originalsProblems(aws, environment, cacheFolder),
    ...fallbackProblems(aws, environment, readOutputs(aws, environment), config),
    ...alarmEndpointProblems(aws, environment),
  ];
}

/** Returns what is wrong with the credentials: there are none, or they are of another account. */
export function accessProblems(aws: Aws, environment: Environment): readonly Problem[] {
  const identity = readIdentity(aws);
  return identity.known ? checkPinnedAccount(identity.value, environment) : [noCredentials(identity.reason)];
}

function originalsProblems(aws: Aws, environment: Environment, cacheFolder: string): readonly Problem[] {
  const { existingOriginals, purge } = environment;
  if (!existingOriginals) return [];
  const facts = readOriginals(aws, existingOriginals, readOutputs(aws, environment));
  return checkOriginals(facts, { existingOriginals, purge }, proposeSettings(facts, cacheFolder));
}

/** S3 sets all rules of a bucket at once, and all notifications, so ours are written together with the existing ones. */
function proposeSettings({ bucketName, lifecycle, notifications }: OriginalsFacts, cacheFolder: string): ProposedFiles {
  const propose = (name: string, settings: object | undefined) => {
    const file = join(cacheFolder, `${name}-${bucketName}.json`);
    if (settings) {
      mkdirSync(cacheFolder, { recursive: true });
      writeFileSync(file, JSON.stringify(settings, null, 2));
    }
    return relative(process.cwd(), file);
  };
  const missing = lifecycle.known ? missingRules(lifecycle.value) : [];
  const sendsEvents = !notifications.known || notifications.value.EventBridgeConfiguration;
  return {
    lifecycle: propose(
      'lifecycle',
      lifecycle.known && missing.length > 0 ? { Rules: withRules(lifecycle.value, missing) } : undefined,
    ),
    notifications: propose(
      'notifications',
      sendsEvents ? undefined : { ...notifications.value, EventBridgeConfiguration: {} },
    ),
  };
}
