import { defineConfig } from 'vitest/config';

/** Databases and a broker boot within seconds, but not beside others on two cores. */
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
