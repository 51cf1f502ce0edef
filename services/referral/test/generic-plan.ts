import type { Pool } from 'pg';
import { type Question, statementFor } from '../src/asked-together.ts';

/** How Postgres does what it has planned once, for whatever the values are: the plan, run, with the pages that it took. */
export async function genericPlanOf(pool: Pool, question: Question): Promise<string> {
  const { text, values } = statementFor([question]);
  const client = await pool.connect();
  try {
    await client.query('set plan_cache_mode = force_generic_plan');
    await client.query(`prepare asked as ${text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, buffers) execute asked(${values.map((value) => client.escapeLiteral(value)).join(', ')})`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    client.release(true); // nobody else plans as it does
  }
}

/** How a question was planned that was asked ten times on one connection: for the values at hand, or by the plan that is kept. */
export async function plansMade(pool: Pool, question: Question): Promise<{ custom: number; kept: number }> {
  const client = await pool.connect();
  const statement = statementFor([question]);
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

/** How many pages the whole took, those of its parts among them. */
export function pagesRead(plan: string): number {
  const [, hit = '0', read = '0'] = /Buffers: shared hit=(\d+)(?: read=(\d+))?/.exec(plan) ?? [];
  return Number(hit) + Number(read);
}

/** What Postgres compiles first unless it is told otherwise, which takes longer than a page. */
export const compiledAbove = 100_000;
/** What the planner takes the whole for. */
export const costOf = (plan: string): number => Number(/cost=[\d.]+\.\.([\d.]+)/.exec(plan)?.[1]);

/** The most rows that any part of it took at once. */
export const rowsAtOnce = (plan: string): number =>
  Math.max(...[...plan.matchAll(/actual time=\S+ rows=([\d.]+)/g)].map(([, rows]) => Number(rows)));
