import { chanceSql, oneOfSql } from './chance.ts';

/** How far seeded referrals have come: SQL of the columns that tell it, over what `from` joins to the number n of each; $1 to $2 are all numbers. */
export interface Course {
  from: string;
  columns: Readonly<Record<string, string>>;
}

/** Sent just now, and at once in this state. */
export const justNow = (state: 'sent' | 'accepted'): Course => ({
  from: '',
  columns: {
    state: `'${state}'`,
    priority: `'routine'`,
    district_id: `'TJK003D010'`,
    task_number: '1',
    no_shows: '0',
    created_at: 'now()',
    changed_at: 'now()',
    sent_at: 'now()',
    entered_state_at: 'now()',
    due_at: `now() + interval '5 days'`,
    wake_at: state === 'sent' ? `now() + interval '30 days'` : 'null',
  },
});

const many = <Text>(count: number, text: Text): Text[] => Array.from({ length: count }, () => text);
const openStates = [
  ...many(3, 'sent'),
  ...many(3, 'acknowledged'),
  'info_requested',
  ...many(4, 'accepted'),
  ...many(5, 'scheduled'),
  'no_show',
  ...many(3, 'in_service'),
];
const endedStates = [...many(15, 'closed'), 'completed', 'rejected', 'cancelled', 'expired', 'expired'];
const priorities = ['emergency', ...many(4, 'urgent'), ...many(15, 'routine')];
const outcomes = [...many(8, 'treated'), 'beneficiary-declined', 'lost-to-follow-up'];
const rejectionCodes = ['no-capacity', 'no-capacity', 'wrong-service', 'not-eligible'];
const barriers = ['transport', 'cost', 'documents'];

const chance = (salt: string): string => chanceSql('n', salt);
const days = (most: number, salt: string): string => `interval '${most} days' * ${chance(salt)} ^ 2`;
/** So long after, but not after now. */
const later = (than: string, by: string): string => `least(now(), ${than} + ${by})`;
const when = (condition: string, value: string): string => `case when ${condition} then ${value} end`;

/**
 * Sent one after the other through the last year, the highest number just now. Of what was sent in the last 30 days all is open, of the rest one in
 * twenty; the others have ended, most of them after care. One in ten came from another facility, which could not take the person.
 */
export const throughAYear: Course = {
  from: `
    cross join lateral (select now() - interval '365 days' * ($2 - n + 0.5) / ($2 - $1 + 1) as sent_at offset 0) sending
    cross join lateral (select case when sent_at > now() - interval '30 days' or ${chance('slow')} < 0.05
      then ${oneOfSql(openStates, chance('open'))} else ${oneOfSql(endedStates, chance('ended'))} end as state offset 0) ending
    cross join lateral (select state = 'rejected' or state = 'closed' and ${chance('rejected')} < 0.1 as is_rejected offset 0) refusing
    cross join lateral (select not is_rejected and state in ('accepted', 'scheduled', 'no_show', 'in_service', 'completed', 'closed') as is_taken_on,
      not is_rejected and state in ('in_service', 'completed', 'closed') as is_begun,
      not is_rejected and state in ('completed', 'closed') as is_completed offset 0) going
    cross join lateral (select ${when(`state not in ('sent', 'expired')`, later('sent_at', days(6, 'answer')))} as acknowledged_at offset 0) answering
    cross join lateral (select ${when('is_taken_on', later('acknowledged_at', days(4, 'accept')))} as accepted_at offset 0) accepting
    cross join lateral (select ${when('is_begun', later('accepted_at', days(15, 'start')))} as started_at offset 0) starting
    cross join lateral (select ${when('is_completed', later('started_at', days(30, 'complete')))} as completed_at offset 0) completing
    cross join lateral (select ${when('is_rejected', 'acknowledged_at')} as rejected_at,
      ${when(`state = 'closed'`, later('coalesce(completed_at, acknowledged_at)', days(14, 'close')))} as closed_at,
      ${when(`state = 'cancelled'`, later('acknowledged_at', days(10, 'cancel')))} as cancelled_at,
      ${when(`state = 'expired'`, later('sent_at', `interval '30 days'`))} as expired_at offset 0) leaving
    cross join lateral (select coalesce(closed_at, cancelled_at, expired_at, completed_at, started_at, accepted_at, acknowledged_at, sent_at) as entered_state_at offset 0) entering`,
  columns: {
    state: 'state',
    priority: oneOfSql(priorities, chance('priority')),
    district_id: `'TJK003D0' || (10 + floor(${chance('district')} * 60)::int)`,
    task_number: `case when n % 10 = 0 then 2 else 1 end`,
    no_shows: `(state = 'no_show' or state = 'closed' and ${chance('no show')} < 0.1)::int`,
    created_at: 'sent_at',
    changed_at: 'entered_state_at',
    sent_at: 'sent_at',
    acknowledged_at: 'acknowledged_at',
    accepted_at: 'accepted_at',
    started_at: 'started_at',
    completed_at: 'completed_at',
    rejected_at: 'rejected_at',
    cancelled_at: 'cancelled_at',
    expired_at: 'expired_at',
    closed_at: 'closed_at',
    facility_acted_at: 'coalesce(completed_at, started_at, accepted_at, acknowledged_at)',
    appointment_at: when(
      `state in ('scheduled', 'no_show')`,
      `entered_state_at + interval '10 days' * ${chance('appointment')}`,
    ),
    outcome: when('is_completed', oneOfSql(outcomes, chance('outcome'))),
    need_met: when(
      `is_completed and state = 'closed'`,
      `case when ${chance('asked')} < 0.8 then ${chance('need met')} < 0.8 end`,
    ),
    rejection_code: when('is_rejected', oneOfSql(rejectionCodes, chance('rejection'))),
    barrier: when(`${chance('hindered')} < 0.1`, oneOfSql(barriers, chance('barrier'))),
    entered_state_at: 'entered_state_at',
    due_at: when(
      `state not in ('completed', 'closed', 'rejected', 'cancelled', 'expired')`,
      `entered_state_at + interval '5 days'`,
    ),
    wake_at: 'null',
  },
};
