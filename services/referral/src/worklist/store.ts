import { type Priority, Priority as Priorities, type WorklistTask, worklistTasks } from '@rohnamo/contracts';
import { and, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Pool } from 'pg';
import { cancelUnconfirmed } from '../lifecycle/effects.ts';
import type { TimeLimits } from '../lifecycle/time-limits.ts';
import { feedback, type FeedbackRow, message, type MessageRow, referral, type ReferralRow } from '../schema.ts';
import type { Bound } from '../read/list.ts';
import { columnsOf } from '../columns.ts';
import { openWork, urgencyColumns } from './indexed.ts';
import { feedbackWaitsMs, noShowsBeforeCall, type Said } from './task.ts';
import type { Urgency } from './urgency.ts';

export interface WorkFilter {
  bound: Bound;
  facilityId?: string | undefined;
  deskId?: string | undefined;
  responsible?: string | undefined;
  tasks?: readonly WorklistTask[] | undefined;
  limits: TimeLimits;
  now: Date;
  after: Urgency | null;
  limit: number;
}

/** Reads of the worklist. */
export function createWorklistStore(pool: Pool) {
  return {
    /**
     * Referrals that may have work for the caller, the most urgent first, from behind `after`: all that have, and few others. Each
     * way of taking part is looked up by itself, in the order of its own index.
     */
    async candidates(filter: WorkFilter): Promise<ReferralRow[]> {
      const ways = waysOf(filter);
      if (ways.length === 0) return [];
      const { sql: text, params: values } = dialect.sqlToQuery(statementOf(ways, filter));
      const { rows } = await pool.query<ReferralRow>(text, values);
      return rows;
    },

    /** What was last said about the current task of each, of messages by an index that has them in their order. */
    async saidOf(rows: readonly ReferralRow[]): Promise<(row: ReferralRow) => Said> {
      const ids = rows.map(({ id }) => id);
      const [messages, feedbacks] = await Promise.all([
        pool.query<MessageRow>({ ...lastMessages, values: [ids] }),
        pool.query<FeedbackRow>({ ...lastFeedback, values: [ids] }),
      ]);
      const messageOf = new Map(messages.rows.map((row) => [row.referralId, row]));
      const feedbackOf = new Map(feedbacks.rows.map((row) => [row.referralId, row]));
      return ({ id }) => ({ message: messageOf.get(id) ?? null, feedback: feedbackOf.get(id) ?? null });
    },
  };
}

const dialect = new PgDialect();
const order = sql.join(urgencyColumns(referral), sql`, `);
const columns = sql.raw(columnsOf(referral));

function statementOf(ways: readonly SQL[], { after, limit, ...filter }: WorkFilter): SQL {
  const behind =
    after && sql`(${order}) > (${after[0]}::int, ${new Date(after[1]).toISOString()}::timestamptz, ${after[2]}::uuid)`;
  const found = ways.map(
    (way) =>
      sql`(select ${referral.id} from ${referral} where ${and(way, ...narrowed(filter), behind ?? undefined)} order by ${order} limit ${limit})`,
  );
  return sql`select ${columns} from ${referral} where ${referral.id} in (${sql.join(found, sql` union all `)}) order by ${order} limit ${limit}`;
}

const lastMessages = {
  name: 'last messages of referrals',
  text: `select last.* from referral cross join lateral (select ${columnsOf(message)} from message
    where referral_id = referral.id and task_id = referral.task_id order by id desc limit 1) last where referral.id = any($1)`,
};
const lastFeedback = {
  name: 'last feedback of referrals',
  text: `select distinct on (referral_id) ${columnsOf(feedback)} from feedback
    where referral_id = any($1) and kind <> 'helped' order by referral_id, given_at desc`,
};

const narrowed = ({ facilityId, deskId, responsible }: Omit<WorkFilter, 'after' | 'limit'>): (SQL | undefined)[] => [
  facilityId === undefined ? undefined : eq(referral.facilityId, facilityId),
  deskId === undefined ? undefined : eq(referral.deskId, deskId),
  responsible === undefined ? undefined : eq(referral.responsible, responsible),
];

/** How the caller takes part, each with the work that it may bring. */
function waysOf(filter: WorkFilter): SQL[] {
  const { bound } = filter;
  const { organisationId } = bound;
  const refers = eq(referral.referrerOrganisationId, organisationId);
  const receives = eq(referral.facilityOrganisationId, organisationId);
  const way = (who: SQL | undefined, open: SQL, work: SQL | null): SQL[] => {
    const condition = work && and(who, open, work);
    return condition ? [condition] : [];
  };
  const referrers = way(refers, openWork.referrer(referral), workOf('referrer', filter));
  switch (bound.party) {
    case 'referrer':
      return referrers;
    case 'facility': {
      // Not by the organisation as well, whose index would be read for all that it ever received: who takes part is for `partyOf` to say.
      const itsDesks = or(isNull(referral.deskId), inArray(referral.deskId, [...bound.deskIds]));
      const wanted = bound.facilityIds.filter((id) => filter.facilityId === undefined || id === filter.facilityId);
      const work = workOf('facility', filter);
      return [
        ...referrers,
        ...wanted.flatMap((id) => way(and(eq(referral.facilityId, id), itsDesks), openWork.facility(referral), work)),
      ];
    }
    case 'supervisor': {
      const work = workOf('supervisor', filter);
      return [
        ...way(refers, openWork.referrer(referral), work),
        ...way(receives, openWork.facilityOrganisation(referral), work),
        ...feedbackWays(filter),
      ];
    }
  }
}

/** Where the work of a party can be found, of the tasks that are asked for; null: nowhere. */
function workOf(party: keyof typeof worklistTasks, filter: WorkFilter): SQL | null {
  const codes: readonly WorklistTask[] = worklistTasks[party];
  const asked = codes.filter((code) => filter.tasks?.includes(code) ?? true);
  const any = or(...asked.map((code) => conditionOf(code, { party, ...filter })));
  // `is true`: a condition like another, which the planner does not hold against every index for each of its parts.
  return any ? sql`(${any}) is true` : null;
}

/** Of what people have said lately, the referrals, whatever their state: each way of taking part by the index of feedback. */
function feedbackWays({ bound: { organisationId }, tasks, now }: WorkFilter): SQL[] {
  if (!(tasks?.includes('feedback') ?? true)) return [];
  const since = new Date(now.getTime() - feedbackWaitsMs).toISOString();
  return [feedback.referrerOrganisationId, feedback.facilityOrganisationId].map(
    (organisation) =>
      sql`${referral.id} in (select ${feedback.referralId} from ${feedback} where ${organisation} = ${organisationId} and ${feedback.kind} <> 'helped' and ${feedback.givenAt} >= ${since}::timestamptz)`,
  );
}

/** At the least every referral that asks this: `taskOf` decides. */
function conditionOf(
  code: WorklistTask,
  { party, limits, now }: WorkFilter & { party: keyof typeof worklistTasks },
): SQL | undefined {
  const { state, reasonCode, noShows, appointmentAt, priority, dueAt } = referral;
  const isOverdue = sql`${state} in ('sent', 'acknowledged', 'info_requested', 'accepted', 'scheduled', 'no_show', 'in_service') and ${dueAt} < ${now.toISOString()}::timestamptz`;
  const ofPriority = (is: (of: TimeLimits['byPriority'][Priority]) => boolean): SQL =>
    inArray(
      priority,
      Priorities.options.filter((one) => is(limits.byPriority[one])),
    );
  switch (code) {
    case 'acknowledge':
      return sql`${state} = 'sent'`;
    case 'decide':
      return sql`${state} = 'acknowledged'`;
    case 'give-appointment':
      return sql`${state} in ('accepted', 'no_show')`;
    case 'record-visit':
      return sql`${state} = 'scheduled' and ${appointmentAt} <= ${now.toISOString()}::timestamptz`;
    case 'report-outcome':
      return sql`${state} = 'in_service'`;
    case 'confirm-cancel':
      return sql`${state} = 'cancel_requested'`;
    case 'answer-question':
      return sql`${state} = 'info_requested'`;
    case 'choose-another-place':
      return sql`${state} in ('rejected', 'expired') or (${state} = 'cancelled' and ${reasonCode} = ${cancelUnconfirmed})`;
    case 'call-person':
      return sql`${state} = 'no_show' and ${noShows} >= ${noShowsBeforeCall}`;
    case 'confirm-outcome':
      return sql`${state} = 'completed'`;
    case 'call-facility':
      return and(
        isOverdue,
        ofPriority(({ callAfter }) => callAfter !== null),
      );
    case 'answer-message': {
      const [other, actedAt] =
        party === 'facility' ? ['referrer', referral.facilityActedAt] : ['facility', referral.referrerActedAt];
      return sql`exists (select 1 from ${message} where ${message.referralId} = ${referral.id} and ${message.taskId} = ${referral.taskId} and ${message.by} = ${other} and ${message.sentAt} > coalesce(${actedAt}, '-infinity'))`;
    }
    case 'feedback':
      return undefined; // looked for by itself: of those that are closed, too
    case 'send-draft':
      return sql`${state} = 'draft'`;
    case 'silent':
      return isOverdue;
    case 'offer-reroute':
      return and(
        sql`${state} in ('sent', 'acknowledged', 'info_requested')`,
        isOverdue,
        ofPriority(({ onSilence }) => onSilence.some(({ action }) => action === 'offer_reroute')),
      );
  }
}
