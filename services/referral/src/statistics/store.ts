import {
  BarrierCode,
  RejectionCode,
  sensitiveNeeds,
  type StatisticsGrouping,
  unservedOutcomes,
} from '@rohnamo/contracts';
import type { Pool } from 'pg';
import type { Counts } from './counts.ts';

/** Whose tasks are counted: those that an organisation refers or receives; null: the country's. */
export interface Scope {
  organisationId: string | null;
  from: Date;
  to: Date;
}

/** Times from sending, in hours: how many there are, the median and the ninth of ten. */
export interface Durations {
  cases: number;
  medianHours: number;
  p90Hours: number;
}

export interface CountedGroup {
  counts: Counts;
  durations: Record<'timeToAnswer' | 'timeToAccept' | 'timeToServe', Durations>;
}

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');
const served = `(outcome is not null and outcome not in (${quoted(unservedOutcomes)}))`;

/** How each thing is counted of a task. The columns that current and ended tasks share are enough. */
const conditions: Readonly<Record<string, string>> = {
  sent: 'true',
  answered: 'acknowledged_at is not null',
  accepted: 'accepted_at is not null',
  completed: 'completed_at is not null',
  served,
  servedConfirmed: `(${served} and need_met)`,
  noShow: 'did_not_attend',
  closed: `state = 'closed'`,
  rejected: `state = 'rejected'`,
  cancelled: `state = 'cancelled' and completed_at is null`,
  expired: `state = 'expired'`,
  ...Object.fromEntries(
    RejectionCode.options.map((code) => [`rejection.${code}`, `state = 'rejected' and reason_code = '${code}'`]),
  ),
  ...Object.fromEntries(BarrierCode.options.map((code) => [`barrier.${code}`, `barrier = '${code}'`])),
};
const times = { timeToAnswer: 'acknowledged_at', timeToAccept: 'accepted_at', timeToServe: 'started_at' } as const;

const keys: Readonly<Record<StatisticsGrouping | 'none', string>> = {
  facility: 'facility_id::text',
  district: `coalesce(district_id, 'unknown')`,
  priority: 'priority',
  month: `to_char(sent_at + $4 * interval '1 millisecond', 'YYYY-MM')`,
  none: `''`,
};

/**
 * The tasks that were sent in a time, by group: current ones and those that have ended, each counted once. Drafts, walk-ins, what
 * was entered in error and sensitive needs are not among them; an ended task whose care began as it was sent was a walk-in. Found by when they were sent, along an index.
 */
export function countedGroups(
  pool: Pool,
  {
    organisationId,
    from,
    to,
    groupBy,
    utcOffsetMs,
  }: Scope & { groupBy: StatisticsGrouping | null; utcOffsetMs: number },
): Promise<Map<string, CountedGroup>> {
  const shared =
    'facility_id, district_id, priority, state, reason_code, outcome, barrier, sent_at, acknowledged_at, accepted_at, started_at, completed_at';
  const mayBeCounted = (table: string) =>
    `${table}.sent_at >= $1 and ${table}.sent_at < $2 and ${table}.need_category not in (${quoted(sensitiveNeeds)})`;
  const isOf = (referrer: string, facility: string) => `($3::uuid is null or ${referrer} = $3 or ${facility} = $3)`;
  const counts = Object.entries(conditions).map(
    ([name, condition]) => `count(*) filter (where ${condition}) as "${name}"`,
  );
  const durations = Object.entries(times).map(([name, column]) => {
    const hours = `extract(epoch from ${column} - sent_at) / 3600`;
    return `count(${column}) as "${name}.cases", percentile_cont(array[0.5, 0.9]) within group (order by ${hours}) filter (where ${column} is not null) as "${name}"`;
  });
  const text = `with task_sent as materialized (
      select ${shared}, need_met, no_shows > 0 as did_not_attend from referral
        where ${mayBeCounted('referral')} and state not in ('draft', 'entered_in_error') and not walk_in
          and ${isOf('referrer_organisation_id', 'facility_organisation_id')}
      union all
      select ${shared
        .split(', ')
        .map((column) => `t.${column}`)
        .join(', ')}, null, false from task t join referral r on r.id = t.referral_id
        where ${mayBeCounted('t')} and r.state <> 'entered_in_error' and t.started_at is distinct from t.sent_at and ${isOf('r.referrer_organisation_id', 't.facility_organisation_id')})
    select ${keys[groupBy ?? 'none']} as key, ${[...counts, ...durations].join(', ')} from task_sent where $4::bigint is not null group by 1`;
  return pool
    .query<Record<string, unknown> & { key: string }>(text, [from, to, organisationId, utcOffsetMs])
    .then(({ rows }) => new Map(rows.map((row) => [row.key, groupOf(row)])));
}

function groupOf(row: Record<string, unknown>): CountedGroup {
  const durationsOf = (name: keyof typeof times): Durations => {
    const [medianHours, p90Hours] = (row[name] as number[] | null) ?? [0, 0]; // of percentile_cont over an array
    return { cases: Number(row[`${name}.cases`]), medianHours: medianHours ?? 0, p90Hours: p90Hours ?? 0 };
  };
  return {
    counts: Object.fromEntries(Object.keys(conditions).map((name) => [name, Number(row[name])])),
    durations: {
      timeToAnswer: durationsOf('timeToAnswer'),
      timeToAccept: durationsOf('timeToAccept'),
      timeToServe: durationsOf('timeToServe'),
    },
  };
}
