import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';

/** `infra/build-lambdas.ts` writes the canary's bundle here. */
export const canaryFolder = join(import.meta.dirname, '../../dist/canary');

export function builtCanaryCode(folder = canaryFolder): Code {
  if (existsSync(join(folder, 'index.mjs'))) return Code.fromAsset(folder);
  throw new Error(`The canary's code is not in ${relative(process.cwd(), folder)}: run "make synth"`);
}
