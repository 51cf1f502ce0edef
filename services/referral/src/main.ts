import { kafkaTransport } from '@rohnamo/messaging';
import {
  createPool,
  createServiceClient,
  createServiceToken,
  createVerifier,
  migrate,
  runService,
} from '@rohnamo/service-kit';
import { createReferral } from './app.ts';
import { referralConfig } from './config.ts';

await runService({
  name: 'referral',
  description: 'carries referrals from those who refer to those who help, and keeps their trail',
  config: referralConfig,
  migrate: (config) =>
    migrate({
      ownerUrl: config.DATABASE_OWNER_URL ?? config.DATABASE_URL,
      migrationsFolder: new URL('../migrations', import.meta.url).pathname,
      lockKey: 'referral',
    }),
  start: async ({ config, logger, health, metrics, onStop, listen }) => {
    const issuer = config.OIDC_ISSUERS[0] ?? '';
    const token = createServiceToken({
      issuer,
      clientId: config.SERVICE_CLIENT_ID,
      clientSecret: config.SERVICE_CLIENT_SECRET,
    });
    const pool = createPool(config.DATABASE_URL, { applicationName: 'referral', logger });
    onStop('database', () => pool.end());
    const sealerPool =
      config.DATABASE_SEALER_URL === undefined
        ? undefined
        : createPool(config.DATABASE_SEALER_URL, { applicationName: 'referral sealer', max: 2, logger });
    onStop('sealer database', () => sealerPool?.end());
    const registry = createServiceClient({ baseUrl: config.REGISTRY_URL, token });
    onStop('registry', () => registry.close());
    const directory = createServiceClient({ baseUrl: config.DIRECTORY_URL, token });
    onStop('directory', () => directory.close());
    const transport =
      config.KAFKA_BROKERS &&
      (await kafkaTransport({
        brokers: config.KAFKA_BROKERS,
        clientId: 'referral',
        prefix: config.TOPIC_PREFIX,
        onError: (err) => logger.warn({ err, dependency: 'kafka' }, 'the transport failed and will be tried again'),
      }));

    const service = await createReferral({
      config,
      pool,
      sealerPool,
      transport,
      registry,
      directory,
      verifier: createVerifier({ issuers: config.OIDC_ISSUERS, audience: config.TOKEN_AUDIENCE }),
      logger,
      metrics,
      health,
      tokenUrl: `${issuer}/token`,
    });
    onStop('referral', () => service.stop());
    onStop('transport', () => transport?.stop());
    await service.start();
    await listen(service.app);
  },
});
