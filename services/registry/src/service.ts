import type { ServiceDefinition } from '@rohnamo/service-kit';
import { createRegistry } from './app.ts';
import { registryConfig, type RegistryConfig } from './config.ts';

/** The registry, as it is run: alone, or with the others in one process. */
export const registry: ServiceDefinition<RegistryConfig> = {
  name: 'registry',
  description: 'keeps the people who are referred, and what they have consented to',
  config: registryConfig,
  migrationsFolder: new URL('../migrations', import.meta.url),
  create: createRegistry,
};
