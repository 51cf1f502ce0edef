import { awaitUntil } from '../await-until.ts';
import type { Origin, ServerOptions } from '../backing-service.ts';
import { dockerAnswers } from '../docker/docker-engine.ts';
import { postgresAnswers } from './connection.ts';
import { startDockerPostgres } from './docker-postgres.ts';
import { startNativePostgres } from './native-postgres.ts';
import type { ServerSettings } from './server-settings.ts';

const FOREIGN_DEADLINE_MS = 30_000;

export interface PostgresOptions extends ServerOptions {
  /**
   * Postgres settings that differ from the defaults (which include `fsync=on`). A server from the environment keeps its own.
   */
  settings?: ServerSettings;
  /** False: the data may vanish at the stop. In Docker no named volume is made then. Defaults to true. */
  persistent?: boolean;
}

/** A Postgres 17 or newer that takes connections. */
export interface PostgresServer {
  /** `postgres://user:password@host:port/postgres`: a secret. */
  superuserUrl: string;
  origin: Origin;
  /** Stops what was started and waits for its end; does nothing to a server from the environment. Safe to repeat. */
  stop(): Promise<void>;
  /** "Immediate shutdown": every session ends at once and nothing is written, as in a crash. Only a native server has it. */
  kill?(): Promise<void>;
  /** Starts it again on the same address and data, after a stop or a kill, and waits until it answers. Only native. */
  restart?(): Promise<void>;
}

/**
 * Brings up Postgres: at `ROHNAMO_POSTGRES_URL` if it is set, else in Docker if an engine answers, else as a child
 * process from the npm package. Resolves when it takes connections. Data survives a stop, a crash, and a new start with
 * the same `dataDir`. Throws with the reason, the end of the log, and what to do.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const given = { settings: {}, persistent: true, environment: process.env, ...options };
  const url = given.environment['ROHNAMO_POSTGRES_URL'];
  if (url) return useForeignPostgres(url);
  if (await dockerAnswers(given.environment)) return startDockerPostgres(given);
  return startNativePostgres(given);
}

async function useForeignPostgres(url: string): Promise<PostgresServer> {
  await awaitUntil({
    what: 'Postgres at ROHNAMO_POSTGRES_URL',
    deadlineMs: FOREIGN_DEADLINE_MS,
    attempt: () => postgresAnswers(url),
  });
  return { superuserUrl: url, origin: 'environment', stop: async () => {} };
}
