import { defineConfig } from 'vitest/config';

/** A server boots within seconds, but not beside five others on two cores. */
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
