import type { Change, Projection } from '@rohnamo/journal';
import type { HeldRow, BeneficiaryRow, IntakeBatchRow } from '../schema.ts';
import { fold } from '../fold.ts';
import { afterRow } from './after-row.ts';
import { type Outcome, outcomeOf, refusedOutcome } from './outcome.ts';
import type { PersonRow, RefusedRow } from './read-row.ts';

/** What became of some rows, in the batch's own counters. */
export type Tally = Pick<
  IntakeBatchRow,
  'rowsRead' | 'rowsRegistered' | 'rowsUpdated' | 'rowsUnchanged' | 'rowsRefused' | 'rowsHeld'
>;
const none: Tally = { rowsRead: 0, rowsRegistered: 0, rowsUpdated: 0, rowsUnchanged: 0, rowsRefused: 0, rowsHeld: 0 };
const counterOf = {
  registered: 'rowsRegistered',
  updated: 'rowsUpdated',
  unchanged: 'rowsUnchanged',
  held: 'rowsHeld',
  refused: 'rowsRefused',
} as const;

export interface WorkedOff {
  changes: Change[];
  /** Persons of whom a row said nothing new: that it was taken is kept, and they stand at their version. */
  projections: Projection[];
  /** Of each row that was read, in their order. */
  outcomes: Outcome[];
  /** Rows that were refused beside what is known of the person. */
  refusals: RefusedRow[];
  tally: Tally;
}

/** Those whom rows name, as they stand. */
export interface KnownPersons {
  /** The organisation's persons of this source system, by external id. */
  persons: ReadonlyMap<string, BeneficiaryRow>;
  /** The rows that wait, by person. */
  waiting: ReadonlyMap<string, HeldRow>;
  /** Those of whom a consent was recorded. */
  reliedOn: ReadonlySet<string>;
  /** Those whose last row is not known, and whom somebody has changed other than by a row. */
  lastRowUnknown: ReadonlySet<string>;
  /** Those of the persons whom a preview alone knows. */
  imagined?: ReadonlySet<string>;
}

/**
 * What rows do to the persons that are known, in the order of the file. It stops before a row that would write somebody a
 * second time, for a version is one change: the rest is for the next commit. So the outcome is the same however the file is cut.
 */
export function workOff(
  rows: readonly (PersonRow | RefusedRow)[],
  { batch, known, time, newId }: { batch: IntakeBatchRow; known: KnownPersons; time: Date; newId: () => string },
): WorkedOff {
  const pending = new Map<
    string,
    { person: BeneficiaryRow | undefined; waiting: HeldRow | undefined; isWritten: boolean }
  >();
  const changes: Change[] = [];
  const projections: Projection[] = [];
  const tally: Tally = { ...none };
  const outcomes: Outcome[] = [];
  const refusals: RefusedRow[] = [];

  for (const row of rows) {
    if ('complaints' in row) {
      tally.rowsRefused += 1;
      outcomes.push(refusedOutcome(row, batch));
    } else {
      const found = known.persons.get(row.externalId);
      // Who is not known yet is told by the folded id: so are two spellings in one lot.
      const isImagined = found === undefined || known.imagined?.has(found.id) === true;
      const key = isImagined ? fold(row.externalId) : found.id;
      const person = pending.get(key)?.person ?? found;
      const id = person?.id ?? '';
      const { waiting, isWritten } = pending.get(key) ?? { waiting: known.waiting.get(id), isWritten: false };
      const after = afterRow(
        row,
        { person, waiting, isReliedOn: known.reliedOn.has(id), isLastRowUnknown: known.lastRowUnknown.has(id) },
        { batch, time, newId },
      );
      const writes = after.changes.length + after.projections.length > 0;
      if (isWritten && writes) break;
      changes.push(...after.changes);
      projections.push(...after.projections);
      pending.set(key, { person: after.person, waiting: after.waiting, isWritten: isWritten || writes });
      tally[counterOf[after.outcome]] += 1;
      const stored = { stored: found, waiting: known.waiting.get(id) };
      outcomes.push(outcomeOf(row, { key, isImagined, ...stored }, after, batch));
      if (after.complaint !== undefined)
        refusals.push({ row: row.row, externalId: row.externalId, complaints: [after.complaint] });
    }
    tally.rowsRead += 1;
  }
  return { changes, projections, outcomes, refusals, tally };
}

/** The batch after these rows. It is over when every row that was received has been read. */
export function progressed(batch: IntakeBatchRow, tally: Tally, time: Date, rowsWarned = 0): Change {
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
      rowsHeld: batch.rowsHeld + tally.rowsHeld,
      rowsTold: batch.rowsTold + tally.rowsRead,
      rowsWarned: batch.rowsWarned + rowsWarned,
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

/** The batch as it moves, with its entry: what it is named by, and nothing of its rows. */
export function batchChange(
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
