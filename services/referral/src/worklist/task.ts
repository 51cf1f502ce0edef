import type { WorklistTask } from '@rohnamo/contracts';
import { cancelUnconfirmed } from '../lifecycle/effects.ts';
import { awaitedStates, undecidedStates } from '../lifecycle/states.ts';
import { after, limitAt, sentAtOf, type TimeLimits } from '../lifecycle/time-limits.ts';
import type { ReferralRow } from '../schema.ts';

/** Something to do about a referral. */
export interface Task {
  code: WorklistTask;
  why: string;
  /** Since when it has been there to do. */
  since: Date;
}

interface Occasion {
  limits: TimeLimits;
  now: Date;
}

/** After how often not attending somebody calls the person. */
export const noShowsBeforeCall = 3;

/** What a referral asks of one party now; null where it is not theirs to move. */
export function taskOf(row: ReferralRow, as: 'referrer' | 'facility' | 'supervisor', occasion: Occasion): Task | null {
  switch (as) {
    case 'facility':
      return facilityTask(row, occasion.now);
    case 'referrer':
      return referrerTask(row, occasion);
    case 'supervisor':
      return supervisorTask(row, occasion);
  }
}

function facilityTask(row: ReferralRow, now: Date): Task | null {
  const { state, enteredStateAt, appointmentAt } = row;
  const task = (code: WorklistTask, why: string, since = enteredStateAt): Task => ({ code, why, since });
  switch (state) {
    case 'sent':
      return task('acknowledge', 'It was sent to you, and nobody has said that they look at it.');
    case 'acknowledged':
      return task('decide', 'You have it, and have not said yes or no.');
    case 'accepted':
      return task('give-appointment', 'The person was taken on, and has no appointment.');
    case 'no_show':
      return task('give-appointment', 'The person did not attend: give another appointment, or say how it ended.');
    case 'scheduled':
      return appointmentAt !== null && appointmentAt <= now
        ? task('record-visit', 'The time of the appointment has come: say whether the person attended.', appointmentAt)
        : null;
    case 'in_service':
      return task('report-outcome', 'Care has begun, and no outcome was reported.');
    case 'cancel_requested':
      return task('confirm-cancel', 'The referrer wants it stopped.');
    default:
      return null;
  }
}

function referrerTask(row: ReferralRow, occasion: Occasion): Task | null {
  const { state, enteredStateAt, noShows, reasonCode } = row;
  const task = (code: WorklistTask, why: string, since = enteredStateAt): Task => ({ code, why, since });
  switch (state) {
    case 'draft':
      return task('send-draft', 'It was written, and not sent.');
    case 'info_requested':
      return task('answer-question', 'The facility has asked you a question.');
    case 'rejected':
      return task('choose-another-place', 'The person cannot be taken there.');
    case 'expired':
      return task('choose-another-place', 'Nobody answered in time.');
    case 'cancelled':
      return reasonCode === cancelUnconfirmed
        ? task('choose-another-place', 'It was stopped at your word, and the facility never confirmed it.')
        : null;
    case 'completed':
      return task('confirm-outcome', 'The facility has reported an outcome: say whether the need was met.');
    case 'no_show':
      return noShows >= noShowsBeforeCall
        ? task('call-person', 'The person was given several appointments, and did not attend.')
        : facilityToCall(row, occasion);
    default:
      return facilityToCall(row, occasion);
  }
}

/** A facility that is late is called: about an emergency at once, about what is urgent when it has waited for days. */
function facilityToCall(row: ReferralRow, { limits, now }: Occasion): Task | null {
  const { callAfter } = limits.byPriority[row.priority];
  if (callAfter === null || !isOverdue(row, now)) return null;
  const since = callAfter === 'overdue' ? row.dueAt : after(limits, sentAtOf(row), callAfter);
  return since <= now
    ? { code: 'call-facility', why: 'The facility is late, and this does not wait: call it.', since }
    : null;
}

function supervisorTask(row: ReferralRow, { limits, now }: Occasion): Task | null {
  if (!isOverdue(row, now)) return null;
  const offeredAt = rerouteOfferedAt(row, limits);
  if (offeredAt !== null && offeredAt <= now)
    return { code: 'offer-reroute', why: 'Nobody has decided: offer another place.', since: offeredAt };
  const who = row.state === 'info_requested' ? 'The referrer' : 'The facility';
  return { code: 'silent', why: `${who} is late with an answer.`, since: row.dueAt };
}

function rerouteOfferedAt(row: ReferralRow, limits: TimeLimits): Date | null {
  const offer = limits.byPriority[row.priority].onSilence.find(({ action }) => action === 'offer_reroute');
  return offer && undecidedStates.includes(row.state) ? limitAt(limits, row, offer.atPercent) : null;
}

/** Whether an answer is waited for, and late. */
const isOverdue = (row: ReferralRow, now: Date): row is ReferralRow & { dueAt: Date } =>
  awaitedStates.includes(row.state) && row.dueAt !== null && row.dueAt < now;
