import type { Priority, ReferralState } from '@rohnamo/contracts';
import { addWorkingTime, type Calendar } from './calendar.ts';
import type { SilenceAction } from './command.ts';

/** A length of time: by the wall clock, or in working days. Parts of either count. */
export type Span = { hours: number } | { workingDays: number };

/** One thing that is done in silence, once so many percent of the limit that runs in the present state have gone. */
export interface SilenceStep {
  action: SilenceAction;
  atPercent: number;
}

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
  /** In the order in which they come. */
  onSilence: readonly SilenceStep[];
  /** From sending to the referrer's calling a facility that is late; `overdue`: as soon as it is; null: it is not asked of them. */
  callAfter: Span | 'overdue' | null;
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
      onSilence: [{ action: 'escalate', atPercent: 100 }],
      callAfter: 'overdue',
    },
    urgent: {
      acknowledgeWithin: { hours: 8 },
      decideWithin: { hours: 24 },
      serviceWithin: { hours: 72 },
      outcomeWithin: { hours: 7 * 24 },
      expireAfter: null,
      onSilence: [
        { action: 'escalate', atPercent: 100 },
        { action: 'offer_reroute', atPercent: 150 },
      ],
      callAfter: { hours: 7 * 24 },
    },
    routine: {
      acknowledgeWithin: { workingDays: 2 },
      decideWithin: { workingDays: 5 },
      serviceWithin: { workingDays: 14 },
      outcomeWithin: { workingDays: 14 },
      expireAfter: { hours: 30 * 24 },
      onSilence: [
        { action: 'remind', atPercent: 50 },
        { action: 'remind', atPercent: 80 },
        { action: 'remind', atPercent: 100 },
      ],
      callAfter: null,
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

/** The instant that lies a length of time after another. */
export const after = ({ calendar }: Pick<TimeLimits, 'calendar'>, from: Date, span: Span): Date =>
  'hours' in span
    ? new Date(from.getTime() + span.hours * 3600 * 1000)
    : addWorkingTime(calendar, from, span.workingDays);

const partOf = (span: Span, percent: number): Span =>
  'hours' in span ? { hours: (span.hours * percent) / 100 } : { workingDays: (span.workingDays * percent) / 100 };

/** The limit that runs in the present state, and since when; null where nobody is waited for. */
function runningLimit(limits: TimeLimits, clocked: Clocked): { from: Date; span: Span } | null {
  const { state, priority, enteredStateAt } = clocked;
  const of = limits.byPriority[priority];
  const sent = sentAtOf(clocked);
  switch (state) {
    case 'sent':
      return { from: sent, span: of.acknowledgeWithin };
    case 'acknowledged':
    case 'info_requested':
      return { from: sent, span: of.decideWithin };
    case 'accepted':
    case 'scheduled':
    case 'no_show':
      return { from: sent, span: of.serviceWithin };
    case 'in_service':
      return { from: enteredStateAt, span: of.outcomeWithin };
    case 'completed':
      return { from: enteredStateAt, span: limits.autoCloseAfter };
    case 'cancel_requested':
      return { from: enteredStateAt, span: limits.confirmCancelWithin };
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

/** Since when a task is waited for. */
export const sentAtOf = ({ sentAt, enteredStateAt }: Pick<Clocked, 'sentAt' | 'enteredStateAt'>): Date =>
  sentAt ?? enteredStateAt;

/** The instant at which so many percent of the limit that runs in the present state have gone; null where none runs. */
export function limitAt(limits: TimeLimits, clocked: Clocked, percent: number): Date | null {
  const running = runningLimit(limits, clocked);
  return running && after(limits, running.from, partOf(running.span, percent));
}

/** When the next answer is due, by the state it is waited for in; null where nobody is waited for. */
export const dueAt = (limits: TimeLimits, clocked: Clocked): Date | null => limitAt(limits, clocked, 100);
