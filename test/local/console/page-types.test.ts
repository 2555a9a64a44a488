import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

test('the page’s modules fit each other and what the server says', () => {
  const tsc = resolve(root, 'node_modules/.bin/tsc');
  const { stdout, status } = spawnSync(tsc, ['-p', 'local/console/page'], { cwd: root, encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
