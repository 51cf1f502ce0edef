import process from 'node:process';
import { ConfigError, describeConfig } from './config.ts';
import { MigrationFailed } from './database.ts';
import { createLogger, type Logger } from './logger.ts';
import type { CommandIo, ServiceDefinition } from './service.ts';
import { runParked } from './parked-command.ts';
import { createInstance, type ServiceInstall, type ServiceInstance } from './start-service.ts';

/**
 * Runs a service as a process of its own: `main.ts` calls this and nothing else. Without arguments it serves; `migrate` brings
 * the database up to date and ends; `parked` sees to parked events; `--help` says what it needs; the service's own commands do what they do.
 */
export async function runService(definition: ServiceDefinition): Promise<void> {
  const install = { definition, environment: process.env };
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined) return runServices([install]);
  if (command === 'migrate') return migrateOnly(install);
  if (command === 'parked') return seeToParked(install, args);
  if (command === '--help' || command === 'help') {
    process.stdout.write(helpOf(definition));
    return;
  }
  const { commands = {} } = definition;
  const own = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (own === undefined) {
    process.stderr.write(
      `${definition.name} does not know the command ${JSON.stringify(command)}.\n\n${helpOf(definition)}`,
    );
    process.exit(2);
  }
  process.exitCode = await own.run(args, terminal);
}

/**
 * Runs services in this process until SIGTERM or SIGINT, which stops them gracefully: not ready, finish what is in flight for
 * at most 10 s, then the rest. A second signal ends the process at once. Where one cannot start, or something is thrown that
 * nobody catches, the process ends with code 1.
 */
export async function runServices(installs: readonly ServiceInstall[]): Promise<void> {
  const services = installs.map(configured);
  endOnUncaught(services.map(({ logger }) => logger));
  const isStopping = stopOnSignals(services);
  const started = services.map((service) =>
    service.start().catch((err: unknown) => {
      if (!isStopping()) cannotStart(service.logger, err); // what was stopped while it started fails, and that is well
    }),
  );
  await Promise.all(started);
}

async function migrateOnly(install: ServiceInstall): Promise<void> {
  const { migrate, logger } = configured(install);
  endOnUncaught([logger]);
  await migrate().catch((err: unknown) => cannotStart(logger, err));
  logger.info('the database is up to date');
}

async function seeToParked(install: ServiceInstall, args: readonly string[]): Promise<void> {
  const instance = configured(install);
  const { logger } = instance;
  endOnUncaught([logger]);
  try {
    const { parking, stop } = await instance.parking();
    process.exitCode = await runParked(args, { parking, logger, io: terminal });
    await stop();
  } catch (err) {
    cannotStart(logger, err);
  }
}

function configured(install: ServiceInstall): ServiceInstance {
  try {
    return createInstance(install);
  } catch (err) {
    return cannotStart(createLogger({ service: install.definition.name }), err);
  }
}

function cannotStart(logger: Logger, err: unknown): never {
  logger.fatal({ err }, 'the service could not start');
  process.stderr.write(`${reasonOf(err)}\n`);
  process.exit(1);
}

function stopOnSignals(services: readonly ServiceInstance[]): () => boolean {
  let isStopping = false;
  const stop = async (): Promise<void> => {
    const stopped = await Promise.all(services.map((service) => service.stop()));
    process.exit(stopped.every((isWell) => isWell) ? 0 : 1);
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
  return () => isStopping;
}

/** Whose it was cannot be told, so each service's log has it. */
function endOnUncaught(loggers: readonly Logger[]): void {
  process.on('uncaughtException', (err) => {
    for (const logger of loggers) logger.fatal({ err }, 'an error that nobody caught');
    process.exit(1);
  });
  process.on('unhandledRejection', (err) => {
    for (const logger of loggers) logger.fatal({ err }, 'a rejection that nobody handled');
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

const terminal: CommandIo = {
  env: process.env,
  out: (text) => void process.stdout.write(text),
  say: (text) => void process.stderr.write(text),
};

function helpOf({ name, description, config, commands = {} }: ServiceDefinition): string {
  const lines: [string, string][] = [
    ['(no command)', 'serve until SIGTERM or SIGINT'],
    ['migrate', 'bring the database up to date, then end'],
    ['parked', 'list, replay or discard events that failed'],
    ...Object.entries(commands).map(([command, { summary }]): [string, string] => [command, summary]),
    ['--help', 'this'],
  ];
  return [
    `${name}: ${description}`,
    '',
    ...lines.map(([command, summary]) => `  ${command.padEnd(12)}  ${summary}`),
    '',
    'It is configured by its environment:',
    '',
    describeConfig(config),
    '',
  ].join('\n');
}
