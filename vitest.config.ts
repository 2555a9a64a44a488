import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { runtimeEnvironment } from './src/core/runtime-environment.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests wait more than they compute: left alone, two cores would have one worker.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Machines are shared: a limit here is there to end a hang, never to judge speed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Read when the process starts, as in the Lambda.
    env: runtimeEnvironment,
  },
});
