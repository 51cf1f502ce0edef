import { z } from 'zod';
import { BarrierCode, RejectionCode } from './codes.ts';

/** A quarter of a calendar year, in the time zone of the country. */
export const Quarter = z
  .string()
  .regex(/^20\d{2}-Q[1-4]$/, 'must be a quarter, such as 2026-Q3')
  .meta({ examples: ['2026-Q3'] });
export type Quarter = z.infer<typeof Quarter>;

export const StatisticsGrouping = z.enum(['facility', 'district', 'priority', 'month']);
export type StatisticsGrouping = z.infer<typeof StatisticsGrouping>;

const count = z.int().min(0);
/** Hours, of 10 cases or more; null of fewer. */
const duration = z.object({ medianHours: z.number(), p90Hours: z.number() }).nullable();

/** What became of the tasks that were sent. Each is among those before it in the first line: sent, answered, accepted, completed, served; and of those served, one of confirmed and unconfirmed at most. */
export const Funnel = z.object({
  answered: count.describe('The facility has done something about it: also said no, or passed it on'),
  accepted: count,
  completed: count.describe('The facility has reported an outcome'),
  served: count.describe('Of those, the outcome says that the person was served or is'),
  servedConfirmed: count.describe('Of those served, who referred says that the need was met'),
  servedUnconfirmed: count.describe(
    'Of those served, closed by the clock: who referred has not said whether the need was met',
  ),
  noShow: count.describe('The person did not attend, at least once'),
  closed: count.describe('By the referrer or by the clock, however it had ended'),
  rejected: count.describe('The facility could not take the person; also once it is closed'),
  cancelled: count,
  expired: count.describe('Nobody decided in time; also once it is closed'),
  timeToAnswer: duration,
  timeToAccept: duration,
  timeToServe: duration,
});
export type Funnel = z.infer<typeof Funnel>;

const byCode = <Code extends string>(codes: readonly Code[]) =>
  z.object(Object.fromEntries(codes.map((code) => [code, count])) as Record<Code, typeof count>); // of each code

/** Why it did not work out: reasons of rejection, and what stood in the person's way. */
export const StatisticsReasons = z.object({
  rejections: byCode(RejectionCode.options),
  barriers: byCode(BarrierCode.options),
});
export type StatisticsReasons = z.infer<typeof StatisticsReasons>;

/** What may be told of a group: null where it is so few that it could be told of whom. */
export const StatisticsRow = z.object({
  sent: count.nullable().describe('Tasks sent in the quarter; one referral that was passed on counts at each facility'),
  funnel: Funnel.nullable(),
  reasons: StatisticsReasons.nullable(),
});
export type StatisticsRow = z.infer<typeof StatisticsRow>;

export const Statistics = z.object({
  quarter: Quarter,
  groupBy: StatisticsGrouping.nullable(),
  total: StatisticsRow,
  groups: z.array(StatisticsRow.extend({ key: z.string().describe('The id, code or month of the group') })),
  others: StatisticsRow.nullable().describe(
    'All of whom nothing is told by themselves, together; of each figure those for whom it is not told',
  ),
});
export type Statistics = z.infer<typeof Statistics>;
