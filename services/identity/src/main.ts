import process from 'node:process';
import { kafkaTransport } from '@rohnamo/messaging';
import { createPool, migrate, runService } from '@rohnamo/service-kit';
import { createIdentity } from './app.ts';
import { runClients } from './clients/command-line.ts';
import { identityConfig } from './config.ts';

const [command, ...args] = process.argv.slice(2);

if (command === 'clients') {
  process.exitCode = await runClients({
    args,
    env: process.env,
    out: (text) => void process.stdout.write(text),
    say: (text) => void process.stderr.write(text),
  });
} else {
  if (command === '--help' || command === 'help')
    process.stdout.write('Besides what follows, it manages clients: node src/main.ts clients --help\n\n');
  await runService({
    name: 'identity',
    description: 'gives clients the tokens with which they call every other service',
    config: identityConfig,
    migrate: (config) =>
      migrate({
        ownerUrl: config.DATABASE_OWNER_URL ?? config.DATABASE_URL,
        migrationsFolder: new URL('../migrations', import.meta.url).pathname,
        lockKey: 'identity',
      }),
    start: async ({ config, logger, health, metrics, onStop, listen }) => {
      const pool = createPool(config.DATABASE_URL, { applicationName: 'identity', logger });
      onStop('database', () => pool.end());
      const sealerPool =
        config.DATABASE_SEALER_URL === undefined
          ? undefined
          : createPool(config.DATABASE_SEALER_URL, { applicationName: 'identity sealer', max: 2, logger });
      onStop('sealer database', () => sealerPool?.end());
      const transport =
        config.KAFKA_BROKERS &&
        (await kafkaTransport({
          brokers: config.KAFKA_BROKERS,
          clientId: 'identity',
          prefix: config.TOPIC_PREFIX,
          onError: (err) => logger.warn({ err, dependency: 'kafka' }, 'the transport failed and will be tried again'),
        }));
      const service = await createIdentity({ config, pool, sealerPool, transport, logger, health, metrics });
      onStop('identity', () => service.stop());
      onStop('transport', () => transport?.stop());
      await service.start();
      await listen(service.app);
    },
  });
}
