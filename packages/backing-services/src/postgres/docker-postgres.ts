import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { awaitUntil } from '../await-until.ts';
import { postgresAnswers } from './connection.ts';
import { initdbLocaleArguments, settingArguments } from './server-settings.ts';
import type { PostgresOptions, PostgresServer } from './start-postgres.ts';
import { superuserPassword, superuserUrl } from './superuser.ts';

const IMAGE = 'postgres:18-alpine';
const BOOT_DEADLINE_MS = 180_000;

/**
 * Postgres as a container, which testcontainers removes when this process ends, however it ends. Its data is in a volume
 * named after the superuser's password in `dataDir`, so that deleting `dataDir` begins anew here, too.
 */
export async function startDockerPostgres(options: Required<PostgresOptions>): Promise<PostgresServer> {
  const { progress, settings, persistent } = options;
  const { GenericContainer } = await import('testcontainers');
  const password = superuserPassword(resolve(options.dataDir));
  const name = `rohnamo-postgres-${createHash('sha256').update(password).digest('hex').slice(0, 12)}`;

  progress(`starting ${IMAGE} (the first time, Docker fetches it)`);
  const container = await new GenericContainer(IMAGE)
    .withName(name) // a second container on the same volume is refused: it would corrupt it
    .withEnvironment({ POSTGRES_PASSWORD: password, POSTGRES_INITDB_ARGS: initdbLocaleArguments.join(' ') })
    .withCommand(['postgres', ...settingArguments(settings)])
    .withBindMounts(persistent ? [{ source: name, target: '/var/lib/postgresql' }] : [])
    .withExposedPorts(options.port === 0 ? 5432 : { container: 5432, host: options.port })
    .start();
  const url = superuserUrl({ host: container.getHost(), port: container.getMappedPort(5432), password });
  await awaitUntil({
    what: 'Postgres to answer',
    deadlineMs: BOOT_DEADLINE_MS,
    attempt: () => postgresAnswers(url),
  });
  return { superuserUrl: url, origin: 'docker', stop: async () => void (await container.stop({ timeout: 20_000 })) };
}
