import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import { type BaseConfig, ConfigError, describeConfig, loadConfig } from './config.ts';
import { MigrationFailed } from './database.ts';
import { createHealth, type Health } from './health.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import type { Server } from './server.ts';

export interface ServiceContext<Config> {
  readonly config: Config;
  readonly logger: Logger;
  readonly health: Health;
  readonly metrics: Metrics;
  /** What to undo at the stop, last first: pools, then consumers, then the server that depends on them. */
  onStop: (name: string, stop: () => unknown) => void;
  /** Listens on HOST and PORT, and at the stop finishes what is in flight. */
  listen: (app: Server) => Promise<string>;
}

export interface ServiceDefinition<Schema extends z.ZodObject> {
  name: string;
  /** One sentence for --help. */
  description: string;
  /** `baseConfig`, extended. */
  config: z.infer<Schema> extends BaseConfig ? Schema : never;
  /** Brings the database up to date: the `migrate` command, and every boot unless MIGRATE_AT_BOOT is false. */
  migrate?: (config: z.infer<Schema>) => Promise<void>;
  /** Builds everything and listens. */
  start: (context: ServiceContext<z.infer<Schema>>) => Promise<void>;
}

const stepDeadlineMs = 10_000;

/**
 * Runs a service: `main.ts` calls this and nothing else. Without arguments it serves; `migrate` brings the database up to
 * date and ends; `--help` says what it needs. SIGTERM and SIGINT stop it gracefully (not ready, finish what is in flight for
 * at most 10 s, then the rest), a second one at once. What nobody caught ends the process with code 1.
 */
export async function runService<Schema extends z.ZodObject>(service: ServiceDefinition<Schema>): Promise<void> {
  const command = process.argv[2];
  if (command === '--help' || command === 'help') {
    process.stdout.write(helpOf(service));
    return;
  }
  if (command !== undefined && command !== 'migrate') {
    process.stderr.write(`${service.name} does not know the command ${JSON.stringify(command)}.\n\n${helpOf(service)}`);
    process.exit(2);
  }
  let logger = createLogger({ service: service.name });
  try {
    const schema: z.ZodObject = service.config;
    const config = loadConfig(schema, process.env) as z.infer<Schema> & BaseConfig;
    logger = createLogger({ service: service.name, level: config.LOG_LEVEL });
    endOnUncaught(logger);
    if (command === 'migrate' || config.MIGRATE_AT_BOOT) await service.migrate?.(config);
    if (command === 'migrate') {
      logger.info('the database is up to date');
      return;
    }
    await serve(service, config, logger);
  } catch (err) {
    logger.fatal({ err }, 'the service could not start');
    process.stderr.write(`${reasonOf(err)}\n`);
    process.exit(1);
  }
}

async function serve<Schema extends z.ZodObject>(
  service: ServiceDefinition<Schema>,
  config: z.infer<Schema> & BaseConfig,
  logger: Logger,
): Promise<void> {
  const health = createHealth();
  const stops: { name: string; stop: () => unknown }[] = [];
  stopOnSignals({ health, stops, logger, drainMs: config.DRAIN_SECONDS * 1000 });
  await service.start({
    config,
    logger,
    health,
    metrics: createMetrics({ service: service.name }),
    onStop: (name, stop) => void stops.push({ name, stop }),
    listen: async (app) => {
      stops.push({ name: 'server', stop: () => closeServer(app) });
      const address = await app.listen({ host: config.HOST, port: config.PORT });
      logger.info({ port: Number(new URL(address).port) }, 'listening');
      return address;
    },
  });
}

/** Stops accepting, waits for what is in flight, and after the deadline hangs up. */
async function closeServer(app: Server): Promise<void> {
  const hangUp = setTimeout(() => app.server.closeAllConnections(), stepDeadlineMs - 500);
  try {
    await app.close();
  } finally {
    clearTimeout(hangUp);
  }
}

function stopOnSignals(options: {
  health: Health;
  stops: { name: string; stop: () => unknown }[];
  logger: Logger;
  drainMs: number;
}): void {
  const { health, stops, logger, drainMs } = options;
  let isStopping = false;
  const stop = async (): Promise<void> => {
    logger.info('stopping');
    health.stopping();
    if (drainMs > 0) await pause(drainMs);
    let failed = false;
    for (const { name, stop } of stops.toReversed()) {
      const outcome = await withinDeadline(stop);
      if (outcome === 'done') continue;
      failed = true;
      logger.error({ dependency: name, err: outcome.err }, 'could not be stopped');
    }
    logger.info('stopped');
    process.exit(failed ? 1 : 0);
  };
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(code);
      isStopping = true;
      void stop();
    });
  }
}

async function withinDeadline(stop: () => unknown): Promise<'done' | { err: unknown }> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('took too long')), stepDeadlineMs);
  });
  try {
    await Promise.race([Promise.resolve().then(stop), deadline]);
    return 'done';
  } catch (err) {
    return { err };
  } finally {
    clearTimeout(timer);
  }
}

function endOnUncaught(logger: Logger): void {
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'an error that nobody caught');
    process.exit(1);
  });
  process.on('unhandledRejection', (err) => {
    logger.fatal({ err }, 'a rejection that nobody handled');
    process.exit(1);
  });
}

/** What went wrong, for the person at the terminal. */
function reasonOf(err: unknown): string {
  if (err instanceof ConfigError) return err.message;
  if (err instanceof MigrationFailed) return `${err.message}${sqlReasonOf(err.cause)}`;
  return 'The service could not start; the log line above says where.';
}

function sqlReasonOf(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
    if (code === undefined) continue;
    // Of these classes the message names tables, columns, roles and databases; that of others can hold what is in a row.
    return /^(08|28|3D|42)/.test(code) ? ` (${code}: ${error.message})` : ` (${code})`;
  }
  return '';
}

const helpOf = <Schema extends z.ZodObject>(service: ServiceDefinition<Schema>): string => {
  const schema: z.ZodObject = service.config;
  return [
    `${service.name}: ${service.description}`,
    '',
    '  (no command)  serve until SIGTERM or SIGINT',
    '  migrate       bring the database up to date, then end',
    '  --help        this',
    '',
    'It is configured by its environment:',
    '',
    describeConfig(schema),
    '',
  ].join('\n');
};
