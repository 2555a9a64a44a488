import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Machines are shared: a limit here is there to end a hang, never to judge speed.
    testTimeout: 60_000,
    retry: 2,
    hookTimeout: 60_000,
    // The allocator and the decoder guards are read when the process starts, as in the Lambda.
    env: { MALLOC_ARENA_MAX: '2', VIPS_BLOCK_UNTRUSTED: '1' },
  },
});
