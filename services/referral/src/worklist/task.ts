import type { WorklistTask } from '@rohnamo/contracts';
import { hearingOf, isHeard, mayBeSpokenIn } from '../conversation/decide.ts';
import { cancelUnconfirmed, consentEnded } from '../lifecycle/effects.ts';
import { awaitedStates, openStates, undecidedStates } from '../lifecycle/states.ts';
import type { CurrentParty } from '../party.ts';
import { after, limitAt, sentAtOf, type TimeLimits } from '../lifecycle/time-limits.ts';
import type { Said, WorkRow } from './row.ts';

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
  said?: Said;
}

/** After how often not attending somebody calls the person. */
export const noShowsBeforeCall = 3;

/** What is stopped, and not by its referrer, is theirs to go on with: what is to be done for each reason, and why. */
export const stoppedByOthers: Readonly<
  Record<string, Pick<Task, 'why'> & { code: 'choose-another-place' | 'ask-consent' }>
> = {
  [cancelUnconfirmed]: {
    code: 'choose-another-place',
    why: 'It was stopped at your word, and the facility never confirmed it.',
  },
  declined: {
    code: 'choose-another-place',
    why: 'The facility says that the person does not want it: close it, or choose another place with them.',
  },
  revoked: { code: 'choose-another-place', why: 'A supervisor has stopped it: close it, or choose another place.' },
  [consentEnded]: { code: 'ask-consent', why: 'The consent ended before anybody had accepted: ask the person anew.' },
};

/** How long what a person said waits for a supervisor: as long as a closed referral can be reopened. */
export const feedbackWaitsMs = 30 * 24 * 3600 * 1000;

/** What a referral asks of somebody now, as facility before as referrer; null where it is not theirs to move. */
export function taskOf(row: WorkRow, party: CurrentParty, occasion: Occasion): Task | null {
  switch (party.as) {
    case 'facility':
      return (
        orMessage(facilityTask(row, occasion.now), messageToAnswer(row, 'facility', occasion)) ??
        (party.refers === true ? referrerTask(row, occasion) : null)
      );
    case 'referrer':
      return orMessage(referrerTask(row, occasion), messageToAnswer(row, 'referrer', occasion));
    case 'successor':
      return null;
    case 'supervisor':
      return feedbackToHear(row, occasion) ?? supervisorTask(row, occasion);
  }
}

/** What somebody waits for, and is over once it is done; a message is answered by doing it. Anything else lasts, and a message comes first. */
const comesBeforeMessages: readonly WorklistTask[] = [
  'acknowledge',
  'decide',
  'record-visit',
  'confirm-cancel',
  'answer-question',
];
const orMessage = (own: Task | null, message: Task | null): Task | null =>
  own !== null && comesBeforeMessages.includes(own.code) ? own : (message ?? own);

/** The other side wrote last, where it can be read and answered, and nobody of this side has acted since. */
function messageToAnswer(row: WorkRow, as: 'referrer' | 'facility', { said, now }: Occasion): Task | null {
  const message = said?.message ?? null;
  const hearing = hearingOf(row, { as }, now);
  if (message === null || message.by === as || hearing === null || !isHeard(message, hearing)) return null;
  if (!(openStates as readonly string[]).includes(row.state) || !mayBeSpokenIn(row, now)) return null;
  const actedAt = as === 'facility' ? row.facilityActedAt : row.referrerActedAt;
  if (actedAt !== null && actedAt >= message.sentAt) return null;
  const who = as === 'facility' ? 'The referrer' : 'The facility';
  return {
    code: 'answer-message',
    why: `${who} has written, and nobody of yours has answered.`,
    since: message.sentAt,
  };
}

/** The person says of this attempt that it did not help, and no supervisor has acted since. */
function feedbackToHear(row: WorkRow, { said, now }: Occasion): Task | null {
  const feedback = said?.feedback ?? null;
  if (feedback === null || feedback.kind === 'helped' || feedback.taskId !== row.taskId) return null;
  if (row.state === 'entered_in_error' || now.getTime() - feedback.givenAt.getTime() > feedbackWaitsMs) return null;
  if (row.supervisorActedAt !== null && row.supervisorActedAt >= feedback.givenAt) return null;
  const what = feedback.kind === 'not-helped' ? 'were not helped' : 'did not go';
  return { code: 'feedback', why: `The person says that they ${what}.`, since: feedback.givenAt };
}

function facilityTask(row: WorkRow, now: Date): Task | null {
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

function referrerTask(row: WorkRow, occasion: Occasion): Task | null {
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
    case 'cancelled': {
      const stop = stoppedByOthers[reasonCode ?? ''];
      return stop === undefined || isOwnWord(row) || row.walkIn ? null : task(stop.code, stop.why);
    }
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

/** Whether the referrer brought a referral into its state. */
const isOwnWord = ({ referrerActedAt, enteredStateAt }: WorkRow): boolean =>
  referrerActedAt !== null && referrerActedAt >= enteredStateAt;

/** A facility that is late is called: about an emergency at once, about what is urgent when it has waited for days. */
function facilityToCall(row: WorkRow, { limits, now }: Occasion): Task | null {
  const { callAfter } = limits.byPriority[row.priority];
  if (callAfter === null || !isOverdue(row, now)) return null;
  const since = callAfter === 'overdue' ? row.dueAt : after(limits, sentAtOf(row), callAfter);
  return since <= now
    ? { code: 'call-facility', why: 'The facility is late, and this does not wait: call it.', since }
    : null;
}

function supervisorTask(row: WorkRow, { limits, now }: Occasion): Task | null {
  if (!isOverdue(row, now)) return null;
  const offeredAt = rerouteOfferedAt(row, limits);
  if (offeredAt !== null && offeredAt <= now)
    return { code: 'offer-reroute', why: 'Nobody has decided: offer another place.', since: offeredAt };
  const who = row.state === 'info_requested' ? 'The referrer' : 'The facility';
  return { code: 'silent', why: `${who} is late with an answer.`, since: row.dueAt };
}

function rerouteOfferedAt(row: WorkRow, limits: TimeLimits): Date | null {
  const offer = limits.byPriority[row.priority].onSilence.find(({ action }) => action === 'offer_reroute');
  return offer && undecidedStates.includes(row.state) ? limitAt(limits, row, offer.atPercent) : null;
}

/** Whether an answer is waited for, and late. */
const isOverdue = (row: WorkRow, now: Date): row is WorkRow & { dueAt: Date } =>
  awaitedStates.includes(row.state) && row.dueAt !== null && row.dueAt < now;
