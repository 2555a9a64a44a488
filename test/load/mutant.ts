import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bundle } from '../../infra/lambda/bundle.ts';

const root = resolve(import.meta.dirname, '../..');

/** A replacement in the service's sources. */
export interface Mutation {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Builds the Lambda's code from mutated sources. The folder must be below the project, so that packages are found;
 * sharp comes from the unchanged code in `binaries`.
 */
export async function buildMutant(folder: string, binaries: string, mutations: readonly Mutation[]): Promise<string> {
  const source = join(folder, 'src');
  cpSync(join(root, 'src'), source, { recursive: true });
  for (const { file, from, to } of mutations) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    const parts = text.split(from);
    if (parts.length !== 2)
      throw new Error(`${file} has ${parts.length - 1} times ${JSON.stringify(from)}: expected once`);
    writeFileSync(path, parts.join(to));
  }
  const code = join(folder, 'code');
  mkdirSync(dirname(join(code, 'index.mjs')), { recursive: true });
  await bundle(join(source, 'handler.ts'), join(code, 'index.mjs'), 'mutant');
  symlinkSync(join(binaries, 'node_modules'), join(code, 'node_modules'));
  return code;
}
