import { spawnSync } from 'node:child_process';
import { region as homeRegion } from '../environments.ts';
import type { Fact } from './facts.ts';

/** Calls AWS by its command line, so that profiles, SSO and other sign-in methods work. */
export type Aws = (args: readonly string[], region?: string) => Fact<unknown>;

export const awsIsMissing = 'the program "aws" is not installed';

export const aws: Aws = (args, region = homeRegion) => {
  const { error, status, stdout, stderr } = spawnSync('aws', [...args, '--region', region, '--output', 'json'], {
    encoding: 'utf8',
    // A template may have a million bytes, and more in the program's format.
    maxBuffer: 50_000_000,
    env: { ...process.env, AWS_PAGER: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error) return { known: false, reason: isMissing(error) ? awsIsMissing : error.message };
  if (status !== 0) return { known: false, reason: lastLine(stderr) || `"aws ${args[0]}" ended with ${status}` };
  return { known: true, value: stdout.trim() === '' ? undefined : JSON.parse(stdout) };
};

function isMissing(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ENOENT';
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.trim() ?? '';
}
