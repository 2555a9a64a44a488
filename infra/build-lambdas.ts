/** Builds the code of all Lambdas; the one with binaries once for each processor. `make synth` runs it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { environments } from './environments.ts';
import { codeFolder, scriptFolder, scripts } from './lambda-code.ts';

for (const architecture of new Set(environments.map((environment) => environment.architecture))) {
  build('--arch', architecture, '--out', codeFolder(architecture));
}
for (const name of scripts) build('--arch', 'x64', '--entry', `src/${name}.ts`, '--out', scriptFolder(name));

function build(...options: readonly string[]): void {
  const script = join(import.meta.dirname, 'lambda', 'build.ts');
  execFileSync(process.execPath, [script, ...options], { stdio: 'inherit' });
}
