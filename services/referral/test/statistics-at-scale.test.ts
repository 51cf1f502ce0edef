import { randomUUID } from 'node:crypto';
import { isSensitive, NeedCategory, sensitiveNeeds } from '@rohnamo/contracts';
import { createPool } from '@rohnamo/service-kit';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralRow, referral, task, type TaskRow } from '../src/schema.ts';
import { countsOf } from '../src/statistics/counts.ts';
import { durationsOf } from '../src/statistics/durations.ts';
import { type Counted, countedTasks, type Scope } from '../src/statistics/store.ts';
import { figuresOf } from '../src/statistics/task-kind.ts';
import { aReferralRow } from './a-referral-row.ts';
import { everyKindOfTask, kindOf } from './every-kind-of-task.ts';
import { type ReferralService, referralService } from './referral-service.ts';
import { type SomeTasks, tasksOfEverySort } from './tasks-of-every-sort.ts';

const sentAt = new Date('2026-08-10T06:00:00.000Z');
const quarter = { from: new Date('2026-06-30T19:00:00.000Z'), to: new Date('2026-09-30T19:00:00.000Z') };
const scope: Scope = { ...quarter, organisationId: null, groupBy: null, utcOffsetMs: 5 * 3600 * 1000 };
let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

const sensitive: NeedCategory[] = [...sensitiveNeeds];
const others = NeedCategory.options.filter((need) => !isSensitive(need));

const own = () => ({ id: randomUUID(), number: randomUUID(), beneficiaryId: randomUUID(), consentId: randomUUID() });
/** A task as it stands in the tables: in its referral's row, or beside that of one whose next task was not sent. */
function rowsOf(
  of: ReferralRow | TaskRow,
  needCategory: NeedCategory,
): { current: ReferralRow; ended: TaskRow | null } {
  if (isCurrent(of)) return { current: { ...of, ...own(), needCategory, sentAt }, ended: null };
  const current = aReferralRow({ ...own(), state: 'draft', sentAt: null });
  return { current, ended: { ...of, id: randomUUID(), referralId: current.id, needCategory, sentAt } };
}
const isCurrent = (of: ReferralRow | TaskRow): of is ReferralRow => 'beneficiaryId' in of;

describe('what was counted', () => {
  it('is of each task what has become of it, whatever that is, and of no sensitive need', async () => {
    const tasks = everyKindOfTask();
    const rows = tasks.flatMap((of, index) =>
      [sensitive, others].map((needs) => rowsOf(of, needs[index % needs.length] ?? 'other')),
    );
    const db = drizzle(at.pool);
    await db.insert(referral).values(rows.map(({ current }) => current));
    await db.insert(task).values(rows.flatMap(({ ended }) => (ended ? [ended] : [])));
    const { groups } = await countedTasks(at.pool, scope);
    expect(groups.get('')?.counts).toEqual(countsOf(tasks.map((of) => ({ figures: figuresOf(kindOf(of)), tasks: 1 }))));
  });

  it('is what counting them one by one gives, by whatever they are told apart, of the country and of each organisation', async () => {
    const dayMs = 24 * 3600 * 1000;
    const year = { from: new Date('2025-01-01T00:00:00.000Z'), to: new Date('2025-06-30T00:00:00.000Z') };
    const tasks = tasksOfEverySort(600, year);
    const db = drizzle(at.pool);
    await db.insert(referral).values(tasks.map(({ current }) => current));
    await db.insert(task).values(tasks.flatMap(({ ended }) => ended ?? []));
    const within = { from: new Date(year.from.getTime() + 30 * dayMs), to: new Date(year.to.getTime() - 30 * dayMs) };
    const organisations = new Set(tasks.map(({ current }) => current.referrerOrganisationId));
    for (const groupBy of [null, 'facility', 'district', 'priority', 'month'] as const)
      for (const organisationId of [null, ...organisations]) {
        const asked = { ...scope, ...within, groupBy, organisationId };
        const expected = countedOneByOne(tasks, asked);
        expect(expected.durations.timeToServe.cases).toBeGreaterThan(50);
        expect(await countedTasks(at.pool, asked)).toEqual(expected);
      }
  });

  it(
    'is found by when it was sent, or by whose it is, however many were sent before, and in the index alone where it is current',
    { timeout: 120_000 },
    async () => {
      await manyMore(at.pool, { table: 'referral', fresh: ['id', 'number', 'beneficiary_id', 'consent_id'] });
      await manyMore(at.pool, { table: 'task', fresh: ['id'] });
      const owner = createPool(at.database.ownerUrl, { applicationName: 'referral test owner', max: 1 });
      await owner.query('vacuum (analyze) referral, task');
      await owner.end();
      for (const groupBy of [null, 'facility', 'month'] as const)
        for (const organisationId of [null, at.roles.supervisor.organisationId])
          for (const plan of await plansOf(at.pool, { ...scope, groupBy, organisationId })) {
            if (organisationId === null) expect(plan).toContain('Index Only Scan using referral_counted');
            expect(plan).toMatch(/(using|on) task_sent_at/);
            expect(plan).not.toContain('Seq Scan');
          }
    },
  );
});

/** The same as the store says, from the rows. */
function countedOneByOne(
  tasks: readonly SomeTasks[],
  { from, to, groupBy, organisationId, utcOffsetMs }: Scope,
): Counted {
  const keyOf = (of: ReferralRow | TaskRow): string => {
    const month = new Date((of.sentAt?.getTime() ?? 0) + utcOffsetMs).toISOString().slice(0, 7);
    const { facilityId: facility, districtId, priority } = of;
    return groupBy === null ? '' : { facility, district: districtId ?? 'unknown', priority, month }[groupBy];
  };
  const counted = tasks
    .filter(({ current }) => current.state !== 'entered_in_error')
    .flatMap(({ current, ended }) => [
      ...(current.state === 'draft' ? [] : [{ of: current, by: current }]),
      ...(ended ? [{ of: ended, by: current }] : []),
    ])
    .filter(({ of }) => !of.walkIn && !isSensitive(of.needCategory) && of.sentAt && of.sentAt >= from && of.sentAt < to)
    .filter(
      ({ of, by }) =>
        organisationId === null || [of.facilityOrganisationId, by.referrerOrganisationId].includes(organisationId),
    )
    .map(({ of }) => of);
  const timesOf = (its: typeof counted) => {
    const until = (step: 'acknowledgedAt' | 'acceptedAt' | 'startedAt') =>
      durationsOf([
        Int32Array.from(
          its.flatMap((of) => (of[step] && of.sentAt ? [(of[step].getTime() - of.sentAt.getTime()) / 1000] : [])),
        ),
      ]);
    return {
      timeToAnswer: until('acknowledgedAt'),
      timeToAccept: until('acceptedAt'),
      timeToServe: until('startedAt'),
    };
  };
  const groups = [...Map.groupBy(counted, keyOf)].map(([key, its]) => {
    const counts = countsOf(its.map((of) => ({ figures: figuresOf(kindOf(of)), tasks: 1 })));
    return [key, { counts, durations: timesOf(its) }] as const;
  });
  return { groups: new Map(groups), durations: timesOf(counted) };
}

/** As many again as there are, 25 times, each a month before the last. */
async function manyMore(pool: Pool, { table, fresh }: { table: string; fresh: string[] }): Promise<void> {
  const { rows } = await pool.query<{ others: string }>(
    `select string_agg(quote_ident(column_name), ', ') as others from information_schema.columns
     where table_name = $1 and column_name <> all($2)`,
    [table, [...fresh, 'sent_at']],
  );
  const others = rows[0]?.others ?? '';
  await pool.query(
    `insert into ${table} (${fresh.join(', ')}, sent_at, ${others})
     select ${fresh.map(() => 'gen_random_uuid()').join(', ')}, sent_at - months * interval '1 month', ${others}
     from ${table}, generate_series(1, 25) months`,
  );
}

/** How Postgres finds what is counted, as the store asks for it. */
async function plansOf(pool: Pool, of: Scope): Promise<string[]> {
  const plans: string[] = [];
  const explaining = {
    query: async (text: string, values: unknown[]) => {
      const explained = await pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
      plans.push(explained.rows.map((row) => row['QUERY PLAN']).join('\n'));
      return { rows: [] };
    },
  };
  await countedTasks(explaining as unknown as Pool, of); // all that the store needs of a pool
  return plans;
}
