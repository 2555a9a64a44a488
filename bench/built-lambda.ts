import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleVariable } from './programs/calls-job.ts';

/**
 * The Lambda's code as a checkout builds it, for this machine's processor, in a folder of its own, so that nobody's
 * build in the meantime changes what is measured. Gives the environment that a process needs to run it.
 */
export function buildLambda(checkout: string, folder: string): Record<string, string> {
  mkdirSync(folder, { recursive: true });
  const code = join(folder, 'resize');
  const options = ['infra/lambda/build.ts', '--arch', process.arch, '--out', code];
  try {
    execFileSync(process.execPath, options, { cwd: checkout, stdio: 'pipe', encoding: 'utf8' });
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw new Error(`The Lambda of ${checkout} could not be built. ${said}`, { cause });
  }
  const variables = JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8'));
  return { ...variables, [bundleVariable]: join(code, 'index.mjs') };
}
