import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** All tests of the workspace. Unit tests stand beside the source; those in `test/` need a real Postgres and a real broker. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['{packages,services,infra}/*/src/**/*.test.ts'] } },
      {
        test: {
          name: 'integration',
          include: ['{packages,services,infra}/*/test/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
    // Each test file runs servers of its own: more at once than cores only makes them time out.
    maxWorkers: Math.max(1, Math.min(4, availableParallelism())),
  },
});
