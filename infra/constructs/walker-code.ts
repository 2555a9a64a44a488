import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';

/** Where `infra/build-lambdas.ts` puts the walker's bundle. */
export const walkerFolder = join(import.meta.dirname, '../../dist/walker');

export function builtWalkerCode(folder = walkerFolder): Code {
  if (existsSync(join(folder, 'index.mjs'))) return Code.fromAsset(folder);
  throw new Error(
    `The walker's code is not in ${relative(process.cwd(), folder)}: run "make synth", which builds it first`,
  );
}
