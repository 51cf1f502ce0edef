import { createServer } from 'node:http';
import { once } from 'node:events';
import { sealJournal } from '@rohnamo/journal';
import { listenFault } from './boot-fault.ts';
import { baseConfig, loadConfig } from './config.ts';
import { checkDatabase } from './database-checks.ts';
import { createPool } from './database.ts';
import { createHealth, type Health } from './health.ts';
import { createLogger } from './logger.ts';
import { migrationsOf, type ServiceDefinition } from './service.ts';
import type { ServiceInstall, ServiceInstance } from './start-service.ts';
import { createStopList } from './stop-list.ts';

const shape = baseConfig.shape;

/** All that a sealer is given: neither the app's password nor the owner's. */
export const sealingConfig = baseConfig.pick({ HOST: true, ACCEPT_NEWER_SCHEMA: true, LOG_LEVEL: true }).extend({
  PORT: shape.PORT.optional().describe('Port at which it tells its health; without one it listens nowhere'),
  DATABASE_SEALER_URL: shape.DATABASE_SEALER_URL.unwrap().describe(
    "The service's own database, as its sealer role: postgres://…",
  ),
  CHECKPOINT_SIGNING_KEY: shape.CHECKPOINT_SIGNING_KEY.unwrap().describe(
    'Ed25519 seed that signs checkpoints of the journal, 32 bytes in base64',
  ),
});

/** The sealer of a service as a process of its own: only it holds the key and the role that seal. @throws ConfigError */
export function createSealing({
  definition,
  environment,
}: Pick<ServiceInstall, 'definition' | 'environment'>): Pick<ServiceInstance, 'logger' | 'start' | 'stop'> {
  const config = loadConfig(sealingConfig, environment);
  const { name } = definition;
  const logger = createLogger({ service: name, level: config.LOG_LEVEL });
  const health = createHealth();
  const stops = createStopList();
  return {
    logger,
    start: async () => {
      const { DATABASE_SEALER_URL: url, CHECKPOINT_SIGNING_KEY: signingKey } = config;
      await checkDatabase({ variable: 'DATABASE_SEALER_URL', url, ...schemaOf(definition, config) });
      const pool = createPool(url, { applicationName: `${name} sealer`, max: 2, logger });
      stops.add('sealer-database', () => pool.end());
      const onError = (err: unknown) => logger.error({ err }, 'sealing failed and will be tried again');
      const { worker } = sealJournal({ service: name, pool, signingKey, onError });
      stops.add('sealer', () => worker.stop());
      health.add('database', () => pool.query('select 1'));
      if (config.PORT !== undefined) stops.add('server', await tellHealth(health, { ...config, PORT: config.PORT }));
      logger.info('sealing');
    },
    stop: async () => {
      logger.info('stopping');
      health.stopping();
      const failures = await stops.stopAll();
      for (const { name: dependency, err } of failures) logger.error({ dependency, err }, 'could not be stopped');
      logger.info('stopped');
      await logger.flush();
      return failures.length === 0;
    },
  };
}

const schemaOf = (definition: ServiceDefinition, config: { ACCEPT_NEWER_SCHEMA: boolean }) => ({
  migrationsFolder: migrationsOf(definition).migrationsFolder,
  acceptNewer: config.ACCEPT_NEWER_SCHEMA,
});

/** `/health/live` and `/health/ready`, as a service answers them, and nothing else. @returns what stops it */
async function tellHealth(health: Health, { HOST, PORT }: { HOST: string; PORT: number }): Promise<() => unknown> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/health/live') return void answer(200, { status: 'alive' });
    if (request.url !== '/health/ready') return void answer(404, { status: 404 });
    void health
      .failing()
      .then(({ needed }) =>
        needed.length === 0 ? answer(200, { status: 'ready' }) : answer(503, { status: 'not-ready', failing: needed }),
      );
  });
  server.listen(PORT, HOST);
  await once(server, 'listening').catch((error: unknown) => {
    throw listenFault({ HOST, PORT }, error);
  });
  return () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
}
