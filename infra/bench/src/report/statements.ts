import pg from 'pg';

/** Makes Postgres keep count of its statements, planning included. It costs a little, so only a profiled run has it. */
export const countingStatements = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track_planning': 'on',
};

/** What one statement took of Postgres, of all that a database was asked. */
export interface StatementCost {
  text: string;
  calls: number;
  rows: number;
  totalMs: number;
  share: number;
}

/** The statements of a service's own roles in its database that took the longest since the server has run. */
export async function costliestStatements(
  superuserUrl: string,
  { database, count }: { database: string; count: number },
): Promise<StatementCost[]> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query('create extension if not exists pg_stat_statements');
    const { rows } = await client.query<StatementCost>(
      `select regexp_replace(query, '\\s+', ' ', 'g') as text, calls::float8 as calls, rows::float8 as rows, total as "totalMs",
        total / sum(total) over () as share
      from (select query, calls, rows, total_plan_time + total_exec_time as total from pg_stat_statements
        where dbid = (select oid from pg_database where datname = $1) and userid in (select oid from pg_roles where not rolsuper)) s
      order by total desc limit $2`,
      [database, count],
    );
    return rows;
  } finally {
    await client.end();
  }
}

/** `12.3 %   4,000 calls   0.81 ms each   3.2 rows each  select …` */
export const statementAsText = ({ text, calls, rows, totalMs, share }: StatementCost): string =>
  [
    `${(share * 100).toFixed(1).padStart(5)} %`,
    `${calls.toFixed(0)} calls`,
    `${(totalMs / calls).toFixed(3)} ms and ${(rows / calls).toFixed(1)} rows each`,
    text.slice(0, 160),
  ].join('  ');
