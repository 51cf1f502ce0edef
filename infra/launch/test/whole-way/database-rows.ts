import pg from 'pg';

/** What a statement answers, on a connection of its own. */
export async function queried<Row extends pg.QueryResultRow>(
  url: string,
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(statement, values)).rows;
  } finally {
    await client.end();
  }
}

/** The tables that a service's app role may read. */
export const tablesOf = async (url: string): Promise<string[]> => {
  const statement = `select quote_ident(relname) as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and has_table_privilege(oid, 'select')`;
  return (await queried<{ name: string }>(url, statement)).map(({ name }) => name);
};

/** All rows of a table, as text. */
export const rowsOf = async (url: string, table: string): Promise<string> =>
  (await queried<{ row: string }>(url, `select t::text as row from ${table} t`)).map(({ row }) => row).join('\n');
