import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from './run-step.ts';
import type { ServerUnderTest } from './server-under-test.ts';

/** moto holds any key, in memory; it accepts every signature. */
export const moto: ServerUnderTest = {
  name: 'moto',

  async install(cache) {
    const folder = folderIn(cache);
    const ready = join(folder, 'ready');
    if (existsSync(ready)) return;
    rmSync(folder, { recursive: true, force: true });
    await runStep('Making a Python environment for moto', 'python3', ['-m', 'venv', folder]);
    await runStep('Installing moto (about 140 MB)', join(folder, 'bin/pip'), ['install', '--quiet', ...packages]);
    writeFileSync(ready, '');
  },

  command: (cache, { port }) => [join(folderIn(cache), 'bin/moto_server'), '-H', '127.0.0.1', '-p', `${port}`],
};

/** The extra `server` would install twice as much, and nothing for S3. */
const packages = ['--disable-pip-version-check', 'moto[s3]==5.2.5', 'flask', 'flask-cors'];
const folderIn = (cache: string) => join(cache, 'moto-5.2.5');
