import type { Pool } from 'pg';

/** How Postgres does what it has planned once, for whatever the values are: the plan, run, with the pages that it took. */
export async function genericPlanOf(
  pool: Pool,
  { text, values }: { text: string; values: unknown[] },
): Promise<string> {
  const client = await pool.connect();
  try {
    await client.query('set plan_cache_mode = force_generic_plan');
    await client.query(`prepare asked as ${text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, buffers) execute asked(${values.map((value) => literal(value)).join(', ')})`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    client.release(true); // nobody else plans as it does
  }
}

/** How a statement was planned that was asked ten times on one connection: for the values at hand, or by the plan that is kept. */
export async function plansMade(
  pool: Pool,
  statement: { name: string; text: string; values: unknown[] },
): Promise<{ custom: number; kept: number }> {
  const client = await pool.connect();
  try {
    for (let time = 0; time < 10; time += 1) await client.query(statement);
    const { rows } = await client.query<{ custom: number; kept: number }>(
      'select custom_plans::int as custom, generic_plans::int as kept from pg_prepared_statements where name = $1',
      [statement.name],
    );
    return rows[0] ?? { custom: 0, kept: 0 };
  } finally {
    client.release(true);
  }
}

/** Of a value as the driver takes it: text, a number, an instant, or a list of codes. */
function literal(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `'{${value.join(',')}}'`;
  if (value instanceof Date) return `'${value.toISOString()}'`;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return `'${value}'`;
  throw new Error(`no literal is known for a ${typeof value}`);
}

/** How many pages the whole took, those of its parts among them. */
export function pagesRead(plan: string): number {
  const [, hit = '0', read = '0'] = /Buffers: shared hit=(\d+)(?: read=(\d+))?/.exec(plan) ?? [];
  return Number(hit) + Number(read);
}

/** The most rows that any part of it took at once. */
export const rowsAtOnce = (plan: string): number =>
  Math.max(...[...plan.matchAll(/actual time=\S+ rows=([\d.]+)/g)].map(([, rows]) => Number(rows)));
