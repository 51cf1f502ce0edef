import { setTimeout as pause } from 'node:timers/promises';
import { kafkaTransport, type Parking, type Subscription, type Transport } from '@rohnamo/messaging';
import type { Pool } from 'pg';
import { listenFault } from './boot-fault.ts';
import { createPool } from './database.ts';
import { createHealth } from './health.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { registerOperations } from './operation-routes.ts';
import { revocations } from './revocations.ts';
import type { Server } from './server.ts';
import { createServiceToken } from './service-token.ts';
import { configOf, prepareDatabase } from './prepare-service.ts';
import type { RunningService, ServiceConfig, ServiceDefinition } from './service.ts';
import { createStopList, stopDeadlineMs, type StopList } from './stop-list.ts';
import { createVerifier } from './verifier.ts';

/** How long a process that starts waits to hear who was revoked before it is ready all the same: a broker may be away for long. */
const revocationsWithinMs = 10_000;

/** How long a broker may take to be found before that is said. */
const brokerWithinMs = 10_000;

/** One service, and what it is to be run with. */
export interface ServiceInstall {
  definition: ServiceDefinition;
  environment: Readonly<Record<string, string | undefined>>;
  /** How its events travel: by Kafka, where the environment names brokers, unless said otherwise. */
  transport?: (options: { onError: (error: unknown) => void }) => Transport;
  /** Whether its metrics show the process too: where several services share one, those of one of them. */
  processMetrics?: boolean;
  /** Whether it is to serve, and so needs all that takes. */
  serves?: boolean;
}

/** What can be said of a service without running it. */
export interface ServiceDescription {
  /** OpenAPI 3.1, as it is served at /openapi.json. */
  openApi: object;
  /** The kinds of thing that its journal is about, copies of others' included. */
  keeps: readonly string[];
  hears: readonly Pick<Subscription, 'group' | 'topics' | 'everyProcess'>[];
}

export interface ServiceInstance {
  logger: Logger;
  /** Sees that it can start as it is set up (and migrates, where it is told to), builds, works and listens. */
  start: () => Promise<void>;
  /**
   * What can be done about its parked events, whether or not it runs: built, but neither at work nor listening. `stop` gives back
   * what that took.
   */
  parking: () => Promise<{ parking: Parking; stop: () => Promise<void> }>;
  /** What it serves, keeps and hears: built, and taken down again. Nothing is connected to. */
  describe: () => Promise<ServiceDescription>;
  /** No longer ready; finishes what is in flight, then what it stands on, last first. False where a part would not stop. */
  stop: () => Promise<boolean>;
}

/** A service of this process, configured and not yet started. @throws ConfigError */
export function createInstance(install: ServiceInstall): ServiceInstance {
  const { definition } = install;
  const config = configOf(install);
  const logger = createLogger({ service: definition.name, level: config.LOG_LEVEL });
  const health = createHealth();
  const stops = createStopList();
  const compose = async () => {
    const pools = openPools(definition.name, { config, logger, stops });
    const parts = partsOf(install, config);
    const service = await definition.create({
      config,
      pool: pools.app,
      logger,
      health,
      ...parts,
      onError: (err) => logger.error({ err }, 'work in the background failed and will be tried again'),
      now: () => new Date(),
    });
    const parking = registerOperations(service, { pool: pools.app, logger, metrics: parts.metrics });
    const takesTokens = config.OIDC_ISSUERS !== undefined;
    const { verifier } = parts;
    const revocationsHeard = Promise.withResolvers<void>();
    const onCaughtUp = () => revocationsHeard.resolve();
    const heard = takesTokens ? [revocations({ service: definition.name, verifier, pool: pools.app, onCaughtUp })] : [];
    if (!takesTokens) onCaughtUp();
    const own = service.subscriptions ?? [];
    const subscriptions = [...own.map((each) => ({ ...each, onParked: alarm(logger) })), ...heard];
    return { service, subscriptions, revocationsHeard: revocationsHeard.promise, parking, pools };
  };

  return {
    logger,
    parking: async () => {
      const { service, parking } = await compose();
      stops.add('server', () => service.app.close());
      stops.add('own-work', () => service.stop?.());
      return { parking, stop: async () => void (await stops.stopAll()) };
    },
    describe: async () => {
      const { service, subscriptions } = await compose();
      stops.add('server', () => service.app.close());
      stops.add('own-work', () => service.stop?.());
      try {
        await service.app.ready();
        const hears = subscriptions.map(({ group, topics, everyProcess = false }) => ({ group, topics, everyProcess }));
        return { openApi: service.app.swagger(), keeps: service.journal.kinds, hears };
      } finally {
        await stops.stopAll();
      }
    },
    start: async () => {
      await prepareDatabase(definition, { config, logger });
      const { service, subscriptions, revocationsHeard, pools } = await compose();
      health.add('database', () => pools.app.query('select 1'));
      const transport = transportOf(install, { config, logger });
      if (transport) {
        const heardOrNot = Promise.race([revocationsHeard, pause(revocationsWithinMs, undefined, { ref: false })]);
        health.add('revocations', () => heardOrNot);
        // Requests are answered and recorded without it, and their events follow when it is back.
        health.watch('transport', async () => {
          if (!(await transport.ready())) throw new Error('the transport cannot be reached');
        });
      }
      const { CHECKPOINT_VERIFIER_KEY: sealedBy, CHECKPOINT_INTERVAL_SECONDS } = config;
      const publishEveryMs = CHECKPOINT_INTERVAL_SECONDS * 1000;
      const work = { transport, sealer: pools.sealer, sealedBy, publishEveryMs, stops };
      await startWork({ ...service, subscriptions }, work);
      stops.add('server', () => closeServer(service.app));
      const address = await service.app.listen({ host: config.HOST, port: config.PORT }).catch((error: unknown) => {
        throw listenFault(config, error);
      });
      logger.info({ port: Number(new URL(address).port) }, 'listening');
      if (transport) void tellOfNoBroker(transport, logger);
    },
    stop: async () => {
      logger.info('stopping');
      health.stopping();
      if (config.DRAIN_SECONDS > 0) await pause(config.DRAIN_SECONDS * 1000);
      const failures = await stops.stopAll();
      for (const { name, err } of failures) logger.error({ dependency: name, err }, 'could not be stopped');
      logger.info('stopped');
      await logger.flush(); // at the exit of the process the last lines would overtake those that are being written
      return failures.length === 0;
    },
  };
}

/**
 * Sets a service to work, in the one right order: its journal places and seals, the transport publishes it, the service hears
 * the others, then begins what it does by itself. What is to be stopped goes into `stops`, the transport too.
 */
export async function startWork(
  service: Omit<RunningService, 'app'>,
  work: {
    transport?: Transport | undefined;
    sealer?: Sealer | undefined;
    /** The key of whoever seals, where it is another process. */
    sealedBy?: string | undefined;
    /** How often a checkpoint is published. */
    publishEveryMs?: number | undefined;
    stops: StopList;
  },
): Promise<void> {
  const { transport, sealer, sealedBy, publishEveryMs, stops } = work;
  stops.add('journal', () => service.journal.stop());
  service.journal.start({
    ...(sealer && { sealer }),
    ...(sealedBy !== undefined && { sealedBy }),
    ...(publishEveryMs !== undefined && { publishEveryMs }),
  });
  if (transport !== undefined) {
    stops.add('transport', () => transport.stop());
    await transport.publish(service.journal);
    for (const subscription of service.subscriptions ?? []) await transport.subscribe(subscription);
  }
  stops.add('own-work', () => service.stop?.());
  await service.start?.();
}

/** Somebody must see to it: an error, with all that may be said. */
const alarm =
  (logger: Logger): NonNullable<Subscription['onParked']> =>
  ({ group, kind, subject, sequence, type, reason }) =>
    logger.error(
      {
        group,
        subjectKind: kind,
        subjectId: subject,
        position: sequence,
        eventType: type ?? undefined,
        errorCode: reason,
      },
      'an event was parked, and what comes behind it of its subject will be',
    );

interface Sealer {
  pool: Pool;
  signingKey: string;
}

function openPools(
  name: string,
  { config, logger, stops }: { config: ServiceConfig; logger: Logger; stops: StopList },
): { app: Pool; sealer: Sealer | undefined } {
  const { DATABASE_URL, DATABASE_SEALER_URL, CHECKPOINT_SIGNING_KEY: signingKey } = config;
  const app = createPool(DATABASE_URL, { applicationName: name, logger });
  stops.add('database', () => app.end());
  if (DATABASE_SEALER_URL === undefined || signingKey === undefined) return { app, sealer: undefined };
  const sealer = createPool(DATABASE_SEALER_URL, { applicationName: `${name} sealer`, max: 2, logger });
  stops.add('sealer-database', () => sealer.end());
  return { app, sealer: { pool: sealer, signingKey } };
}

/** What a service is given that needs nothing but its configuration. */
function partsOf({ definition, processMetrics = true }: ServiceInstall, config: ServiceConfig) {
  const { OIDC_ISSUERS: issuers = [], SERVICE_CLIENT_ID: clientId, SERVICE_CLIENT_SECRET: clientSecret } = config;
  const issuer = issuers[0];
  const hasClient = issuer !== undefined && clientId !== undefined && clientSecret !== undefined;
  return {
    metrics: createMetrics({ service: definition.name, processMetrics }),
    verifier: createVerifier({
      issuers,
      known: definition.issuerKeys === undefined ? [] : [definition.issuerKeys(config)],
      audience: config.TOKEN_AUDIENCE,
    }),
    tokenUrl: issuer && `${issuer.replace(/\/$/, '')}/token`,
    serviceToken: hasClient ? createServiceToken({ issuer, clientId, clientSecret }) : undefined,
  };
}

function transportOf(
  { definition, transport }: ServiceInstall,
  { config, logger }: { config: ServiceConfig; logger: Logger },
): Transport | undefined {
  const onError = (err: unknown) =>
    logger.warn({ err, dependency: 'transport' }, 'the transport failed and will be tried again');
  if (transport !== undefined) return transport({ onError });
  const { KAFKA_BROKERS: brokers, TOPIC_PREFIX: prefix } = config;
  if (brokers === undefined || brokers.join() === 'none') return undefined;
  return kafkaTransport({ brokers, clientId: definition.name, prefix, onError });
}

/** Requests are answered all the same, so somebody has to be told. Readiness names it, too, for as long as it lasts. */
async function tellOfNoBroker(transport: Transport, logger: Logger): Promise<void> {
  await pause(brokerWithinMs, undefined, { ref: false });
  if (!(await transport.ready()))
    logger.warn(
      { dependency: 'transport' },
      'no broker of KAFKA_BROKERS can be reached: events wait in the journal until one can; see to it, or correct the variable',
    );
}

/** Stops accepting, waits for what is in flight, and shortly before the deadline hangs up. */
async function closeServer(app: Server): Promise<void> {
  const hangUp = setTimeout(() => app.server.closeAllConnections(), stopDeadlineMs - 500);
  try {
    await app.close();
  } finally {
    clearTimeout(hangUp);
  }
}
