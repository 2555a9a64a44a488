/** Builds the Lambda's code once for each processor that an environment asks for. `make synth` runs it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { environments } from './environments.ts';
import { codeFolder } from './lambda-code.ts';

for (const architecture of new Set(environments.map((environment) => environment.architecture))) {
  const build = join(import.meta.dirname, 'lambda', 'build.ts');
  execFileSync(process.execPath, [build, '--arch', architecture, '--out', codeFolder(architecture)], {
    stdio: 'inherit',
  });
}
