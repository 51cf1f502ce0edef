import { defineConfig } from 'vitest/config';

/** Each file runs a Postgres of its own, beside which nothing is quick on two cores. */
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
