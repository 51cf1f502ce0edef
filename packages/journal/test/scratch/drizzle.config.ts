import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './test/scratch/schema.ts',
  out: './test/scratch/migrations',
});
