import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** `make load-faults`: apart from `make test`, since it needs k6 and drives real load. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['test/load/*.load.ts'],
    // One chain and one k6 at a time; they are what is measured.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});
