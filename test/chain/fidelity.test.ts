import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('docs/fidelity.md says what the tests say', { timeout: 180_000 }, async () => {
  // As from a shell: what vitest tells its workers would change the vitest that is started here.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV)/.test(name)),
  );
  const check = join(import.meta.dirname, 'fidelity/main.ts');
  const run = promisify(execFile)(process.execPath, [check, '--check'], { env });
  expect(await run.catch((error: { stderr: string }) => error)).toMatchObject({ stderr: '' });
});
