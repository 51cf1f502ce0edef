import type { Client } from 'pg';
import { databaseUrl, withConnection } from './connection.ts';

/** The roles of one service, `<service>_owner` and so on. The owner migrates; the app serves; the sealer signs. */
const serviceRoles = ['owner', 'app', 'sealer'] as const;
type ServiceRole = (typeof serviceRoles)[number];

export interface DatabasePlan {
  /** The service's name: lower-case letters, digits and underscores. */
  service: string;
  /** Set anew on each call. */
  passwords: Readonly<Record<ServiceRole, string>>;
  /** Defaults to `rohnamo_<service>`. */
  database?: string;
}

/** Addresses of one database, each with the password of its role: secrets. */
export interface DatabaseUrls {
  ownerUrl: string;
  appUrl: string;
  sealerUrl: string;
}

/**
 * Makes the database of a service, or brings it in line; may be repeated, and run at once by several processes.
 * - The owner owns the database and its schema `public`, so it may create whatever its migrations need.
 * - The app and the sealer may connect and see the schema, nothing more: tables are granted by migrations.
 * - Nobody else may connect, so no role reaches another service's database.
 */
export async function provisionDatabase(superuserUrl: string, plan: DatabasePlan): Promise<DatabaseUrls> {
  const { service, passwords, database = `rohnamo_${service}` } = plan;
  if (!/^[a-z][a-z0-9_]*$/.test(service)) throw new Error(`not a service's name: ${service}`);
  const roles = { owner: `${service}_owner`, app: `${service}_app`, sealer: `${service}_sealer` };

  await withConnection(superuserUrl, async (client) => {
    // Roles belong to the whole server: two processes altering one at once fail ("tuple concurrently updated").
    await client.query(`SELECT pg_advisory_lock(hashtext('rohnamo: provision'))`);
    for (const role of serviceRoles) await ensureRole(client, roles[role], passwords[role]);
    await ensureDatabase(client, database, roles.owner);
    await closeDatabase(client, database, Object.values(roles));
    await withConnection(databaseUrl(superuserUrl, { database }), (inside) => closeSchema(inside, roles));
  });

  const urlOf = (role: ServiceRole) =>
    databaseUrl(superuserUrl, { database, role: roles[role], password: passwords[role] });
  return { ownerUrl: urlOf('owner'), appUrl: urlOf('app'), sealerUrl: urlOf('sealer') };
}

async function ensureRole(client: Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
  const [name, secret] = [client.escapeIdentifier(role), client.escapeLiteral(password)];
  await client.query(`${verb} ROLE ${name} LOGIN PASSWORD ${secret}`);
}

async function ensureDatabase(client: Client, database: string, owner: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  const [name, ownerName] = [client.escapeIdentifier(database), client.escapeIdentifier(owner)];
  await client.query(
    rowCount === 0
      ? `CREATE DATABASE ${name} OWNER ${ownerName} TEMPLATE template0 ENCODING 'UTF8'`
      : `ALTER DATABASE ${name} OWNER TO ${ownerName}`,
  );
}

/** Leaves the right to connect to these roles (and to its owner and superusers, who always have it) alone. */
export async function closeDatabase(client: Client, database: string, roles: readonly string[]): Promise<void> {
  const name = client.escapeIdentifier(database);
  await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  if (roles.length === 0) return;
  await client.query(
    `GRANT CONNECT ON DATABASE ${name} TO ${roles.map((role) => client.escapeIdentifier(role)).join()}`,
  );
}

async function closeSchema(client: Client, { owner, app, sealer }: Record<ServiceRole, string>): Promise<void> {
  const name = (role: string) => client.escapeIdentifier(role);
  await client.query(`ALTER SCHEMA public OWNER TO ${name(owner)}`);
  await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
  await client.query(`GRANT USAGE ON SCHEMA public TO ${name(app)}, ${name(sealer)}`);
}
