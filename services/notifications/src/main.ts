import { kafkaTransport } from '@rohnamo/messaging';
import { createPool, createVerifier, migrate, runService } from '@rohnamo/service-kit';
import { createNotifications } from './app.ts';
import { notificationsConfig } from './config.ts';

await runService({
  name: 'notifications',
  description: 'tells facilities and partners that something waits for them',
  config: notificationsConfig,
  migrate: (config) =>
    migrate({
      ownerUrl: config.DATABASE_OWNER_URL ?? config.DATABASE_URL,
      migrationsFolder: new URL('../migrations', import.meta.url).pathname,
      lockKey: 'notifications',
    }),
  start: async ({ config, logger, health, metrics, onStop, listen }) => {
    const pool = createPool(config.DATABASE_URL, { applicationName: 'notifications', logger });
    onStop('database', () => pool.end());
    const sealerPool =
      config.DATABASE_SEALER_URL === undefined
        ? undefined
        : createPool(config.DATABASE_SEALER_URL, { applicationName: 'notifications sealer', max: 2, logger });
    onStop('sealer database', () => sealerPool?.end());
    const transport =
      config.KAFKA_BROKERS &&
      (await kafkaTransport({
        brokers: config.KAFKA_BROKERS,
        clientId: 'notifications',
        prefix: config.TOPIC_PREFIX,
        onError: (err) => logger.warn({ err, dependency: 'kafka' }, 'the transport failed and will be tried again'),
      }));

    const service = await createNotifications({
      config,
      pool,
      sealerPool,
      transport,
      verifier: createVerifier({ issuers: config.OIDC_ISSUERS, audience: config.TOKEN_AUDIENCE }),
      logger,
      metrics,
      health,
      tokenUrl: `${config.OIDC_ISSUERS[0] ?? ''}/token`,
    });
    onStop('notifications', () => service.stop());
    onStop('transport', () => transport?.stop());
    await service.start();
    await listen(service.app);
  },
});
