import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from './run-step.ts';
import type { ServerUnderTest } from './server-under-test.ts';

/** versitygw keeps objects as files, verifies signatures and honours bucket policies. Its version stands in go.mod. */
export const versitygw: ServerUnderTest = {
  name: 'versitygw',

  async install(cache) {
    const program = programIn(cache);
    if (existsSync(program)) return;
    // One proxy at a time: a list that ends in "direct" makes go ask the repositories themselves.
    const GOPROXY = execFileSync('go', ['env', 'GOPROXY'], { encoding: 'utf8' }).trim().split(',')[0] ?? '';
    const unfinished = `${program}.unfinished`;
    await runStep('Building versitygw (the first time: about two minutes)', 'go', ['build', '-o', unfinished, source], {
      cwd: import.meta.dirname,
      env: { ...process.env, GOPROXY },
    });
    renameSync(unfinished, program);
  },

  command(cache, { port, directory, accessKeyId, secretAccessKey }) {
    const data = join(directory, 'data');
    mkdirSync(data);
    const who = ['--access', accessKeyId, '--secret', secretAccessKey];
    // Not --keep-alive: after a checksum in a trailer it may read the rest of it as the next request, and answers 400
    // to the real one (56 of 400 times).
    return [programIn(cache), ...who, '--port', `127.0.0.1:${port}`, '--quiet', 'posix', data];
  },
};

const source = 'github.com/versity/versitygw/cmd/versitygw';
const programIn = (cache: string) => join(cache, 'versitygw-1.8.0');
