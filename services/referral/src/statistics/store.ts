import { sensitiveNeeds, type StatisticsGrouping } from '@rohnamo/contracts';
import type { Pool } from 'pg';
import { type Counts, countsOf } from './counts.ts';
import type { TaskKind } from './task-kind.ts';

/** Which tasks are counted, and by what they are told apart. */
export interface Scope {
  /** Whose: those that an organisation refers or receives; null: the country's. */
  organisationId: string | null;
  from: Date;
  to: Date;
  groupBy: StatisticsGrouping | null;
  utcOffsetMs: number;
}

/** Times from sending, in hours: how many there are, the median and the ninth of ten. */
export interface Durations {
  cases: number;
  medianHours: number;
  p90Hours: number;
}

export type Times = Record<keyof typeof times, Durations>;

/** What was counted of each group, and the times of each and of all. Without groups all is one, whose key is empty. */
export interface Counted {
  groups: ReadonlyMap<string, { counts: Counts; durations: Times | undefined }>;
  durations: Times | undefined;
}

type Code = 'outcome' | 'rejectionCode' | 'barrier';

/** How the database tells one kind of task from another. Current and ended tasks have the same columns. */
const happened: Readonly<Record<Exclude<keyof TaskKind, Code>, string>> = {
  isAnswered: 'acknowledged_at is not null',
  isAccepted: 'accepted_at is not null',
  isCompleted: 'completed_at is not null',
  isNeedMet: 'need_met',
  didNotAttend: 'no_shows > 0',
  isCancelled: 'cancelled_at is not null',
  isExpired: 'expired_at is not null',
  isClosed: 'closed_at is not null',
};
const codes: Readonly<Record<Code, string>> = {
  outcome: 'outcome',
  rejectionCode: 'rejection_code',
  barrier: 'barrier',
};
const times = { timeToAnswer: 'acknowledged_at', timeToAccept: 'accepted_at', timeToServe: 'started_at' } as const;

/** Text in the order of its bytes, which is quicker to sort: nobody reads it in that order. */
const keys: Readonly<Record<StatisticsGrouping | 'none', string>> = {
  facility: 'facility_id',
  district: `coalesce(district_id, 'unknown') collate "C"`,
  priority: 'priority collate "C"',
  month: `to_char(sent_at + $4::bigint * interval '1 millisecond', 'YYYY-MM') collate "C"`,
  none: `''`,
};

/**
 * What became of the tasks that were sent in a time: current ones and those that have ended, each counted once. Drafts, walk-ins, what
 * was entered in error and sensitive needs are not among them.
 */
export async function countedTasks(pool: Pool, scope: Scope): Promise<Counted> {
  const { organisationId, from, to, groupBy, utcOffsetMs } = scope;
  const values = [from, to, organisationId, utcOffsetMs];
  const key = keys[groupBy ?? 'none'];
  const [kinds, durations] = await Promise.all([
    pool.query<KindRow>(kindsStatement(key), values),
    pool.query<TimesRow>(timesStatement(key), values),
  ]);
  const timesByKey = new Map(durations.rows.map((row) => [row.key, timesOf(row)]));
  const byKey = Map.groupBy(kinds.rows, (row) => row.key);
  return {
    groups: new Map(
      [...byKey].map(([name, rows]) => [name, { counts: countsOf(rows.map(ofKind)), durations: timesByKey.get(name) }]),
    ),
    durations: timesByKey.get(null),
  };
}

const sent = `sent_at >= $1 and sent_at < $2 and need_category not in (${sensitiveNeeds.map((need) => `'${need}'`).join(', ')}) and not walk_in`;
const isOf = (referrer: string): string => `($3::uuid is null or ${referrer} = $3 or facility_organisation_id = $3)`;
const counted = `facility_id, district_id, priority, outcome, need_met, no_shows, rejection_code, barrier, sent_at, acknowledged_at, accepted_at, started_at,
  completed_at, cancelled_at, expired_at, closed_at`;

/**
 * Found along the indexes by when tasks were sent. The referral of each ended task is looked up by its id (`offset 0` keeps the planner
 * to it), not among all others.
 */
const tasksSent = `select ${counted} from referral where ${sent} and state not in ('draft', 'entered_in_error') and ${isOf('referrer_organisation_id')}
  union all
  select ${counted} from task cross join lateral (select referrer_organisation_id from referral where id = task.referral_id and state <> 'entered_in_error' offset 0) whose
    where ${sent} and ${isOf('whose.referrer_organisation_id')}`;

interface KindRow {
  key: string;
  /** By name, first what has happened, then the codes; null: it has not, there is none. */
  kind: (string | null)[];
  tasks: number;
}

/**
 * How many tasks there are of each kind in each group. A kind is one value (and `offset 0` keeps it so), not many columns, of which the
 * planner expects so many combinations that it sorts all tasks.
 */
function kindsStatement(key: string): string {
  const flags = Object.values(happened).map((condition) => `case when ${condition} then 'yes' end`);
  const kind = `array[${[...flags, ...Object.values(codes)].join(', ')}]`;
  return `select key, kind, count(*)::float8 as tasks
    from (select ${key} as key, ${kind} as kind from (${tasksSent}) task where $4::bigint is not null offset 0) told group by key, kind`;
}

function ofKind({ kind, tasks }: KindRow): TaskKind & { tasks: number } {
  const flags = Object.keys(happened).map((name, index) => [name, kind[index] === 'yes']);
  const coded = Object.keys(codes).map((name, index) => [name, kind[flags.length + index] ?? null]);
  return { ...(Object.fromEntries([...flags, ...coded]) as TaskKind), tasks }; // each of its names is in one of the two
}

/** The times of each group and, without a key, of all. */
function timesStatement(key: string): string {
  const columns = Object.entries(times).map(([name, column]) => {
    const hours = `date_part('epoch', ${column} - sent_at) / 3600`;
    return `count(${column})::float8 as "${name}.cases", percentile_cont(array[0.5, 0.9]) within group (order by ${hours}) as "${name}"`;
  });
  return `select key, ${columns.join(', ')} from (select ${key} as key, sent_at, acknowledged_at, accepted_at, started_at from (${tasksSent}) task
    where $4::bigint is not null) timed group by grouping sets ((key), ())`;
}

/** Of no case at all there are no quantiles. */
type TimesRow = { key: string | null } & Record<`${keyof Times}.cases`, number> &
  Record<keyof Times, [medianHours: number, p90Hours: number] | null>;

function timesOf(row: TimesRow): Times {
  const of = (name: keyof Times): Durations => {
    const [medianHours, p90Hours] = row[name] ?? [0, 0];
    return { cases: row[`${name}.cases`], medianHours, p90Hours };
  };
  return { timeToAnswer: of('timeToAnswer'), timeToAccept: of('timeToAccept'), timeToServe: of('timeToServe') };
}
