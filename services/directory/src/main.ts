import { kafkaTransport } from '@rohnamo/messaging';
import { createPool, createVerifier, runService } from '@rohnamo/service-kit';
import { createDirectory } from './app.ts';
import { directoryConfig } from './config.ts';
import { migrateDirectory } from './migrations.ts';
import { placesCommand } from './places/command.ts';

const [command, ...args] = process.argv.slice(2);
if (command === 'places')
  process.exitCode = await placesCommand(args, { env: process.env, say: console.log, complain: console.error });
else await serve();

async function serve(): Promise<void> {
  await runService({
    name: 'directory',
    description:
      'keeps organisations, facilities and their offerings, and finds them; `places import <file.csv>` brings in administrative units',
    config: directoryConfig,
    migrate: (config) => migrateDirectory(config.DATABASE_OWNER_URL ?? config.DATABASE_URL),
    start: async ({ config, logger, health, metrics, onStop, listen }) => {
      const { DATABASE_SEALER_URL, KAFKA_BROKERS } = config;
      const pool = createPool(config.DATABASE_URL, { applicationName: 'directory', logger });
      onStop('database', () => pool.end());
      const sealerPool =
        DATABASE_SEALER_URL === undefined
          ? undefined
          : createPool(DATABASE_SEALER_URL, { applicationName: 'directory sealer', max: 2, logger });
      onStop('sealer database', () => sealerPool?.end());
      const transport =
        KAFKA_BROKERS &&
        (await kafkaTransport({
          brokers: KAFKA_BROKERS,
          clientId: 'directory',
          prefix: config.TOPIC_PREFIX,
          onError: (err) => logger.warn({ err, dependency: 'kafka' }, 'the transport failed and will be tried again'),
        }));

      const directory = await createDirectory({
        config,
        pool,
        sealerPool,
        transport,
        verifier: createVerifier({ issuers: config.OIDC_ISSUERS, audience: config.TOKEN_AUDIENCE }),
        logger,
        metrics,
        health,
        tokenUrl: config.OIDC_ISSUERS[0] === undefined ? undefined : `${config.OIDC_ISSUERS[0]}/token`,
      });
      onStop('directory', () => directory.stop());
      onStop('transport', () => transport?.stop());
      await directory.start();
      await listen(directory.app);
    },
  });
}
