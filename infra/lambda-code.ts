import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Environment } from './environments.ts';

type Architecture = Environment['architecture'];

const root = join(import.meta.dirname, '..');

/** Returns the folder of the built code. Each processor has its own, so that both can be deployed from one checkout. */
export function codeFolder(architecture: Architecture): string {
  return join(root, 'dist', architecture === 'x64' ? 'resize' : `resize-${architecture}`);
}

/** Returns the built code for CDK. Throws when the folder would fail at its first call. */
export function builtCode(architecture: Architecture, folder = codeFolder(architecture)): Code {
  const shown = relative(process.cwd(), folder);
  if (!existsSync(join(folder, 'index.mjs'))) {
    throw new Error(`The Lambda's code is not in ${shown}: run "make synth"`);
  }
  if (!existsSync(join(folder, 'node_modules', '@img', `sharp-linux-${architecture}`))) {
    throw new Error(`${shown} was built for another processor than ${architecture}: run "make synth"`);
  }
  return Code.fromAsset(folder);
}

/** Lambdas of JavaScript only, for which the processor does not matter. `infra/build-lambdas.ts` writes them. */
export const scripts = ['canary', 'purge'] as const;
export type Script = (typeof scripts)[number];

export function scriptFolder(name: Script): string {
  return join(root, 'dist', name);
}

export function builtScript(name: Script, folder = scriptFolder(name)): Code {
  if (existsSync(join(folder, 'index.mjs'))) return Code.fromAsset(folder);
  throw new Error(`The code of the ${name} is not in ${relative(process.cwd(), folder)}: run "make synth"`);
}
