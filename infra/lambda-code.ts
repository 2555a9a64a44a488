import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Environment } from './environments.ts';

/** The Lambda's built folder as CDK takes it. Refuses a folder that would fail at its first call. */
export function builtCode(folder: string, architecture: Environment['architecture']): Code {
  const build = architecture === 'x64' ? 'make build' : `make build ARCH=${architecture}`;
  if (!existsSync(join(folder, 'index.mjs'))) {
    throw new Error(`The Lambda's code is not in ${folder}: run "${build}" first`);
  }
  const binary = join(folder, 'node_modules', '@img', `sharp-linux-${architecture}`);
  if (!existsSync(binary)) {
    throw new Error(`${folder} was built for another processor than ${architecture}: run "${build}"`);
  }
  return Code.fromAsset(folder);
}
