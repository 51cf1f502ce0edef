import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseUrl, startKafka, startPostgres } from '@rohnamo/backing-services';
import { ensureSecrets, type InstallSecrets } from './install-secrets.ts';
import { AlreadyRunning, takeInstanceLock } from './instance-lock.ts';
import { perService, type PerService } from './service-names.ts';
import { topicPrefixOf } from './service-stack.ts';
import type { StackFile } from './stack-file.ts';
import { createStopList } from './stop-list.ts';

/** What stands under the services of an `npm start`: its databases, its broker and its secrets. */
export interface StackGround {
  /** Null where the services run: then nothing but reading is safe. */
  superuserUrl: string | null;
  ownerUrls: PerService<string>;
  databasePasswords: InstallSecrets['databasePasswords'];
  signingKeys: PerService<string>;
  kafka: { brokers: string[]; prefix: string } | null;
  /** Stops what was started, and gives the state folder back. */
  close: () => Promise<void>;
}

/**
 * The ground of the stack in a state folder. Where it runs, as it runs. Where it does not, its Postgres and its Kafka are brought
 * up without its services, and no `npm start` can begin there meanwhile.
 * @throws where no stack has ever been, or, with `stopped`, while it runs (AlreadyRunning).
 */
export async function openStackGround(
  stateFolder: string,
  { stopped, say }: { stopped: boolean; say: (message: string) => void },
): Promise<StackGround> {
  if (!existsSync(join(stateFolder, 'secrets.json')))
    throw new Error(
      `there is no installation in ${stateFolder}: set SUPERUSER_URL and what goes with it, or ROHNAMO_STATE_DIR`,
    );
  const stops = createStopList();
  try {
    stops.add('the lock', takeInstanceLock(stateFolder));
  } catch (error) {
    if (!(error instanceof AlreadyRunning) || stopped) throw error;
    return runningGround(stateFolder);
  }
  const close = async () => void (await stops.stopAll());
  try {
    const secrets = ensureSecrets(stateFolder);
    const postgres = await startPostgres({ dataDir: join(stateFolder, 'postgres'), port: 0, progress: say });
    stops.add('Postgres', postgres.stop);
    const kafka = await brokerOf(stateFolder, say);
    if (kafka) stops.add('Kafka', kafka.stop);
    const { superuserUrl } = postgres;
    return {
      superuserUrl,
      ownerUrls: ownerUrls(() => superuserUrl, secrets),
      ...secretsOf(secrets),
      kafka: kafka && { brokers: kafka.brokers, prefix: topicPrefixOf(secrets, kafka.origin === 'environment') },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function runningGround(stateFolder: string): StackGround {
  const file = join(stateFolder, 'stack.json');
  if (!existsSync(file)) throw new Error('npm start is only just coming up there: try again when it is up');
  const stack = JSON.parse(readFileSync(file, 'utf8')) as StackFile; // written by us
  const secrets = ensureSecrets(stateFolder);
  return {
    superuserUrl: null,
    ownerUrls: ownerUrls((name) => stack.databases[name], secrets),
    ...secretsOf(secrets),
    kafka: stack.transport === 'kafka' ? { brokers: stack.brokers, prefix: stack.topicPrefix } : null,
    close: () => Promise.resolve(),
  };
}

const ownerUrls = (serverOf: (name: keyof StackFile['databases']) => string, secrets: InstallSecrets) =>
  perService((name) =>
    databaseUrl(serverOf(name), {
      database: `rohnamo_${name}`,
      role: `${name}_owner`,
      password: secrets.databasePasswords[name].owner,
    }),
  );

const secretsOf = ({ databasePasswords, environment }: InstallSecrets) => ({
  databasePasswords,
  signingKeys: perService((name) => environment[name]['CHECKPOINT_SIGNING_KEY'] ?? ''),
});

/** Null where events have only ever travelled in one process. */
async function brokerOf(stateFolder: string, say: (message: string) => void) {
  const dataDir = join(stateFolder, 'kafka');
  if (!existsSync(dataDir) && !process.env['ROHNAMO_KAFKA_BROKERS']) return null;
  const kafka = await startKafka({ dataDir, port: 0, progress: say });
  if ('unavailable' in kafka) throw new Error(`its Kafka cannot be had: ${kafka.unavailable}`);
  return kafka;
}
