import type { Change, Projection } from '@rohnamo/journal';
import { isDeepStrictEqual } from 'node:util';
import { personChange } from '../person/decide.ts';
import type { BeneficiaryRow, IntakeBatchRow } from '../schema.ts';
import type { PersonRow, RefusedRow } from './read-row.ts';
import { hear } from './source-memory.ts';

/** What became of some rows, in the batch's own counters. */
export type Tally = Pick<
  IntakeBatchRow,
  'rowsRead' | 'rowsRegistered' | 'rowsUpdated' | 'rowsUnchanged' | 'rowsRefused'
>;

export interface WorkedOff {
  changes: Change[];
  /** Persons of whom a row said nothing new: that it was taken is kept, and they stand at their version. */
  projections: Projection[];
  tally: Tally;
}

/**
 * What rows do to the persons that are known, in the order of the file. It stops before a row that would write somebody a
 * second time, for a version is one change: the rest is for the next commit. So the outcome is the same however the file is cut.
 * @param known the organisation's persons of this source system, by external id, as they stand.
 */
export function workOff(
  rows: readonly (PersonRow | RefusedRow)[],
  {
    batch,
    known,
    time,
    newId,
  }: { batch: IntakeBatchRow; known: ReadonlyMap<string, BeneficiaryRow>; time: Date; newId: () => string },
): WorkedOff {
  const pending = new Map<string, { person: BeneficiaryRow; isWritten: boolean }>();
  const changes: Change[] = [];
  const projections: Projection[] = [];
  const tally: Tally = { rowsRead: 0, rowsRegistered: 0, rowsUpdated: 0, rowsUnchanged: 0, rowsRefused: 0 };
  const act = { actor: batch.actor, organisationId: batch.organisationId, time, traceparent: batch.traceparent };

  for (const row of rows) {
    if ('complaints' in row) tally.rowsRefused += 1;
    else {
      const { externalId } = row;
      const { person, isWritten } = pending.get(externalId) ?? { person: known.get(externalId), isWritten: false };
      const { next, isChange, isKept } = afterRow(row, person, { batch, time, newId });
      const expected = person?.version ?? 0;
      if (isWritten && (isChange || isKept)) break;
      if (isChange) changes.push(personChange(next, expected, act, { batchId: batch.id }));
      else if (isKept) projections.push({ kind: 'beneficiary', id: next.id, expected, version: expected, state: next });
      pending.set(externalId, {
        person: { ...next, version: isChange ? expected + 1 : expected },
        isWritten: isWritten || isChange || isKept,
      });
      if (person === undefined) tally.rowsRegistered += 1;
      else tally[isChange ? 'rowsUpdated' : 'rowsUnchanged'] += 1;
    }
    tally.rowsRead += 1;
  }
  return { changes, projections, tally };
}

interface AfterRow {
  next: Omit<BeneficiaryRow, 'version'>;
  /** Whether it changes what is known of the person: a version and an entry. */
  isChange: boolean;
  /** Whether what the row says must be remembered. */
  isKept: boolean;
}

/** The person as the row makes them: only what its source system has not said before counts as news. */
function afterRow(
  row: PersonRow,
  person: BeneficiaryRow | undefined,
  { batch, time, newId }: { batch: IntakeBatchRow; time: Date; newId: () => string },
): AfterRow {
  const { externalId, details, named, digest } = row;
  const { organisationId, sourceSystem } = batch;
  const { news, memory, isLearnt } = hear(person?.sourceMemory ?? {}, named, batch.id);
  const taken = { rowDigest: digest, rowBatchId: batch.id, earlierRowDigests: null, sourceMemory: memory };
  if (person === undefined) {
    const next = { id: newId(), organisationId, sourceSystem, externalId, ...details, registeredAt: time, ...taken };
    return { next, isChange: true, isKept: true };
  }
  const { version: _moves, ...current } = person;
  if (wasTaken(row, person, batch))
    return { next: { ...current, sourceMemory: memory }, isChange: false, isKept: isLearnt };
  const isChange = !isDeepStrictEqual({ ...current, ...news }, current);
  if (!isChange && !isLearnt) return { next: { ...current, sourceMemory: memory }, isChange, isKept: false };
  return { next: { ...current, ...news, ...taken }, isChange, isKept: true };
}

/** Of a person whose rows were taken before cells were remembered only digests are known: the same row again says no news. */
const wasTaken = ({ digest }: PersonRow, person: BeneficiaryRow, batch: IntakeBatchRow): boolean =>
  person.rowDigest?.equals(digest) === true ||
  (person.rowBatchId !== batch.id && person.earlierRowDigests?.includes(digest.toString('hex')) === true);

/** The batch after these rows. It is over when every row that was received has been read. */
export function progressed(batch: IntakeBatchRow, tally: Tally, time: Date): Change {
  const { version, ...current } = batch;
  const rowsRead = batch.rowsRead + tally.rowsRead;
  const isOver = rowsRead >= batch.rowsReceived;
  return batchChange(
    {
      ...current,
      state: isOver ? 'completed' : 'running',
      rowsRead,
      rowsRegistered: batch.rowsRegistered + tally.rowsRegistered,
      rowsUpdated: batch.rowsUpdated + tally.rowsUpdated,
      rowsUnchanged: batch.rowsUnchanged + tally.rowsUnchanged,
      rowsRefused: batch.rowsRefused + tally.rowsRefused,
      progressedAt: time,
      finishedAt: isOver ? time : null,
    },
    { expected: version, time },
  );
}

/** The batch given up: what was worked off stays, the rest is for another push of the same file. */
export const failed = ({ version, ...current }: IntakeBatchRow, time: Date): Change =>
  batchChange({ ...current, state: 'failed', progressedAt: time, finishedAt: time }, { expected: version, time });

/** The batch as its upload made it. */
export const received = (batch: Omit<IntakeBatchRow, 'version'>): Change =>
  batchChange(batch, { expected: 0, time: batch.receivedAt });

const eventOf = {
  received: 'intake-batch.received.v1',
  running: 'intake-batch.progressed.v1',
  completed: 'intake-batch.completed.v1',
  failed: 'intake-batch.failed.v1',
} as const;

function batchChange(
  next: Omit<IntakeBatchRow, 'version'>,
  { expected, time }: { expected: number; time: Date },
): Change {
  const { id, organisationId, actor, traceparent } = next;
  return {
    kind: 'intake-batch',
    id,
    expected,
    state: next,
    entry: {
      type: eventOf[next.state],
      data: { batchId: id, organisationId },
      actor,
      time,
      audience: organisationId,
      traceparent,
    },
  };
}
