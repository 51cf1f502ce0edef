import type { Change, Projection } from '@rohnamo/journal';
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
  const written = new Map<string, BeneficiaryRow>();
  const passedOver = new Map<string, Buffer[]>();
  const changes: Change[] = [];
  const projections: Projection[] = [];
  const tally: Tally = { rowsRead: 0, rowsRegistered: 0, rowsUpdated: 0, rowsUnchanged: 0, rowsRefused: 0 };
  const act = { actor: batch.actor, organisationId: batch.organisationId, time, traceparent: batch.traceparent };

  for (const row of rows) {
    if ('complaints' in row) tally.rowsRefused += 1;
    else {
      const pending = written.get(row.externalId);
      const person = pending ?? known.get(row.externalId);
      const passed = passedOver.get(row.externalId) ?? [];
      if (person !== undefined && wasTaken(row, person, batch)) {
        passedOver.set(row.externalId, [...passed, row.digest]);
        tally.rowsUnchanged += 1;
      } else {
        if (pending !== undefined) break;
        const next = nextOf(row, person, { batch, passed, time, newId });
        const expected = person?.version ?? 0;
        const isNew = person === undefined || saysNews(row, person);
        if (isNew) changes.push(personChange(next, expected, act, { batchId: batch.id }));
        else projections.push({ kind: 'beneficiary', id: next.id, expected, version: expected, state: next });
        written.set(row.externalId, { ...next, version: isNew ? expected + 1 : expected });
        if (person === undefined) tally.rowsRegistered += 1;
        else tally[isNew ? 'rowsUpdated' : 'rowsUnchanged'] += 1;
      }
    }
    tally.rowsRead += 1;
  }
  return { changes, projections, tally };
}

/** Rows of one person in one batch that are remembered beside the last. */
const earlierMax = 16;

/**
 * Whether a row was taken before, and so says nothing new, whatever was mended since: it was the last of this person, or one of
 * those before that in the same batch, which is pushed again. Within a batch a row that comes back is the file's own course, and
 * one that another batch has gone against since takes that back.
 */
const wasTaken = ({ digest }: PersonRow, person: BeneficiaryRow, batch: IntakeBatchRow): boolean =>
  person.rowDigest?.equals(digest) === true ||
  (person.rowBatchId !== batch.id && person.earlierRowDigests?.includes(digest.toString('hex')) === true);

const saysNews = ({ named }: PersonRow, person: BeneficiaryRow): boolean =>
  !isDeepStrictEqual({ ...person, ...named }, person);

/** The person as the row makes them, with the memory that it was taken. */
function nextOf(
  { externalId, details, named, digest }: PersonRow,
  person: BeneficiaryRow | undefined,
  { batch, passed, time, newId }: { batch: IntakeBatchRow; passed: readonly Buffer[]; time: Date; newId: () => string },
): Omit<BeneficiaryRow, 'version'> {
  const { organisationId, sourceSystem } = batch;
  const earlierRowDigests = earlierDigests(person, batch, passed);
  const taken = { rowDigest: digest, rowBatchId: batch.id, earlierRowDigests };
  if (person === undefined)
    return { id: newId(), organisationId, sourceSystem, externalId, ...details, registeredAt: time, ...taken };
  const { version: _moves, ...current } = person;
  return { ...current, ...named, ...taken };
}

/** What came before in the same batch: rows that were taken, and those of this lot that were passed over, as taken before. */
function earlierDigests(
  person: BeneficiaryRow | undefined,
  batch: IntakeBatchRow,
  passed: readonly Buffer[],
): string[] | null {
  const isOfBatch = person?.rowBatchId === batch.id;
  const last = isOfBatch && person.rowDigest !== null ? [person.rowDigest] : [];
  const earlier = new Set(isOfBatch ? person.earlierRowDigests : []);
  for (const digest of [...passed, ...last]) earlier.add(digest.toString('hex'));
  return earlier.size === 0 ? null : [...earlier].slice(-earlierMax);
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
