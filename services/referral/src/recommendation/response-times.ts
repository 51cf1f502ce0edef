import { sharedRead } from '@rohnamo/journal';
import type { Pool } from 'pg';

/** What is told of how soon a facility answers, in hours: the first that is not less than its median. The last: longer than a week. */
export const answerSteps = [1, 4, 8, 24, 48, 72, 168, 336] as const;

const tasksMax = 200;
const withinDays = 180;
/** Of fewer nothing is told: a median below 10 cases says something of each. */
const tasksMin = 10;
const keptForMs = 10 * 60 * 1000;
const keptMax = 10_000;
const dayMs = 24 * 3600 * 1000;

/**
 * The median of the time from sending to acknowledging over what each facility has last answered. Who came by themselves was
 * never waited for, so what was sent and answered at one instant does not count. The indexes referral_answered and task_answered
 * serve it.
 */
const medianStatement = `
select f.id, m.hours from unnest($1::uuid[]) as f(id)
cross join lateral (
  select count(*) as tasks,
    percentile_cont(0.5) within group (order by extract(epoch from answered.acknowledged_at - answered.sent_at)::float8) / 3600 as hours
  from (
    (select sent_at, acknowledged_at from referral
      where facility_id = f.id and acknowledged_at > $2 and sent_at < acknowledged_at
      order by acknowledged_at desc limit ${tasksMax})
    union all
    (select sent_at, acknowledged_at from task
      where facility_id = f.id and acknowledged_at > $2 and sent_at < acknowledged_at
      order by acknowledged_at desc limit ${tasksMax})
    order by acknowledged_at desc limit ${tasksMax}) answered) m
where m.tasks >= ${tasksMin}`;

const stepOf = (hours: number): number => answerSteps.find((step) => hours <= step) ?? answerSteps[7];

/**
 * How soon facilities usually answer, as one of {@link answerSteps}; null where too little is known. Remembered in the process for
 * ten minutes, of so many facilities at most.
 */
export function createResponseTimes({ pool, now }: { pool: Pool; now: () => Date }) {
  const known = new Map<string, { at: number; hours: number | null }>();

  const read = sharedRead<string, number>(async (ids) => {
    const since = new Date(now().getTime() - withinDays * dayMs);
    const { rows } = await pool.query<{ id: string; hours: number }>({
      name: 'median time to acknowledge',
      text: medianStatement,
      values: [ids, since],
    });
    return new Map(rows.map(({ id, hours }) => [id, stepOf(hours)]));
  });

  const remember = (id: string, hours: number | null): void => {
    known.delete(id);
    known.set(id, { at: now().getTime(), hours });
    const [oldest] = known.keys();
    if (known.size > keptMax && oldest !== undefined) known.delete(oldest);
  };

  return async (facilityIds: Iterable<string>): Promise<Map<string, number | null>> => {
    const found = await Promise.all(
      [...new Set(facilityIds)].map(async (id): Promise<[string, number | null]> => {
        const remembered = known.get(id);
        if (remembered && now().getTime() - remembered.at < keptForMs) return [id, remembered.hours];
        const hours = await read(id);
        remember(id, hours);
        return [id, hours];
      }),
    );
    return new Map(found);
  };
}
export type ResponseTimes = ReturnType<typeof createResponseTimes>;
