import { Client } from 'pg';
import { limitMet, patiently } from '../patience.ts';

const CONNECT_TIMEOUT_MS = 30_000;

/** Runs `work` on one connection of its own and closes it, whatever happens. */
export async function withConnection<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const limitMs = patiently(CONNECT_TIMEOUT_MS);
  const client = new Client({ connectionString: url, connectionTimeoutMillis: limitMs });
  client.on('error', () => {}); // a connection that breaks also fails the query in flight
  try {
    await client.connect().catch((cause: unknown) => {
      const isLate = cause instanceof Error && cause.message.startsWith('timeout'); // the driver gives it no code
      throw isLate ? new Error(limitMet('connecting to Postgres', limitMs), { cause }) : cause;
    });
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Whether Postgres takes connections at this address. False while it boots, recovers or is not there; throws when it
 * answers with a refusal that waiting does not mend (a wrong password, no such database).
 */
export async function postgresAnswers(url: string): Promise<boolean> {
  try {
    await withConnection(url, (client) => client.query('SELECT 1'));
    return true;
  } catch (error) {
    const { code } = error as { code?: string }; // SQLSTATE from Postgres, an errno from the system, or none
    const isRefusal = code !== undefined && /^(28|3D)/.test(code);
    if (isRefusal) throw error;
    return false;
  }
}

/** The same address with another database, and another role if one is given. */
export function databaseUrl(url: string, { database, role, password }: DatabaseTarget): string {
  const target = new URL(url);
  target.pathname = `/${encodeURIComponent(database)}`;
  if (role !== undefined) target.username = encodeURIComponent(role);
  if (password !== undefined) target.password = encodeURIComponent(password);
  return target.href;
}

export interface DatabaseTarget {
  database: string;
  role?: string;
  password?: string;
}
