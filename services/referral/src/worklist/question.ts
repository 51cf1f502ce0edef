import { columnsOf } from '@rohnamo/journal';
import type { WorklistTask } from '@rohnamo/contracts';
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { type Bind, cutTo, type Question, questionOf, valuesAsked } from '../asked-together.ts';
import type { TimeLimits } from '../lifecycle/time-limits.ts';
import type { Bound } from '../read/list.ts';
import { referral } from '../schema.ts';
import { openWork, told, toldUrgencyColumns, urgencyColumns } from './indexed.ts';
import { workProperties } from './row.ts';
import { feedbackWaitsMs } from './task.ts';
import type { Urgency } from './urgency.ts';
import { workAsked } from './work-asked.ts';

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

const dialect = new PgDialect();
const spelt = (part: SQL): string => dialect.sqlToQuery(part).sql;
const names = workProperties.map((property) => `"${referral[property].name}"`).join(', ');

/** By what a caller's work is ordered, and what is looked at of each. */
function orderedBy([rank, moment]: ReturnType<typeof urgencyColumns>): { order: string; found: string } {
  const [first, second] = [spelt(rank), spelt(moment)];
  return {
    order: `${first}, ${second}, referral.id`,
    found: `${names}, ${first} as rank, ${second} as moment`,
  };
}
const ordered = { told: orderedBy(toldUrgencyColumns(referral)), known: orderedBy(urgencyColumns(referral)) };
const orderOf = ({ bound }: Pick<WorkFilter, 'bound'>) => ordered[bound.party === 'supervisor' ? 'told' : 'known'];
const columns = columnsOf(referral, { only: workProperties });

/** What was last said about each: to its parties by each other, to a supervisor by the person. */
const lastSaid = {
  message: {
    columns: 'said_by as "saidBy", said_open as "saidOpen", said_at as "saidAt"',
    from: `(select by as said_by, details_open as said_open, message.sent_at as said_at from message
      where referral_id = page.id and task_id = page.task_id order by id desc limit 1)`,
  },
  feedback: {
    columns: 'said_kind as "saidKind", said_task_id as "saidTaskId", said_at as "saidAt"',
    from: `(select kind as said_kind, task_id as said_task_id, given_at as said_at from feedback
      where referral_id = page.id and kind <> 'helped' order by given_at desc limit 1)`,
  },
};

/**
 * Asks for referrals that may have work for the caller, the most urgent first, from behind `after`: all that have, and few
 * others. Each way of taking part is followed by itself, in the order of its own index, as far as a page reaches. Which tasks are asked for is a
 * matter of its values, so that there are few statements, and each is planned once for all callers; null where there is nothing to look for.
 */
export function workQuestion(filter: WorkFilter): Question | null {
  const { bind, ...asked } = valuesAsked();
  const ways = waysOf(filter, bind);
  if (ways.length === 0) return null;
  const { limit, cut } = cutTo(filter.limit, bind);
  const narrow = narrowed(filter, bind);
  const { order, found } = orderOf(filter);
  const pages = ways.map(({ each, from = 'referral', where }) => {
    const conditions = [...where, ...narrow].join(' and ') || 'true';
    const own = cut(`select ${found} from ${from} where ${conditions} order by ${order}`);
    return each === undefined ? `(${own})` : `(select way.* from ${each} cross join lateral (${own}) way)`;
  });
  const said = lastSaid[filter.bound.party === 'supervisor' ? 'feedback' : 'message'];
  const page = `select ${columns}, ${said.columns} from (select distinct on (rank, moment, id) * from (${pages.join('\nunion all ')}) way
order by rank, moment, id limit ${limit}) page left join lateral ${said.from} said on true order by rank, moment, id`;
  const { deskId, responsible, tasks } = filter;
  const isEven = [deskId, responsible, tasks].every((wanted) => wanted === undefined);
  return questionOf({ kind: 'worklist', page, isEven }, asked);
}

/** One way of taking part, with the work that it may bring. */
interface Way {
  /** What it is asked for each of. */
  each?: string;
  /** Where referrals are looked for, by their own name, if not among all. */
  from?: string;
  where: readonly string[];
}

function waysOf(filter: WorkFilter, bind: Bind): Way[] {
  const { bound } = filter;
  const of = (column: string) => `${column} = ${bind(bound.organisationId, 'uuid')}`;
  const refers = (party: 'referrer' | 'supervisor', ...only: string[]): Way[] => {
    const work = workOf(party, filter, bind);
    return work === null ? [] : [{ where: [of('referrer_organisation_id'), open[party], ...only, work] }];
  };
  switch (bound.party) {
    case 'referrer':
      return refers('referrer', 'not walk_in');
    case 'facility': {
      const itsDesks = `(desk_id is null or desk_id = any(${bind(bound.deskIds, 'uuid[]')}))`;
      const cameToIt = `(not walk_in or (facility_id = any(${bind(bound.facilityIds, 'uuid[]')}) and ${itsDesks}))`;
      const wanted = bound.facilityIds.filter((id) => filter.facilityId === undefined || id === filter.facilityId);
      const work = wanted.length === 0 ? null : workOf('facility', filter, bind);
      if (work === null) return refers('referrer', cameToIt);
      // Not by the organisation as well, whose index would be read for all that it ever received: who takes part is for `partyOf` to say.
      const each = `unnest(${bind(wanted, 'uuid[]')}) as wanted`;
      return [
        ...refers('referrer', cameToIt),
        { each, where: ['facility_id = wanted', itsDesks, open.facility, work] },
      ];
    }
    case 'supervisor': {
      const received = (work: string): Way => ({
        where: [of('facility_organisation_id'), open.supervisor, work],
      });
      const work = workOf('supervisor', filter, bind);
      const silent = work === null ? [] : [...refers('supervisor'), received(work)];
      return [...silent, ...feedbackWays(filter, bind)];
    }
  }
}

const open = {
  referrer: spelt(openWork.referrer(referral)),
  facility: spelt(openWork.facility(referral)),
  supervisor: spelt(openWork.supervisor(referral)),
};

/** Where the work of a party can be found, of the tasks that are asked for; null: nowhere. */
function workOf(party: 'referrer' | 'facility' | 'supervisor', filter: WorkFilter, bind: Bind): string | null {
  const asked = workAsked(party, filter);
  if (asked === null) return null;
  const inState = () => `state = any(${bind(asked.states, 'text[]')})`;
  const late = (priority = 'priority', dueAt = 'due_at') =>
    `state = any(${bind(asked.late.states, 'text[]')}) and ${priority} = any(${bind(asked.late.priorities, 'text[]')}) and ${dueAt} < ${bind(filter.now, 'timestamptz')}`;
  const written = (other: 'referrer' | 'facility', actedAt: string) =>
    `${bind(asked.withMessages, 'bool')} and exists (select from message where message.referral_id = referral.id
      and message.task_id = referral.task_id and message.by = '${other}' and message.sent_at > coalesce(${actedAt}, '-infinity'))`;
  // `is true`: a condition like another, which the planner does not hold against every index for each of its parts.
  const anyOf = (...parts: string[]) => `(${parts.join(' or ')}) is true`;
  switch (party) {
    case 'facility':
      return anyOf(
        inState(),
        `state = 'scheduled' and appointment_at <= ${bind(asked.scheduledUntil, 'timestamptz')}`,
        written('referrer', 'facility_acted_at'),
      );
    case 'referrer':
      return anyOf(
        inState(),
        `state = 'cancelled' and reason_code = any(${bind(asked.cancelledFor, 'text[]')})`,
        `state = 'no_show' and no_shows >= ${bind(asked.noShowsMin, 'int')}`,
        late(),
        written('facility', 'referrer_acted_at'),
      );
    case 'supervisor':
      return anyOf(late(spelt(told.priority(referral)), spelt(told.dueAt(referral))));
  }
}

/**
 * Of what people have said lately, the referrals, whatever their state: each way of taking part by the index of feedback, then each
 * referral by its id (`offset 0` keeps the planner to it). Whose it is is asked as a range of one: where few organisations are told of
 * much, a planner that does not know which is asked for would read all that was ever said.
 */
function feedbackWays({ bound, tasks, now }: WorkFilter, bind: Bind): Way[] {
  if (!(tasks?.includes('feedback') ?? true)) return [];
  const own = bind(bound.organisationId, 'uuid');
  const since = bind(new Date(now.getTime() - feedbackWaitsMs), 'timestamptz');
  return ['referrer_organisation_id', 'facility_organisation_id'].map((organisation) => ({
    from: `(select distinct referral_id from feedback where ${organisation} between ${own} and ${own} and kind <> 'helped' and given_at >= ${since}) given
      cross join lateral (select * from referral where id = given.referral_id offset 0) referral`,
    where: [],
  }));
}

function narrowed({ facilityId, deskId, responsible, after, bound }: WorkFilter, bind: Bind): string[] {
  const { order } = orderOf({ bound });
  return [
    ...(facilityId === undefined ? [] : [`facility_id = ${bind(facilityId, 'uuid')}`]),
    ...(deskId === undefined ? [] : [`desk_id = ${bind(deskId, 'uuid')}`]),
    ...(responsible === undefined ? [] : [`responsible = ${bind(responsible, 'text')}`]),
    ...(after === null
      ? []
      : [
          `(${order}) > (${bind(after[0], 'int')}, ${bind(new Date(after[1]), 'timestamptz')}, ${bind(after[2], 'uuid')})`,
        ]),
  ];
}
