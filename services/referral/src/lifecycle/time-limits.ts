import type { Priority, ReferralState } from '@rohnamo/contracts';
import { addWorkingDays, type Calendar } from './calendar.ts';

/** A length of time: by the wall clock, or in working days. */
export type Span = { hours: number } | { workingDays: number };

export interface PriorityLimits {
  /** From sending to the first sign that somebody looks. */
  acknowledgeWithin: Span;
  /** From sending to a yes or a no. */
  decideWithin: Span;
  /** From sending to the beginning of care. */
  serviceWithin: Span;
  /** From the visit to the report. */
  outcomeWithin: Span;
  /** From sending to the end of an unanswered referral; null: it never expires by itself. */
  expireAfter: Span | null;
}

export interface TimeLimits {
  calendar: Calendar;
  byPriority: Record<Priority, PriorityLimits>;
  /** From completion to closing without the referrer's word. */
  autoCloseAfter: Span;
  /** From the wish to cancel to cancelling without the facility's word. */
  confirmCancelWithin: Span;
}

/** The table of the inter-agency form and our own decisions (docs/time-limits.md); all of it is configuration. */
export const defaultTimeLimits = (calendar: Calendar): TimeLimits => ({
  calendar,
  byPriority: {
    emergency: {
      acknowledgeWithin: { hours: 1 },
      decideWithin: { hours: 4 },
      serviceWithin: { hours: 24 },
      outcomeWithin: { hours: 48 },
      expireAfter: null,
    },
    urgent: {
      acknowledgeWithin: { hours: 8 },
      decideWithin: { hours: 24 },
      serviceWithin: { hours: 72 },
      outcomeWithin: { hours: 7 * 24 },
      expireAfter: null,
    },
    routine: {
      acknowledgeWithin: { workingDays: 2 },
      decideWithin: { workingDays: 5 },
      serviceWithin: { workingDays: 14 },
      outcomeWithin: { workingDays: 14 },
      expireAfter: { hours: 30 * 24 },
    },
  },
  autoCloseAfter: { hours: 14 * 24 },
  confirmCancelWithin: { hours: 24 },
});

/** The instants that limits are counted from. */
export interface Clocked {
  state: ReferralState;
  priority: Priority;
  sentAt: Date | null;
  enteredStateAt: Date;
}

const after = ({ calendar }: TimeLimits, from: Date, span: Span): Date =>
  'hours' in span
    ? new Date(from.getTime() + span.hours * 3600 * 1000)
    : addWorkingDays(calendar, from, span.workingDays);

/** When the next answer is due, by the state it is waited for in; null where nobody is waited for. */
export function dueAt(limits: TimeLimits, { state, priority, sentAt, enteredStateAt }: Clocked): Date | null {
  const of = limits.byPriority[priority];
  switch (state) {
    case 'sent':
      return after(limits, sentAt ?? enteredStateAt, of.acknowledgeWithin);
    case 'acknowledged':
    case 'info_requested':
      return after(limits, sentAt ?? enteredStateAt, of.decideWithin);
    case 'accepted':
    case 'scheduled':
    case 'no_show':
      return after(limits, sentAt ?? enteredStateAt, of.serviceWithin);
    case 'in_service':
      return after(limits, enteredStateAt, of.outcomeWithin);
    case 'completed':
      return after(limits, enteredStateAt, limits.autoCloseAfter);
    case 'cancel_requested':
      return after(limits, enteredStateAt, limits.confirmCancelWithin);
    case 'draft':
    case 'closed':
    case 'rejected':
    case 'redirected':
    case 'cancelled':
    case 'expired':
    case 'entered_in_error':
      return null;
  }
}

/** When the system acts by itself if nobody else has, and how; null where it never does. */
export function nextWake(
  limits: TimeLimits,
  clocked: Clocked,
): { at: Date; action: 'expire' | 'auto_close' | 'confirm_cancel' } | null {
  const { state, priority, sentAt, enteredStateAt } = clocked;
  if (state === 'completed') return { at: after(limits, enteredStateAt, limits.autoCloseAfter), action: 'auto_close' };
  if (state === 'cancel_requested')
    return { at: after(limits, enteredStateAt, limits.confirmCancelWithin), action: 'confirm_cancel' };
  const { expireAfter } = limits.byPriority[priority];
  const undecided = state === 'sent' || state === 'acknowledged' || state === 'info_requested';
  return undecided && expireAfter
    ? { at: after(limits, sentAt ?? enteredStateAt, expireAfter), action: 'expire' }
    : null;
}
