import type { StatisticsGrouping } from '@rohnamo/contracts';
import type { Pool } from 'pg';
import { type Counts, countsOf } from './counts.ts';
import { countedReferral, countedTask } from './counted.ts';
import { type Durations, durationsOf, secondsOf } from './durations.ts';
import { kindNumberSql, kindOfNumber } from './kind-number.ts';
import { figuresOf } from './task-kind.ts';

/** Which tasks are counted, and by what they are told apart. */
export interface Scope {
  /** Whose: those that an organisation refers or receives; null: the country's. */
  organisationId: string | null;
  from: Date;
  to: Date;
  groupBy: StatisticsGrouping | null;
  utcOffsetMs: number;
}

export type Times = Record<keyof typeof stepTimes, Durations>;

/** What was counted of each group, and the times of each and of all. Without groups all is one, whose key is empty. */
export interface Counted {
  groups: ReadonlyMap<string, { counts: Counts; durations: Times | undefined }>;
  durations: Times;
}

const stepTimes = { timeToAnswer: 'acknowledged_at', timeToAccept: 'accepted_at', timeToServe: 'started_at' } as const;

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
  const [kinds, times] = await Promise.all([
    pool.query<KindsRow>(kindsStatement(key), values),
    pool.query<TimesRow>(timesStatement(key), values),
  ]);
  const timesOf = new Map(times.rows.map((row) => [row.key, inSeconds(row)]));
  const counts = countsByKey(kinds.rows);
  return {
    groups: new Map(
      [...counts].map(([name, counted]) => {
        const seconds = timesOf.get(name);
        return [name, { counts: counted, durations: seconds && told([seconds]) }];
      }),
    ),
    durations: told([...timesOf.values()]),
  };
}

const columns = `facility_id, district_id, priority, outcome, need_met, no_shows, rejection_code, barrier, sent_at, acknowledged_at, accepted_at, started_at,
  completed_at, cancelled_at, expired_at, closed_at`;
const isSent = 'sent_at >= $1 and sent_at < $2';
const isOf = (referrer: string): string => `($3::uuid is null or facility_organisation_id = $3 or ${referrer})`;

/**
 * Current tasks are read from the index referral_counted alone, which has all of these columns; ended ones, which are few, along task_sent_at.
 */
const tasksSent = `select ${columns} from referral where ${isSent} and ${countedReferral} and ${isOf('referrer_organisation_id = $3')}
  union all
  select ${columns} from task where ${isSent} and ${countedTask} and referral_id not in (select id from referral where state = 'entered_in_error')
    and ${isOf('exists (select from referral where id = task.referral_id and referrer_organisation_id = $3)')}`;

interface KindsRow {
  key: string;
  /** How many tasks there are of each kind, by its number. */
  tasksByKind: Readonly<Record<string, number>>;
}

/**
 * How many tasks there are of each kind in each group. A kind is one value (and `offset 0` keeps it so), not many columns, of which the
 * planner expects so many combinations that it sorts all tasks.
 */
const kindsStatement = (key: string): string =>
  `select key, json_object_agg(kind, tasks) as "tasksByKind" from (
    select key, kind, count(*) as tasks from (select ${key} as key, ${kindNumberSql} as kind from (${tasksSent}) task
      where $4::bigint is not null offset 0) told group by key, kind) counted group by key`;

/** What is counted of each group. They have much the same kinds: what one counts is worked out once. */
function countsByKey(rows: readonly KindsRow[]): Map<string, Counts> {
  const kinds = new Set(rows.flatMap(({ tasksByKind }) => Object.keys(tasksByKind)));
  const figuresByKind = new Map([...kinds].map((kind) => [kind, figuresOf(kindOfNumber(Number(kind)))]));
  const counted = ([kind, tasks]: [string, number]) => ({ figures: figuresByKind.get(kind) ?? [], tasks });
  return new Map(
    rows.map(({ key, tasksByKind }) => [key, countsOf(Object.entries(tasksByKind).map(counted))] as const),
  );
}

/** The times of each group, in seconds, strung together: to sort them is quicker here. */
function timesStatement(key: string): string {
  const strung = Object.entries(stepTimes).map(
    ([name, column]) => `string_agg(int4send(date_part('epoch', ${column} - sent_at)::int4), '') as "${name}"`,
  );
  return `select key, ${strung.join(', ')} from (select ${key} as key, sent_at, acknowledged_at, accepted_at, started_at from (${tasksSent}) task
    where $4::bigint is not null) timed group by key`;
}

type TimesRow = { key: string } & Record<keyof Times, Buffer | null>;
type Seconds = Record<keyof Times, Int32Array>;

const inSeconds = ({ timeToAnswer, timeToAccept, timeToServe }: TimesRow): Seconds => ({
  timeToAnswer: secondsOf(timeToAnswer),
  timeToAccept: secondsOf(timeToAccept),
  timeToServe: secondsOf(timeToServe),
});

const told = (groups: readonly Seconds[]): Times => ({
  timeToAnswer: durationsOf(groups.map(({ timeToAnswer }) => timeToAnswer)),
  timeToAccept: durationsOf(groups.map(({ timeToAccept }) => timeToAccept)),
  timeToServe: durationsOf(groups.map(({ timeToServe }) => timeToServe)),
});
