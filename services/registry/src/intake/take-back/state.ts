import type { TakeBackState } from '@rohnamo/contracts';
import type { Actor } from '@rohnamo/journal';

/** How far taking a batch back has got. */
export interface TakeBack {
  state: TakeBackState;
  startedAt: string;
  finishedAt: string | null;
  /** Persons whose first row is up to this one have been gone through: work goes on after it. */
  afterRow: number;
  personsTakenBack: number;
  personsLeft: number;
  /** Who asked for it: the actor of every change that it makes. */
  actor: Actor;
  traceparent: string | null;
}
