import { kafkaTransport } from '@rohnamo/messaging';
import { createPool, createVerifier, runService } from '@rohnamo/service-kit';
import { createRegistry, migrateRegistry } from './app.ts';
import { registryConfig } from './config.ts';

await runService({
  name: 'registry',
  description: 'The people who are referred, and what they have consented to.',
  config: registryConfig,
  // The configuration refuses to boot without it where migrations are to run.
  migrate: (config) => migrateRegistry(config.DATABASE_OWNER_URL ?? ''),
  async start({ config, logger, health, metrics, onStop, listen }) {
    const onError = (err: unknown) => logger.error({ err }, 'work in the background failed');
    const pool = createPool(config.DATABASE_URL, { applicationName: 'registry', logger });
    onStop('postgres', () => pool.end());
    health.add('postgres', () => pool.query('select 1'));

    const verifier = createVerifier({ issuers: config.OIDC_ISSUERS, audience: config.TOKEN_AUDIENCE });
    const registry = await createRegistry({ config, pool, verifier, logger, metrics, health });

    const { DATABASE_SEALER_URL: sealerUrl, CHECKPOINT_SIGNING_KEY: signingKey } = config;
    const sealerPool =
      sealerUrl === undefined
        ? undefined
        : createPool(sealerUrl, { applicationName: 'registry sealer', max: 2, logger });
    if (sealerPool !== undefined) onStop('sealer', () => sealerPool.end());
    onStop('journal', registry.stop);
    registry.start({ sealer: sealerPool && signingKey !== undefined ? { pool: sealerPool, signingKey } : undefined });

    if (config.KAFKA_BROKERS !== undefined) {
      const transport = await kafkaTransport({
        brokers: config.KAFKA_BROKERS,
        clientId: 'registry',
        prefix: config.TOPIC_PREFIX,
        onError,
      });
      onStop('kafka', transport.stop);
      health.add('kafka', async () => {
        if (!(await transport.ready())) throw new Error('the broker does not answer');
      });
      await transport.publish(registry.journal);
    }
    await listen(registry.server);
  },
});
