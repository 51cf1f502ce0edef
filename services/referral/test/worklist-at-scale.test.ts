import { randomUUID } from 'node:crypto';
import { FeedbackKind, Priority, ReferralState, type WorklistItem, type WorklistTask } from '@rohnamo/contracts';
import type { TokenRequest } from '@rohnamo/testkit';
import { drizzle } from 'drizzle-orm/node-postgres';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tajikistan } from '../src/lifecycle/calendar.ts';
import { defaultTimeLimits, dueAt } from '../src/lifecycle/time-limits.ts';
import { boundOf, partyOf } from '../src/party.ts';
import { feedback, type FeedbackRow, message, type MessageRow, referral, type ReferralRow } from '../src/schema.ts';
import { workQuestion } from '../src/worklist/question.ts';
import { taskOf } from '../src/worklist/task.ts';
import { byUrgency, urgencyOf } from '../src/worklist/urgency.ts';
import { aReferralRow } from './a-referral-row.ts';
import { compiledAbove, costOf, genericPlanOf, pagesRead, plansMade } from './generic-plan.ts';
import { manyClosed } from './many-closed.ts';
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
      reasonCode: fc.constantFrom(
        null,
        'cancel-unconfirmed',
        'declined',
        'revoked',
        'consent-ended',
        'cancelled-by-referrer',
      ),
      walkIn: fc.boolean(),
      referrerActedAt: fc.option(hoursAgo(0, 100)),
      facilityActedAt: fc.option(hoursAgo(0, 100)),
      supervisorActedAt: fc.option(hoursAgo(0, 100)),
      sharingStopped: fc.boolean(),
      consentEndsAt: fc.option(hoursAgo(-50, 50)),
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
function whatWasSaid(rows: readonly ReferralRow[]): Map<string, { message: MessageRow; feedback: FeedbackRow }> {
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
      await db.insert(message).values([...said.values()].map((one) => one.message));
      await db.insert(feedback).values([...said.values()].map((one) => one.feedback));
      for (const [name, as] of Object.entries(callers())) {
        const expected = rows
          .flatMap((row) => {
            const party = partyOf(row, who(as));
            const { message: last = null, feedback: given = null } = said.get(row.id) ?? {};
            const isCurrent = last?.taskId === row.taskId;
            const known = { message: isCurrent ? last : null, feedback: given };
            const task = party && taskOf(row, party, { limits, now, said: known });
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
    'is found by the index of open work, by one plan for all callers, however many are closed, and a facility’s by no index of its organisation',
    { timeout: 120_000 },
    async () => {
      for (const table of ['message', 'feedback']) await muchOlder(at.pool, table);
      await manyClosed(at);
      for (const [name, as] of Object.entries(callers()))
        for (const after of [null, [1, now.getTime(), randomUUID()] as const]) {
          const question = workQuestion({ bound: boundOf(who(as)), limits, now, after, limit: 51 });
          const plan = await genericPlanOf(at.pool, question!);
          expect(plan, name).toMatch(/Index Scan (using|on) referral_work_of_/);
          expect(plan, name).not.toContain('Seq Scan');
          if (as.role === 'facility') expect(plan, name).not.toContain('referral_of_facility_organisation');
          expect(pagesRead(plan), name).toBeLessThan(1000);
          expect(costOf(plan), name).toBeLessThan(compiledAbove);
          expect(await plansMade(at.pool, question!), name).toEqual({ custom: 5, kept: 5 });
        }
    },
  );

  it('is asked by the same statement whichever tasks are wanted, so that few are kept', () => {
    const bound = boundOf(who(at.roles.facility));
    const nameOf = (tasks?: WorklistTask[]) =>
      workQuestion({ bound, tasks, limits, now, after: null, limit: 51 })?.name;
    expect(nameOf(['acknowledge', 'answer-question'])).toBe(nameOf());
    expect(nameOf(['record-visit', 'send-draft'])).toBe(nameOf());
  });
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
