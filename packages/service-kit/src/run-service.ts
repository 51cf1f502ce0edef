import process from 'node:process';
import { complaintAboutText, composed } from '@rohnamo/contracts';
import { verifierKeyOf } from '@rohnamo/journal';
import { BootFault } from './boot-fault.ts';
import { baseConfig, ConfigError, describeConfig, loadConfig } from './config.ts';
import { MigrationFailed } from './database.ts';
import { createLogger, type Logger } from './logger.ts';
import { createSealing, sealingConfig } from './sealing-process.ts';
import { type CommandIo, migrationsOf, type ServiceDefinition } from './service.ts';
import { runParked } from './parked-command.ts';
import { createInstance, type ServiceInstall, type ServiceInstance } from './start-service.ts';

/**
 * Runs a service as a process of its own: `main.ts` calls this and nothing else. Without arguments it serves; `migrate` brings
 * the database up to date and ends; `seal` seals its journal until it is stopped; `parked` sees to parked events; `--help` says what
 * it needs; the service's own commands do what they do.
 */
export async function runService(definition: ServiceDefinition): Promise<void> {
  const install = { definition, environment: process.env };
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined) return runServices([install]);
  const wrong = [command, ...args].map(complaintAboutText).find((complaint) => complaint !== null);
  if (wrong !== undefined) {
    process.stderr.write(`${definition.name}: an argument ${wrong}.\n`);
    process.exit(2);
  }
  if (command === 'migrate' && args.length > 0) {
    process.stderr.write(`migrate takes no options: leave them out; it is told by DATABASE_OWNER_URL\n`);
    process.exit(2);
  }
  if (command === 'migrate') return migrateOnly(install);
  if (command === 'seal') return seal(install, args);
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
  process.exitCode = await own.run(args.map(composed), terminal);
}

/**
 * Runs services in this process until SIGTERM or SIGINT, which stops them gracefully: not ready, finish what is in flight for
 * at most 10 s, then the rest. A second signal ends the process at once. Where one cannot start, or something is thrown that
 * nobody catches, the process ends with code 1.
 */
export async function runServices(installs: readonly ServiceInstall[]): Promise<void> {
  const services = installs.map((install) => ({
    name: install.definition.name,
    ...configured(install.definition.name, () => createInstance({ ...install, serves: true })),
  }));
  await runUntilStopped(services);
}

type Runnable = Pick<ServiceInstance, 'logger' | 'start' | 'stop'> & { name: string };

async function runUntilStopped(services: readonly Runnable[]): Promise<void> {
  endOnUncaught(services.map(({ logger }) => logger));
  const isStopping = stopOnSignals(services);
  const started = services.map((service) =>
    service.start().catch((err: unknown) => {
      if (!isStopping()) cannotStart(service, err); // what was stopped while it started fails, and that is well
    }),
  );
  await Promise.all(started);
}

/** It needs the owner's address alone, which what serves is not given. */
const migrationConfig = baseConfig.pick({ LOG_LEVEL: true }).extend({
  DATABASE_OWNER_URL: baseConfig.shape.DATABASE_OWNER_URL.unwrap().describe(
    "The service's own database, as its owner role: postgres://…",
  ),
});

async function migrateOnly({ definition, environment }: ServiceInstall): Promise<void> {
  const { name } = definition;
  const config = configured(name, () => loadConfig(migrationConfig, environment));
  const logger = createLogger({ service: name, level: config.LOG_LEVEL });
  endOnUncaught([logger]);
  const { migrate } = migrationsOf(definition);
  await migrate(config.DATABASE_OWNER_URL).catch((err: unknown) => cannotStart({ name, logger }, err));
  logger.info('the database is up to date');
}

/** Seals until it is stopped; with `--verifier-key` only prints the key by which others check what it seals. */
async function seal(install: ServiceInstall, args: readonly string[]): Promise<void> {
  const { name } = install.definition;
  if (args.length === 0) {
    return runUntilStopped([{ name, ...configured(name, () => createSealing(install)) }]);
  }
  if (args.length > 1 || args[0] !== '--verifier-key') {
    process.stderr.write('seal takes nothing, or --verifier-key\n');
    process.exit(2);
  }
  const key = configured(name, () => loadConfig(sealingConfig.pick({ CHECKPOINT_SIGNING_KEY: true }), process.env));
  process.stdout.write(`${verifierKeyOf(name, key.CHECKPOINT_SIGNING_KEY)}\n`);
}

async function seeToParked(install: ServiceInstall, args: readonly string[]): Promise<void> {
  const { name } = install.definition;
  const instance = configured(name, () => createInstance(install));
  const { logger } = instance;
  endOnUncaught([logger]);
  try {
    const { parking, stop } = await instance.parking();
    process.exitCode = await runParked(args, { parking, logger, io: terminal });
    await stop();
  } catch (err) {
    cannotStart({ name, logger }, err);
  }
}

function configured<Made>(name: string, make: () => Made): Made {
  try {
    return make();
  } catch (err) {
    return cannotStart({ name, logger: createLogger({ service: name }) }, err);
  }
}

/** Where it is known what is wrong, that is all that is said: a line for each fault, and no stack. */
function cannotStart({ name, logger }: { name: string; logger: Logger }, err: unknown): never {
  const reasons = reasonsOf(err);
  if (reasons === undefined) logger.fatal({ err }, 'the service could not start');
  else logger.fatal('the service could not start: standard error says why');
  for (const reason of reasons ?? ['the log line above says where'])
    process.stderr.write(`${name} could not start: ${reason}\n`);
  process.exit(1);
}

function stopOnSignals(services: readonly Runnable[]): () => boolean {
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

/** What went wrong, for the person at the terminal; undefined where it is nothing that was foreseen. */
function reasonsOf(err: unknown): readonly string[] | undefined {
  if (err instanceof ConfigError) return err.problems;
  if (err instanceof BootFault) return [err.message];
  if (err instanceof MigrationFailed) return [`${err.message}${sqlReasonOf(err.cause)}`];
  return undefined;
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
    ['migrate', 'bring the database up to date, then end: a job before a new version starts; needs DATABASE_OWNER_URL'],
    ['seal', 'sign checkpoints until SIGTERM or SIGINT; needs DATABASE_SEALER_URL and CHECKPOINT_SIGNING_KEY'],
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
