import { type Priority, Priority as Priorities, type ReferralState, worklistTasks } from '@rohnamo/contracts';
import type { WorklistTask } from '@rohnamo/contracts';
import { awaitedStates, undecidedStates } from '../lifecycle/states.ts';
import type { TimeLimits } from '../lifecycle/time-limits.ts';
import { noShowsBeforeCall, stoppedByOthers } from './task.ts';

/** Which referrals may bring work of the tasks that are asked for: at the least all that do, as `taskOf` decides. What is null or empty brings none. */
export interface WorkAsked {
  /** In whatever circumstances. */
  states: readonly ReferralState[];
  /** Of those that are scheduled, whose time has come by then. */
  scheduledUntil: Date | null;
  /** Of those that others than the referrer have cancelled, for these reasons. */
  cancelledFor: readonly string[];
  /** Of those who did not attend, who did not so often. */
  noShowsMin: number | null;
  /** Whose answer is late. */
  late: { states: readonly ReferralState[]; priorities: readonly Priority[] };
  /** Where the other side has written. */
  withMessages: boolean;
}

/** @returns null where no work of this party is asked for that hangs on the referral. */
export function workAsked(
  party: keyof typeof worklistTasks,
  { tasks, limits, now }: { tasks?: readonly WorklistTask[] | undefined; limits: TimeLimits; now: Date },
): WorkAsked | null {
  const codes: readonly WorklistTask[] = worklistTasks[party];
  const asked = codes.filter((code) => code !== 'feedback' && (tasks?.includes(code) ?? true));
  if (asked.length === 0) return null;
  const ifAsked = <Value>(code: WorklistTask, value: Value): Value | null => (asked.includes(code) ? value : null);
  return {
    states: asked.flatMap((code) => statesOf[code] ?? []),
    scheduledUntil: ifAsked('record-visit', now),
    cancelledFor: Object.entries(stoppedByOthers).flatMap(([reason, { code }]) => (asked.includes(code) ? reason : [])),
    noShowsMin: ifAsked('call-person', noShowsBeforeCall),
    late: lateOnes(asked, limits),
    withMessages: asked.includes('answer-message'),
  };
}

/** What is to be done in a state, whatever else there is. */
const statesOf: Partial<Record<WorklistTask, readonly ReferralState[]>> = {
  acknowledge: ['sent'],
  decide: ['acknowledged'],
  'give-appointment': ['accepted', 'no_show'],
  'report-outcome': ['in_service'],
  'confirm-cancel': ['cancel_requested'],
  'answer-question': ['info_requested'],
  'choose-another-place': ['rejected', 'expired'],
  'confirm-outcome': ['completed'],
  'send-draft': ['draft'],
};

function lateOnes(asked: readonly WorklistTask[], { byPriority }: TimeLimits): WorkAsked['late'] {
  const { options } = Priorities;
  if (asked.includes('silent')) return { states: awaitedStates, priorities: options };
  if (asked.includes('call-facility'))
    return { states: awaitedStates, priorities: options.filter((one) => byPriority[one].callAfter !== null) };
  if (!asked.includes('offer-reroute')) return { states: [], priorities: [] };
  const isOffered = (one: Priority) => byPriority[one].onSilence.some(({ action }) => action === 'offer_reroute');
  return { states: undecidedStates, priorities: options.filter(isOffered) };
}
