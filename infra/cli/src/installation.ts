import { databaseUrl } from '@rohnamo/backing-services';
import { openStackGround, type PerService, perService, stateFolderOf, type ServiceName } from '@rohnamo/launch';
import { baseConfig, loadConfig, superuserUrl } from '@rohnamo/service-kit';
import type { Terminal } from './command.ts';

type Passwords = Record<'owner' | 'app' | 'sealer', string>;

/** Where an installation's databases and broker are, and what is needed to make them anew. It holds secrets. */
export interface Installation {
  /** Null where only reading is safe. */
  superuserUrl: string | null;
  databaseOf: (service: ServiceName) => string;
  ownerUrls: PerService<string>;
  databasePasswords: PerService<Passwords>;
  /** The seeds that sign checkpoints; undefined where one is not known here. */
  signingKeys: PerService<string | undefined>;
  /** Null: events travel in one process. */
  kafka: { brokers: string[]; prefix: string } | null;
  close: () => Promise<void>;
}

/** For --help. */
export const installationHelp = `Which installation: the one of npm start in .rohnamo (or ROHNAMO_STATE_DIR), unless these variables name another,
as they do for provisioning and in .env:
  SUPERUSER_URL                   postgres://user:password@host:port/postgres
  <SERVICE>_OWNER_PASSWORD, <SERVICE>_APP_PASSWORD, <SERVICE>_SEALER_PASSWORD
  <SERVICE>_CHECKPOINT_SIGNING_KEY
  KAFKA_BROKERS, TOPIC_PREFIX     host:port,…; rohnamo unless set. Without brokers there is no Kafka
`;

/**
 * Finds the installation. With `stopped` its services may not run.
 * @throws an error that says what is missing.
 */
export async function findInstallation(
  { env, say }: Pick<Terminal, 'env' | 'say'>,
  { stopped, services }: { stopped: boolean; services: readonly ServiceName[] },
): Promise<Installation> {
  if (env['SUPERUSER_URL']) return installationOf(env, services);
  const ground = await openStackGround(stateFolderOf(env), { stopped, say: (message) => say(`${message}\n`) });
  return { ...ground, databaseOf: (service) => `rohnamo_${service}` };
}

/** The variables that provisioning and the services have, too; their addresses are held to the same. */
const surroundings = baseConfig
  .pick({ KAFKA_BROKERS: true, TOPIC_PREFIX: true })
  .extend({ SUPERUSER_URL: superuserUrl().describe('Postgres, as its superuser: postgres://…') });

/** An installation out of the environment: see {@link installationHelp}. */
export function installationOf(env: Terminal['env'], services: readonly ServiceName[]): Installation {
  const { SUPERUSER_URL: serverUrl, KAFKA_BROKERS: brokers, TOPIC_PREFIX: prefix } = loadConfig(surroundings, env);
  const variable = (service: ServiceName, what: string) => `${service.toUpperCase()}_${what}`;
  const missing = services
    .flatMap((service) => ['OWNER', 'APP', 'SEALER'].map((role) => variable(service, `${role}_PASSWORD`)))
    .filter((name) => !env[name]);
  if (missing.length > 0)
    throw new Error(`these variables are missing, set them as for provisioning: ${missing.join(', ')}`);
  const databasePasswords = perService((service) => ({
    owner: env[variable(service, 'OWNER_PASSWORD')] ?? '',
    app: env[variable(service, 'APP_PASSWORD')] ?? '',
    sealer: env[variable(service, 'SEALER_PASSWORD')] ?? '',
  }));
  const databaseOf = (service: ServiceName) => `rohnamo_${service}`;
  return {
    superuserUrl: serverUrl,
    databaseOf,
    ownerUrls: perService((service) =>
      databaseUrl(serverUrl, {
        database: databaseOf(service),
        role: `${service}_owner`,
        password: databasePasswords[service].owner,
      }),
    ),
    databasePasswords,
    signingKeys: perService((service) => env[variable(service, 'CHECKPOINT_SIGNING_KEY')] || undefined),
    kafka: brokers === undefined || brokers.join() === 'none' ? null : { brokers, prefix },
    close: () => Promise.resolve(),
  };
}
