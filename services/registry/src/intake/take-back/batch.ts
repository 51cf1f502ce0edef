import type { EventType } from '@rohnamo/contracts';
import type { Change, Decision } from '@rohnamo/journal';
import { refused, type Refused } from '@rohnamo/service-kit';
import type { Act } from '../../act.ts';
import type { IntakeBatchRow } from '../../schema.ts';
import { batchChange } from '../decide.ts';
import { refuseUntold } from '../told.ts';
import type { Undone } from './decide.ts';
import type { TakeBack } from './state.ts';

const illegal = (detail: string) =>
  ({ refuse: refused('illegal-action', { detail, extensions: { allowedActions: [] } }) }) as const;

/** Begins to take a batch back, once it is over, and as long as it is kept what its rows did. One that went wrong goes on from where it was. */
export function decideTakeBack(
  batch: IntakeBatchRow,
  act: Act,
  takeBackDays: number,
): Decision<IntakeBatchRow, Refused> {
  if (batch.dryRun) return illegal('It is a preview: its rows have done nothing.');
  if (batch.finishedAt === null)
    return illegal('It is still being worked off: ask again once `finishedAt` says that it is over.');
  if (batch.takeBack?.state === 'running') return illegal('It is being taken back.');
  if (batch.takeBack?.state === 'done') return illegal('It has been taken back.');
  const untold = refuseUntold(batch, act.time, takeBackDays);
  if (untold !== null) return { refuse: untold };
  const takeBack: TakeBack = {
    ...(batch.takeBack ?? { afterRow: 0, personsTakenBack: 0, personsLeft: 0, startedAt: act.time.toISOString() }),
    state: 'running',
    finishedAt: null,
    actor: act.actor,
    traceparent: act.traceparent,
  };
  const next = { ...batch, takeBack, progressedAt: act.time };
  return {
    record: { changes: [takeBackChange(next, 'intake-batch.taking-back.v1', act.time)] },
    result: { ...next, version: batch.version + 1 },
  };
}

/** The batch after some persons more have been gone through: those whose first row is up to `afterRow`. */
export function advanced(
  batch: IntakeBatchRow,
  { undone, afterRow, isOver, time }: { undone: readonly Undone[]; afterRow: number; isOver: boolean; time: Date },
): Change {
  const takeBack = takeBackIn(batch);
  const takenBack = undone.filter(({ result }) => result === 'taken-back').length;
  const next: TakeBack = {
    ...takeBack,
    state: isOver ? 'done' : 'running',
    finishedAt: isOver ? time.toISOString() : null,
    afterRow,
    personsTakenBack: takeBack.personsTakenBack + takenBack,
    personsLeft: takeBack.personsLeft + undone.length - takenBack,
  };
  const type = isOver ? 'intake-batch.taken-back.v1' : 'intake-batch.progressed.v1';
  return takeBackChange({ ...batch, takeBack: next, progressedAt: time }, type, time);
}

/** Taking it back given up: what was taken back stays so. */
export function takeBackFailed(batch: IntakeBatchRow, time: Date): Change {
  const takeBack: TakeBack = { ...takeBackIn(batch), state: 'failed', finishedAt: time.toISOString() };
  return takeBackChange({ ...batch, takeBack, progressedAt: time }, 'intake-batch.take-back-failed.v1', time);
}

/** @throws where nobody has asked to take it back */
export function takeBackIn({ takeBack }: IntakeBatchRow): TakeBack {
  if (takeBack === null) throw new Error('nobody has asked to take it back');
  return takeBack;
}

function takeBackChange({ version, ...next }: IntakeBatchRow, type: EventType, time: Date): Change {
  const { actor, traceparent } = takeBackIn({ version, ...next });
  const change = batchChange(next, { expected: version, time });
  return { ...change, entry: { ...change.entry, type, actor, traceparent } };
}
