import { BarrierCode, RejectionCode, sensitiveNeeds, unservedOutcomes } from '@rohnamo/contracts';
import { percentile } from '../measure/figures.ts';
import type { Ceiling } from './ceiling.ts';

const quoted = (texts: readonly string[]): string => texts.map((text) => `'${text}'`).join(', ');
const isServed = `outcome not in (${quoted(unservedOutcomes)})`;

/** Each figure, by what is true of the tasks that it counts. */
const figures = [
  'true',
  'acknowledged_at is not null',
  'accepted_at is not null',
  'completed_at is not null',
  isServed,
  `${isServed} and need_met`,
  `${isServed} and need_met is null and closed_at is not null`,
  'no_shows > 0',
  'closed_at is not null',
  'rejection_code is not null',
  'cancelled_at is not null',
  'expired_at is not null',
  ...RejectionCode.options.map((code) => `rejection_code = '${code}'`),
  ...BarrierCode.options.map((code) => `barrier = '${code}'`),
];
const times = ['acknowledged_at', 'accepted_at', 'started_at'];
const columns =
  'facility_id, outcome, need_met, no_shows, rejection_code, barrier, sent_at, acknowledged_at, accepted_at, started_at, completed_at, cancelled_at, expired_at, closed_at';
/** The last quarter of Tajikistan's time, which is five hours ahead. */
const isOfTheQuarter = `sent_at >= (date_trunc('quarter', now() at time zone 'UTC' + interval '5 hours') - interval '3 months 5 hours') at time zone 'UTC'
  and sent_at < (date_trunc('quarter', now() at time zone 'UTC' + interval '5 hours') - interval '5 hours') at time zone 'UTC'
  and need_category not in (${quoted(sensitiveNeeds)}) and not walk_in`;

const countAll = {
  name: 'statistics',
  text: `select facility_id, array[${figures.map((condition) => `count(*) filter (where ${condition})`).join(', ')}]::text as counts,
      ${times.map((column) => `string_agg(int4send(date_part('epoch', ${column} - sent_at)::int4), '') as ${column}`).join(', ')}
    from (select ${columns} from referral where ${isOfTheQuarter} and state not in ('draft', 'entered_in_error')
      union all select ${columns} from task where ${isOfTheQuarter}) task group by facility_id`,
};

/** `GET /v1/statistics?groupBy=facility`: every figure of every facility, however small, and median times of each. */
export const statistics: Ceiling = (app, { pool }) => {
  app.get('/v1/statistics', async () => {
    const { rows } = await pool.query<Record<string, string | Buffer | null>>(countAll);
    return {
      groups: rows.map((row) => ({ ...row, ...Object.fromEntries(times.map((name) => [name, spread(row[name])])) })),
    };
  });
};

function spread(bytes: string | Buffer | null | undefined): number[] {
  if (!Buffer.isBuffer(bytes)) return [];
  const sorted = new Int32Array(bytes.length / 4).map((_, index) => bytes.readInt32BE(index * 4)).sort();
  return [percentile(sorted, 0.5), percentile(sorted, 0.9)];
}
