import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { runtimeEnvironment } from './src/core/runtime-environment.ts';

/** What takes more than some seconds a file: whole chains, browsers, built programs. `make test-slow` runs them. */
const slow = [
  'test/**/*.slow.test.ts',
  'test/bench/**/*.test.ts',
  'test/browser/!(smoke).test.ts',
  'test/build/**/*.test.ts',
  'test/chain/!(healthy|smoke-policy).test.ts',
  'test/corpus/**/*.test.ts',
  'test/handler/{answers,faults}.test.ts',
  'test/infra/{commands,commands-in-order}.test.ts',
  'test/local/chain/start-chain.test.ts',
  'test/local/console/{at-once,scenarios,session}.test.ts',
  'test/local/lambda/lambda.test.ts',
  'test/rehearsal/**/*.test.ts',
  'test/unit/dashboards/incidents.test.ts',
];

export default defineConfig({
  test: {
    // Tests wait more than they compute: by default two cores would have one worker.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Machines are shared: a limit here ends a hang, and never judges speed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Read when the process starts, as in the Lambda.
    env: runtimeEnvironment,
    projects: [
      { extends: true, test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: slow } },
      { extends: true, test: { name: 'slow', include: slow } },
    ],
  },
});
