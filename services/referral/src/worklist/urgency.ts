import type { Priority } from '@rohnamo/contracts';
import type { ReferralRow } from '../schema.ts';

/** Where something stands in a worklist: the lower comes first. The last part tells any two referrals apart. */
export type Urgency = readonly [rank: number, atMs: number, id: string];

const rankOf = { emergency: 0, urgent: 1, routine: 2 } as const satisfies Record<Priority, number>;
/** A draft waits for nobody but who writes it. */
const rankOfDraft = 3;

/**
 * The order of a worklist: emergencies, urgent ones, routine ones, drafts; within each by when it is due, so that what is overdue
 * comes first, or, without a limit, by when it arose. It does not depend on the time, so a page goes on where the last one ended.
 * `urgencyColumns` of indexed.ts says the same to the database.
 */
export const urgencyOf = ({
  id,
  state,
  priority,
  dueAt,
  enteredStateAt,
}: Pick<ReferralRow, 'id' | 'state' | 'priority' | 'dueAt' | 'enteredStateAt'>): Urgency => [
  state === 'draft' ? rankOfDraft : rankOf[priority],
  (dueAt ?? enteredStateAt).getTime(),
  id,
];

export function byUrgency(one: Urgency, other: Urgency): number {
  if (one[0] !== other[0]) return one[0] - other[0];
  if (one[1] !== other[1]) return one[1] - other[1];
  return one[2] < other[2] ? -1 : Number(one[2] > other[2]);
}
