import type { BarrierCode, OutcomeCode, RejectionCode } from '@rohnamo/contracts';
import { isUnserved } from '../lifecycle/effects.ts';

/** All that is counted of one task. Tasks of which it is the same are of one kind, and counted alike. */
export interface TaskKind {
  isAnswered: boolean;
  isAccepted: boolean;
  isCompleted: boolean;
  outcome: OutcomeCode | null;
  /** What the referrer has said; null: nothing. */
  needMet: boolean | null;
  didNotAttend: boolean;
  rejectionCode: RejectionCode | null;
  isCancelled: boolean;
  isExpired: boolean;
  isClosed: boolean;
  barrier: BarrierCode | null;
}

/** The figures in which a task of this kind counts. What has happened to a task stays counted whatever happens next. */
export function figuresOf(kind: TaskKind): string[] {
  const isServed = kind.outcome !== null && !isUnserved(kind.outcome);
  return [
    'sent',
    ...(kind.isAnswered ? ['answered'] : []),
    ...(kind.isAccepted ? ['accepted'] : []),
    ...(kind.isCompleted ? ['completed'] : []),
    ...(isServed ? ['served'] : []),
    ...(isServed && kind.needMet === true ? ['servedConfirmed'] : []),
    ...(isServed && kind.needMet === null && kind.isClosed ? ['servedUnconfirmed'] : []),
    ...(kind.didNotAttend ? ['noShow'] : []),
    ...(kind.isClosed ? ['closed'] : []),
    ...(kind.rejectionCode === null ? [] : ['rejected', `rejection.${kind.rejectionCode}`]),
    ...(kind.isCancelled ? ['cancelled'] : []),
    ...(kind.isExpired ? ['expired'] : []),
    ...(kind.barrier === null ? [] : [`barrier.${kind.barrier}`]),
  ];
}
