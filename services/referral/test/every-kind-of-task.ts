import { actionBodies, type ServedAction } from '@rohnamo/contracts';
import { tajikistan } from '../src/lifecycle/calendar.ts';
import { type Command, systemActions } from '../src/lifecycle/command.ts';
import { decide } from '../src/lifecycle/decide.ts';
import { placeOf } from '../src/lifecycle/new-task.ts';
import type { Party } from '../src/lifecycle/states.ts';
import { defaultTimeLimits } from '../src/lifecycle/time-limits.ts';
import type { ReferralRow, TaskRow } from '../src/schema.ts';
import type { TaskKind } from '../src/statistics/task-kind.ts';
import { aReferralRow } from './a-referral-row.ts';

const now = new Date('2026-11-24T06:00:00.000Z');
const limits = defaultTimeLimits(tajikistan);
const parties: Party[] = ['referrer', 'facility', 'referrer-supervisor', 'facility-supervisor', 'successor', 'system'];

/** Codes that stand for all of their kind: one is told apart from another and from none. */
const codes = {
  rejections: ['no-capacity', 'not-eligible', 'wrong-service'],
  barriers: ['cost', 'transport'],
  outcomes: ['treated', 'died'],
} as const;
const withBarrier = (body: object): object[] => [body, ...codes.barriers.map((barrier) => ({ ...body, barrier }))];
const bodies: { [Action in Command['action']]?: object[] } = {
  reject: codes.rejections.flatMap((code) => withBarrier({ code })),
  schedule: [{ appointmentAt: now.toISOString() }],
  reschedule: [{ appointmentAt: now.toISOString() }],
  record_no_show: withBarrier({}),
  complete: codes.outcomes.flatMap((outcome) => withBarrier({ outcome })),
  close: [true, false].flatMap((needMet) => withBarrier({ needMet })),
  decline: withBarrier({}),
  request_info: [{ question: 'Which hand?' }],
  answer_info: [{ answer: 'The left.' }],
};
const silent = new Set<string>(['remind', 'escalate', 'offer_reroute']);
/** They change who refers, and nothing of how a task goes. */
const transfers = new Set<string>(['propose_transfer', 'accept_transfer', 'decline_transfer', 'hand_over']);
const actions = [...new Set([...(Object.keys(actionBodies) as ServedAction[]), ...systemActions])];
const commands = actions
  .filter((action) => !silent.has(action) && !transfers.has(action))
  .flatMap((action) => (bodies[action] ?? [{}]).map((body) => ({ action, body }) as Command));

/** A referral with its current task, or a task that has ended. */
type AnyTask = ReferralRow | TaskRow;

/** What is counted of a task. */
export const kindOf = (task: AnyTask): TaskKind => ({
  isAnswered: task.acknowledgedAt !== null,
  isAccepted: task.acceptedAt !== null,
  isCompleted: task.completedAt !== null,
  outcome: task.outcome,
  needMet: task.needMet,
  didNotAttend: task.noShows > 0,
  rejectionCode: task.rejectionCode,
  isCancelled: task.cancelledAt !== null,
  isExpired: task.expiredAt !== null,
  isClosed: task.closedAt !== null,
  barrier: task.barrier,
});

/**
 * A task of each kind that a sent referral can come to by whatever anybody may do, and that can end as the next one begins. Each is there
 * as a current one or as one that has ended, or as both.
 */
export function everyKindOfTask(): AnyTask[] {
  const sent = aReferralRow({ state: 'sent' });
  const target = { taskId: '01934b6e-7c1a-7e2f-9d3b-0000000000aa', place: placeOf(sent) };
  const tasks = new Map<string, AnyTask>();
  const reached = new Set<string>();
  const toVisit: ReferralRow[] = [sent];
  for (let row = toVisit.pop(); row !== undefined; row = toVisit.pop()) {
    const key = JSON.stringify([row.state, row.previousState, row.sharingStopped, kindOf(row)]);
    if (reached.has(key) || row.state === 'entered_in_error') continue;
    reached.add(key);
    tasks.set(`current ${JSON.stringify(kindOf(row))}`, row);
    for (const command of commands)
      for (const party of parties) {
        const verdict = decide(row, command, { party, now, limits, target });
        if (verdict.kind === 'illegal') continue;
        if (verdict.ended === null) toVisit.push(verdict.next);
        else tasks.set(`ended ${JSON.stringify(kindOf(verdict.ended))}`, verdict.ended);
      }
  }
  return [...tasks.values()];
}
