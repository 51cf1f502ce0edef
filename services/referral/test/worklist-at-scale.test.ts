import { randomUUID } from 'node:crypto';
import { FeedbackKind, Priority, ReferralState, type WorklistItem } from '@rohnamo/contracts';
import { createPool } from '@rohnamo/service-kit';
import type { TokenRequest } from '@rohnamo/testkit';
import { drizzle } from 'drizzle-orm/node-postgres';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tajikistan } from '../src/lifecycle/calendar.ts';
import { defaultTimeLimits, dueAt } from '../src/lifecycle/time-limits.ts';
import { boundOf, partyOf } from '../src/party.ts';
import { feedback, message, referral, type ReferralRow } from '../src/schema.ts';
import { createWorklistStore } from '../src/worklist/store.ts';
import { type Said, taskOf } from '../src/worklist/task.ts';
import { byUrgency, urgencyOf } from '../src/worklist/urgency.ts';
import { aReferralRow } from './a-referral-row.ts';
import { type ReferralService, referralService } from './referral-service.ts';

const hourMs = 3600 * 1000;
const now = new Date('2026-11-24T06:00:00.000Z');
const limits = defaultTimeLimits(tajikistan);
const deskId = randomUUID();
let at: ReferralService;
beforeAll(async () => {
  at = await referralService({ now: () => now });
});
afterAll(() => at.stop());

const callers = () => {
  const { referrer, facility, supervisor } = at.roles;
  return {
    referrer,
    facility,
    'at its desk': { ...facility, deskIds: [deskId] },
    supervisor,
    'its supervisor': { ...supervisor, organisationId: facility.organisationId },
    'a facility that refers': { ...facility, organisationId: referrer.organisationId },
  } satisfies Record<string, TokenRequest>;
};
const who = (as: TokenRequest) => ({ facilityIds: [], deskIds: [], ...as });

/** Referrals of every state and priority, sent at one time or another. */
function manyReferrals(count: number): ReferralRow[] {
  const { referrer, facility } = at.roles;
  const hoursAgo = (min: number, max: number) =>
    fc.integer({ min, max }).map((ago) => new Date(now.getTime() - ago * hourMs));
  const rows = fc
    .record({
      state: fc.constantFrom(...ReferralState.options),
      priority: fc.constantFrom(...Priority.options),
      sentAt: hoursAgo(0, 400),
      enteredStateAt: hoursAgo(0, 100),
      appointmentAt: fc.option(hoursAgo(-50, 50)),
      deskId: fc.constantFrom(null, deskId, '01934b6e-7c1a-7e2f-9d3b-00000000000d'),
      noShows: fc.integer({ min: 0, max: 4 }),
      reasonCode: fc.constantFrom(null, 'cancel-unconfirmed', 'cancelled-by-referrer'),
      referrerActedAt: fc.option(hoursAgo(0, 100)),
      facilityActedAt: fc.option(hoursAgo(0, 100)),
      supervisorActedAt: fc.option(hoursAgo(0, 100)),
      sharingStopped: fc.boolean(),
      receivedBy: fc.constantFrom(facility.organisationId, referrer.organisationId),
    })
    .map(({ receivedBy, ...fields }) => {
      const row = aReferralRow({
        ...fields,
        ...(fields.state === 'draft' ? { sentAt: null } : {}),
        id: randomUUID(),
        taskId: randomUUID(),
        number: randomUUID(),
        beneficiaryId: randomUUID(),
        consentId: randomUUID(),
        referrerOrganisationId: referrer.organisationId,
        facilityOrganisationId: receivedBy,
        facilityId: at.facilityId,
      });
      return { ...row, dueAt: dueAt(limits, row) };
    });
  return fc.sample(rows, { numRuns: count, seed: 17 });
}

/** What was said last about each, or about an earlier attempt: by one party, and by the person. */
function whatWasSaid(rows: readonly ReferralRow[]): Map<string, Said> {
  const said = fc.record({
    by: fc.constantFrom('referrer' as const, 'facility' as const),
    detailsOpen: fc.boolean(),
    kind: fc.constantFrom(...FeedbackKind.options),
    isOfThisTask: fc.boolean(),
    hoursAgo: fc.integer({ min: 0, max: 3000 }),
  });
  return new Map(
    fc.sample(said, { numRuns: rows.length, seed: 18 }).map((one, index) => {
      const { id: referralId, taskId: current, ...row } = rows[index] ?? aReferralRow();
      const of = { referralId, taskId: one.isOfThisTask ? current : randomUUID(), version: 1 };
      const { referrerOrganisationId, facilityOrganisationId } = row;
      const sentAt = new Date(now.getTime() - (one.hoursAgo % 100) * hourMs);
      const givenAt = new Date(now.getTime() - one.hoursAgo * hourMs);
      const { by, detailsOpen, kind } = one;
      const organisationId = by === 'referrer' ? referrerOrganisationId : facilityOrganisationId;
      return [
        referralId,
        {
          message: { ...of, id: randomUUID(), by, organisationId, actingPerson: null, text: '-', detailsOpen, sentAt },
          feedback: {
            ...of,
            id: randomUUID(),
            referrerOrganisationId,
            facilityOrganisationId,
            kind,
            barrier: null,
            givenAt,
          },
        },
      ] as const;
    }),
  );
}

describe('a worklist of many', () => {
  it(
    'is, page by page, what the rule says of every referral, in the order of urgency',
    { timeout: 120_000 },
    async () => {
      const rows = manyReferrals(300);
      const said = whatWasSaid(rows);
      const db = drizzle(at.pool);
      await db.insert(referral).values(rows);
      await db.insert(message).values([...said.values()].flatMap((one) => one.message ?? []));
      await db.insert(feedback).values([...said.values()].flatMap((one) => one.feedback ?? []));
      for (const [name, as] of Object.entries(callers())) {
        const expected = rows
          .flatMap((row) => {
            const party = partyOf(row, who(as));
            const { message: last = null, feedback: given = null } = said.get(row.id) ?? {};
            const isCurrent = last?.taskId === row.taskId;
            const known = { message: isCurrent ? last : null, feedback: given };
            const task = party && taskOf(row, party.as, { limits, now, said: known });
            return task ? [{ row, code: task.code }] : [];
          })
          .toSorted((one, other) => byUrgency(urgencyOf(one.row), urgencyOf(other.row)));
        expect(expected.length, name).toBeGreaterThan(10);
        expect(await wholeListOf(as), name).toEqual(expected.map(({ row, code }) => `${code} ${row.id}`));
        const codes = [...new Set(expected.map(({ code }) => code))];
        for (const code of codes)
          expect(await wholeListOf(as, [code]), `${name}: ${code}`).toEqual(
            expected.filter((one) => one.code === code).map(({ row }) => `${code} ${row.id}`),
          );
      }
    },
  );

  async function wholeListOf(as: TokenRequest, tasks?: string[]): Promise<string[]> {
    const found: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { status, body } = await at.call(as, 'POST', '/v1/worklist', {
        limit: 23,
        ...(tasks && { tasks }),
        ...(cursor && { cursor }),
      });
      expect(status).toBe(200);
      const { items, next } = body as unknown as { items: WorklistItem[]; next: string | null };
      found.push(...items.map(({ task, referral: { id } }) => `${task} ${id}`));
      cursor = next;
    }
    return found;
  }

  it(
    'is found by the index of open work, however many are closed, and a facility’s by no index of its organisation',
    { timeout: 120_000 },
    async () => {
      const { referrer, facility } = at.roles;
      const columns =
        'id, number, state, beneficiary_id, consent_id, referrer_organisation_id, facility_organisation_id, facility_id';
      const { rows } = await at.pool.query<{ others: string }>(
        `select string_agg(quote_ident(column_name), ', ') as others from information_schema.columns
       where table_name = 'referral' and column_name <> all(string_to_array($1, ', '))`,
        [columns],
      );
      const others = rows[0]?.others ?? '';
      for (let thousands = 0; thousands < 30; thousands += 5)
        await at.pool.query(
          `insert into referral (${columns}, ${others})
       select gen_random_uuid(), gen_random_uuid(), 'closed', gen_random_uuid(), gen_random_uuid(), $1::uuid, case closed % 2 when 0 then $1::uuid else $2::uuid end, $3::uuid, ${others}
       from (select * from referral limit 1), generate_series(1, 5000) closed`,
          [referrer.organisationId, facility.organisationId, at.facilityId],
        );
      for (const table of ['message', 'feedback']) await muchOlder(at.pool, table);
      const owner = createPool(at.database.ownerUrl, { applicationName: 'referral test owner', max: 1 });
      await owner.query('analyze');
      await owner.end();
      for (const [name, as] of Object.entries(callers()))
        for (const after of [null, [1, now.getTime(), randomUUID()] as const]) {
          const plan = await planOf(at.pool, as, after);
          expect(plan, name).toMatch(/Index Scan (using|on) referral_work_of_/);
          expect(plan, name).not.toContain('Seq Scan');
          if (as.role === 'facility') expect(plan, name).not.toContain('referral_of_facility_organisation');
          expect(pagesRead(plan), name).toBeLessThan(1000);
        }
    },
  );
});

/** As much again as there is, of referrals and years that nobody asks for. */
async function muchOlder(pool: Pool, table: string): Promise<void> {
  const { rows } = await pool.query<{ columns: string }>(
    `select string_agg(case when column_name in ('id', 'referral_id') then 'gen_random_uuid()'
       when column_name in ('sent_at', 'given_at') then column_name || $2 else quote_ident(column_name) end, ', ' order by ordinal_position) as columns
     from information_schema.columns where table_name = $1`,
    [table, ` - interval '1 year'`],
  );
  await pool.query(`insert into ${table} select ${rows[0]?.columns} from ${table}, generate_series(1, 50)`);
}

/** How many pages the whole took, those of its parts among them. */
function pagesRead(plan: string): number {
  const [, hit = '0', read = '0'] = /Buffers: shared hit=(\d+)(?: read=(\d+))?/.exec(plan) ?? [];
  return Number(hit) + Number(read);
}

/** How Postgres finds a page, as the store asks for it. */
async function planOf(pool: Pool, as: TokenRequest, after: readonly [number, number, string] | null): Promise<string> {
  let plan = '';
  const explaining = {
    query: async (text: string, values: unknown[]) => {
      const explained = await pool.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers) ${text}`, values);
      plan = explained.rows.map((row) => row['QUERY PLAN']).join('\n');
      return { rows: [] };
    },
  };
  const store = createWorklistStore(explaining as unknown as Pool); // all that the store needs of a pool
  await store.candidates({ bound: boundOf(who(as)), limits, now, after, limit: 51 });
  return plan;
}
