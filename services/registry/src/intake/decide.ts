import type { Change } from '@rohnamo/journal';
import { isDeepStrictEqual } from 'node:util';
import { personChange } from '../person/decide.ts';
import type { BeneficiaryRow, IntakeBatchRow } from '../schema.ts';
import type { PersonRow, RefusedRow } from './read-row.ts';

/** What became of some rows, in the batch's own counters. */
export type Tally = Pick<
  IntakeBatchRow,
  'rowsRead' | 'rowsRegistered' | 'rowsUpdated' | 'rowsUnchanged' | 'rowsRefused'
>;

export interface WorkedOff {
  changes: Change[];
  tally: Tally;
}

/**
 * What rows do to the persons that are known, in the order of the file. It stops before a row that would change somebody a
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
  const changed = new Map<string, BeneficiaryRow>();
  const changes: Change[] = [];
  const tally: Tally = { rowsRead: 0, rowsRegistered: 0, rowsUpdated: 0, rowsUnchanged: 0, rowsRefused: 0 };
  const act = { actor: batch.actor, organisationId: batch.organisationId, time, traceparent: batch.traceparent };

  for (const row of rows) {
    if ('complaints' in row) tally.rowsRefused += 1;
    else {
      const pending = changed.get(row.externalId);
      const person = pending ?? known.get(row.externalId);
      const next = nextOf(row, person, { batch, time, newId });
      if (next === null) tally.rowsUnchanged += 1;
      else {
        if (pending !== undefined) break;
        const expected = person?.version ?? 0;
        changes.push(personChange(next, expected, act, { batchId: batch.id }));
        changed.set(row.externalId, { ...next, version: expected + 1 });
        if (person === undefined) tally.rowsRegistered += 1;
        else tally.rowsUpdated += 1;
      }
    }
    tally.rowsRead += 1;
  }
  return { changes, tally };
}

/** The person as the row makes them; null where it says nothing new. A row that was taken before says nothing new, whatever was mended since. */
function nextOf(
  { externalId, details, named, digest }: PersonRow,
  person: BeneficiaryRow | undefined,
  { batch, time, newId }: { batch: IntakeBatchRow; time: Date; newId: () => string },
): Omit<BeneficiaryRow, 'version'> | null {
  if (person === undefined) {
    const { organisationId, sourceSystem } = batch;
    return { id: newId(), organisationId, sourceSystem, externalId, ...details, registeredAt: time, rowDigest: digest };
  }
  if (person.rowDigest?.equals(digest) === true) return null;
  const { version: _moves, ...current } = person;
  const next = { ...current, ...named };
  return isDeepStrictEqual(next, current) ? null : { ...next, rowDigest: digest };
}

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
