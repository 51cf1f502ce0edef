import { withConnection } from './connection.ts';
import { closeDatabase } from './provision-database.ts';

/**
 * Makes the database `name` as a copy of `template`: tables, rows, owner and who may connect. Several may be made of one
 * template at once. Throws when `name` exists, or while somebody is connected to the template.
 */
export async function cloneDatabase(superuserUrl: string, template: string, name: string): Promise<void> {
  await withConnection(superuserUrl, async (client) => {
    const { rows } = await client.query<{ owner: string; roles: string[] }>(
      // CREATE DATABASE copies what is inside a database, not the grants on it.
      `SELECT pg_get_userbyid(datdba) AS owner,
              array(SELECT pg_get_userbyid(grantee)::text FROM aclexplode(datacl)
                     WHERE privilege_type = 'CONNECT' AND grantee <> 0) AS roles
         FROM pg_database WHERE datname = $1`,
      [template],
    );
    const [source] = rows;
    if (!source) throw new Error(`no database ${template} to clone`);
    const [copy, from, owner] = [name, template, source.owner].map((text) => client.escapeIdentifier(text));
    await client.query(`CREATE DATABASE ${copy} TEMPLATE ${from} OWNER ${owner}`);
    await closeDatabase(client, name, source.roles);
  });
}

/** Removes a database, ending whatever is connected to it. Does nothing when there is none. */
export async function dropDatabase(superuserUrl: string, name: string): Promise<void> {
  await withConnection(superuserUrl, (client) =>
    client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`),
  );
}
