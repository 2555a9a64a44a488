import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fetchSources } from '../../../bench/photos/source.ts';

const folder = mkdtempSync(join(tmpdir(), 'source-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('fetchSources() refuses an archive that is not the one we know', () => {
  writeFileSync(join(folder, 'three-globe-2.45.2.tgz'), 'not a tarball');
  expect(() => fetchSources(folder)).toThrow(
    /has sha256 [0-9a-f]{64}, expected f6deff68[0-9a-f]+: remove the file and try again/,
  );
});
