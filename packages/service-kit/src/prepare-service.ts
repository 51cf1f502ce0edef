import { ConfigError, loadConfig } from './config.ts';
import { isClientInFull, knowsItsVariables, migratesAsOwner, namesBrokers, sealsWithKey } from './config-rules.ts';
import { checkDatabase } from './database-checks.ts';
import type { Logger } from './logger.ts';
import { migrationsOf, type ServiceConfig, type ServiceDefinition } from './service.ts';
import type { ServiceInstall } from './start-service.ts';

/** The configuration of a service, and all that is wrong with it at once. @throws ConfigError */
export function configOf({
  definition,
  environment,
  transport,
  serves = false,
}: Pick<ServiceInstall, 'definition' | 'environment' | 'transport' | 'serves'>): ServiceConfig {
  const { config: schema, name } = definition;
  const rules = [migratesAsOwner, sealsWithKey, isClientInFull, knowsItsVariables(Object.keys(schema.shape))];
  if (serves && transport === undefined) rules.push(namesBrokers);
  const config = loadConfig(schema, environment, rules) as ServiceConfig; // the schema of a definition gives at least that
  const { CHECKPOINT_VERIFIER_KEY: verifier } = config;
  if (verifier !== undefined && !verifier.startsWith(`rohnamo/${name}+`))
    throw new ConfigError([
      `CHECKPOINT_VERIFIER_KEY is that of another service: set what ${name}'s own seal --verifier-key prints.`,
    ]);
  return config;
}

/** Migrates where it is told to, and sees that each role that is at work here can be, before anything is built. @throws BootFault */
export async function prepareDatabase(
  definition: ServiceDefinition,
  { config, logger }: { config: ServiceConfig; logger: Logger },
): Promise<void> {
  const { DATABASE_OWNER_URL: owner, DATABASE_SEALER_URL: sealer, ACCEPT_NEWER_SCHEMA: acceptNewer } = config;
  const { migrate, migrationsFolder } = migrationsOf(definition);
  if (config.MIGRATE_AT_BOOT && owner !== undefined) await migrate(owner);
  else if (owner !== undefined)
    logger.warn('DATABASE_OWNER_URL is set and not used here: unset it, what serves needs no owner');
  await checkDatabase({ variable: 'DATABASE_URL', url: config.DATABASE_URL, migrationsFolder, acceptNewer });
  if (sealer !== undefined)
    await checkDatabase({ variable: 'DATABASE_SEALER_URL', url: sealer, migrationsFolder, acceptNewer });
}
