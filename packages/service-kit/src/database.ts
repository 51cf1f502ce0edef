import { createHash } from 'node:crypto';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import type { Socket } from 'node:net';
import { Client, Pool, type PoolClient } from 'pg';
import { readTypes } from './instants.ts';
import type { Logger } from './logger.ts';
import { checkOwnership } from './applied-migrations.ts';
import { databaseFault, tooOld } from './boot-fault.ts';

/** What the driver says, without a code, where no answer came in time. */
const readTimeout = 'Query read timeout';

/** How long somebody who starts something waits for a connection: a machine may be slow or busy. */
export const connectWithinMs = 30_000;

export interface PoolOptions {
  /** Shown in pg_stat_activity: who holds a connection. */
  applicationName: string;
  /** Connections at most. */
  max?: number;
  /** The longest that a connection may take to be made: a command at a terminal waits for longer than a caller does. */
  connectWithinMs?: number;
  /** The longest that one statement may take. */
  statementTimeoutMs?: number;
  logger?: Logger;
}

/** A pool of connections to the service's own database, with a limit on everything that could wait for ever. */
export function createPool(url: string, options: PoolOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: options.applicationName,
    max: options.max ?? 10,
    connectionTimeoutMillis: options.connectWithinMs ?? 5000,
    idleTimeoutMillis: 30_000,
    statement_timeout: options.statementTimeoutMs ?? 10_000,
    query_timeout: (options.statementTimeoutMs ?? 10_000) + 2000,
    idle_in_transaction_session_timeout: 15_000,
    types: readTypes,
    keepAlive: true,
    // Each side finds out within half a minute that the other is gone without a word, not after the two hours of the system.
    keepAliveInitialDelayMillis: 10_000,
    // What is asked here is short: to compile a plan that looks dear would take longer than to run it.
    options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c jit=off',
  });
  distrustIdle(pool);
  // Without a listener, an idle connection that the server drops ends the process.
  pool.on('error', (err) => options.logger?.warn({ err, dependency: 'database' }, 'an idle connection was lost'));
  // And so does one that is lost while it is taken out, though the query under way fails and tells whoever took it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * Where one connection no longer answers, those that are idle are given up, too: a link that swallows bytes has most likely taken
 * all that were open, and each would cost a request its whole time limit to find out.
 */
function distrustIdle(pool: Pool): void {
  const idle = new Set<PoolClient>();
  pool.on('acquire', (client) => void idle.delete(client));
  pool.on('remove', (client) => void idle.delete(client));
  pool.on('release', (error: unknown, client) => {
    if (!(error instanceof Error)) idle.add(client);
    else if (error.message.startsWith(readTimeout)) for (const one of idle) giveUp(one, error);
  });
}

/** The pool drops an idle connection at its error, at once. It is not asked to end, for it would not answer. */
function giveUp(client: PoolClient, error: Error): void {
  client.emit('error', error);
  (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy(); // left out of the driver's types
}

export interface MigrateOptions {
  /** The database as its owner role. */
  ownerUrl: string;
  /** Folder of the numbered SQL that drizzle-kit generated. */
  migrationsFolder: string;
  /** Names the lock; replicas of one service use the same. */
  lockKey: string;
  /** How long to wait for the replica that migrates just now. */
  lockTimeoutMs?: number;
}

/** The schema could not be brought up to date. Nothing of the failed migration is left: each runs in a transaction. */
export class MigrationFailed extends Error {
  constructor(reason: string, cause: unknown) {
    super(`The database could not be migrated: ${reason}`, { cause });
    this.name = 'MigrationFailed';
  }
}

/**
 * Applies the migrations that are not yet applied, one replica at a time (an advisory lock on a connection of its own).
 * Safe to call by any number of replicas at once, and again. Throws MigrationFailed, or BootFault where its owner cannot even begin.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const client = new Client({
    connectionString: options.ownerUrl,
    application_name: `migrate ${options.lockKey}`,
    connectionTimeoutMillis: connectWithinMs,
    types: readTypes,
    keepAlive: true,
  });
  // A connection that breaks fails the query under way; the event alone must not end the process.
  client.on('error', () => undefined);
  const step = async <Result>(reason: string, work: Promise<Result>): Promise<Result> => {
    try {
      return await work;
    } catch (cause) {
      throw new MigrationFailed(reason, cause);
    }
  };
  await client.connect().catch((cause: unknown) => {
    throw databaseFault('DATABASE_OWNER_URL', cause);
  });
  try {
    const major = await step('its version could not be asked for', majorOf(client));
    if (major < postgresMajorMin) throw tooOld('DATABASE_OWNER_URL', major);
    const timeoutMs = Math.trunc(options.lockTimeoutMs ?? 120_000);
    await step('the lock time limit could not be set', client.query(`set lock_timeout = ${timeoutMs}`));
    const lock = lockNumber(options.lockKey);
    await step('another replica held the lock for too long', client.query('select pg_advisory_lock($1)', [lock]));
    // Ends with the session at the latest, so that a failure never leaves it held.
    await checkOwnership(client, options.migrationsFolder);
    await step(
      'a statement failed; see the cause',
      applyMigrations(drizzle(client), { migrationsFolder: options.migrationsFolder }),
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The oldest Postgres that will do. */
export const postgresMajorMin = 17;

/** Of a Postgres 17.2, 17. */
export async function majorOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  return Math.floor(Number(rows[0]?.server_version_num) / 10_000);
}

/** A 64-bit lock number made from a name, as text, since it exceeds what a number can hold. */
const lockNumber = (name: string): string =>
  createHash('sha256').update(`rohnamo ${name}`).digest().readBigInt64BE().toString();

// Connection exceptions, no disk, memory or connection left, the server stops or starts; and the same below SQL.
const unavailableCodes =
  /^(08\w{3}|53\w{3}|57P0[1-5]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const unavailableMessages = new RegExp(
  `^(timeout exceeded when trying to connect|Connection terminated|${readTimeout})`,
);

/** Whether a query failed because Postgres could not be asked, and not because of the query. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && unavailableCodes.test(cause.code)) return true;
    // The driver gives these no code.
    if (unavailableMessages.test(cause.message)) return true;
  }
  return false;
}
