import type { NeedCategory, Priority, ReferralAction } from '@rohnamo/contracts';
import type { SilenceAction } from './command.ts';
import type { ReferralRow, TaskRow } from '../schema.ts';
import { rowsOf } from './states.ts';
import { type Clocked, dueAt, type TimeLimits } from './time-limits.ts';

/** Prophylaxis after sexual violence counts from the event, so nothing of it waits its turn: the need itself makes it an emergency. */
export const isForced = (need: NeedCategory): boolean => need === 'sexual-violence';

const silenceActions = ['remind', 'escalate', 'offer_reroute'] as const satisfies readonly SilenceAction[];

/** An emergency that nobody asked for tells the need. In its place is told what is as urgent to watch, and never expires either. */
const toldInstead: Priority = 'urgent';

/** What is told of a referral's priority, and of when its answer is due, to whoever may not know the need; null: what they are. */
export const toldAs = (
  limits: TimeLimits,
  row: Clocked & Pick<ReferralRow, 'needCategory'>,
): Pick<ReferralRow, 'toldPriority' | 'toldDueAt'> =>
  isForced(row.needCategory)
    ? { toldPriority: toldInstead, toldDueAt: dueAt(limits, { ...row, priority: toldInstead }) }
    : { toldPriority: null, toldDueAt: null };

/** Whether what the system does in silence is told to the desk alone: when it does tells the priority. */
export const isOfDeskAlone = ({ needCategory }: Pick<ReferralRow, 'needCategory'>, action: ReferralAction): boolean =>
  isForced(needCategory) && (silenceActions as readonly ReferralAction[]).includes(action);

/** Whether the time of an event tells a priority that the need alone explains. */
export const isToldByTime = ({ toldPriority }: Pick<ReferralRow, 'toldPriority'>, eventType: string): boolean =>
  toldPriority !== null && silenceEvents.includes(eventType);
const silenceEvents: readonly string[] = silenceActions.flatMap((action) => rowsOf(action).map(({ event }) => event));

/** A referral as it is told to whoever may not know the need. */
export const asTold = <Row extends Pick<ReferralRow, 'priority' | 'dueAt' | 'toldPriority' | 'toldDueAt'>>(
  row: Row,
): Row => (row.toldPriority === null ? row : { ...row, priority: row.toldPriority, dueAt: row.toldDueAt });

/** The priority of an ended task, told so. */
export const toldOfTask = ({ needCategory, priority }: Pick<TaskRow, 'needCategory' | 'priority'>): Priority =>
  isForced(needCategory) ? toldInstead : priority;
