import { createServiceClient, type ServiceDefinition } from '@rohnamo/service-kit';
import { createRegistry } from './app.ts';
import { registryConfig, type RegistryConfig } from './config.ts';
import { createDirectory } from './directory.ts';

/** The registry, as it is run: alone, or with the others in one process. */
export const registry: ServiceDefinition<RegistryConfig> = {
  name: 'registry',
  description: 'keeps the people who are referred, and what they have consented to',
  config: registryConfig,
  migrationsFolder: new URL('../migrations', import.meta.url),
  async create(parts) {
    const { config, serviceToken: token } = parts;
    if (config.DIRECTORY_URL === undefined || token === undefined) return createRegistry(parts);
    const client = createServiceClient({ baseUrl: config.DIRECTORY_URL, token });
    const directory = createDirectory({ client, now: () => performance.now() });
    const service = await createRegistry({ ...parts, directory });
    return {
      ...service,
      async stop() {
        await service.stop();
        await client.close();
      },
    };
  },
};
