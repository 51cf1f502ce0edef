import type { Projection } from '@rohnamo/journal';
import type { CountryCode } from 'libphonenumber-js';
import { setImmediate } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { createPersonStore } from '../person/store.ts';
import type { IntakeBatchRow, IntakeErrorRow } from '../schema.ts';
import { progressed, workOff } from './decide.ts';
import { lookingAlikeIn } from './lookalikes.ts';
import type { Outcome } from './outcome.ts';
import { createOutcomeStore } from './outcome-store.ts';
import { foresee } from './preview.ts';
import { createKnownPersons } from './known-persons.ts';
import { type PersonRow, readRow, type RefusedRow } from './read-row.ts';
import { createIntakeStore } from './store.ts';

export interface ChunkOptions extends Pick<Context, 'journal' | 'pool' | 'calendar' | 'directory' | 'now' | 'newId'> {
  phoneRegion: CountryCode;
  /** Rows that are worked off in one commit. */
  chunkRows: number;
}

/** Rows that are read before the event loop turns: reading one takes a tenth of a millisecond, and a hostile one ten times that. */
const rowsInOneTurn = 10;

/**
 * Works off the next rows of a batch: reads them, decides over the persons they name, and commits both with the batch's progress.
 * While that is written, it reads those that follow: rows do not change, so that they are good whenever it is their turn.
 */
export function createChunkTaker({
  journal,
  pool,
  calendar,
  directory,
  now,
  newId,
  phoneRegion,
  chunkRows,
}: ChunkOptions) {
  const store = createIntakeStore(pool);
  const persons = createPersonStore(pool);
  const told = createOutcomeStore(pool);
  const knownPersons = createKnownPersons(pool);

  let ahead: { batchId: string; after: number; rows: Promise<ReadRows> } | null = null;
  let lastBatchId: string | null = null;

  const readAfter = async (batch: IntakeBatchRow, after: number): Promise<ReadRows> => {
    const { sourceSystem } = batch;
    const staged = await store.rowsAfter(batch, after, chunkRows);
    const reading = { sourceSystem, phoneRegion, today: calendar.dayOf(now()), districts: await directory.districts() };
    const read: ReadRows = [];
    for (const { row: place, content } of staged) {
      read.push(readRow(content, { ...reading, place }));
      if (read.length % rowsInOneTurn === 0) await setImmediate();
    }
    return read;
  };
  const nextRows = (batch: IntakeBatchRow): Promise<ReadRows> => {
    const isThere = ahead?.batchId === batch.id && ahead.after === batch.rowsRead;
    const rows = ahead !== null && isThere ? ahead.rows : readAfter(batch, batch.rowsRead);
    ahead = null;
    return rows;
  };
  /** Only for a batch that has not just taken turns with another: what is read would wait for nothing, and be read again. */
  const readAhead = (batch: IntakeBatchRow, after: number): void => {
    if (lastBatchId === batch.id && after < batch.rowsReceived) {
      const rows = readAfter(batch, after);
      rows.catch(() => undefined); // whoever takes them is told
      ahead = { batchId: batch.id, after, rows };
    }
    lastBatchId = batch.id;
  };

  /** The outcomes, with a warning where a row registers somebody whose external id merely looks like another. */
  const warned = async (outcomes: Outcome[], batch: IntakeBatchRow): Promise<Outcome[]> => {
    const registered = outcomes.flatMap(({ outcome, externalId }) =>
      outcome === 'registered' && externalId !== null ? [externalId] : [],
    );
    const alike = new Map([...lookingAlikeIn(registered), ...(await told.lookingAlike(batch, registered))]);
    if (alike.size === 0) return outcomes;
    return outcomes.map((outcome) => {
      const other = outcome.outcome === 'registered' ? alike.get(outcome.externalId ?? '') : undefined;
      return other === undefined
        ? outcome
        : { ...outcome, warnings: [{ code: 'looks-like-another' as const, externalId: other }] };
    });
  };
  const outcomeRow = (state: Outcome): Projection => ({
    kind: 'intake-outcome',
    id: newId(),
    expected: 0,
    version: 1,
    state,
  });

  return async (batch: IntakeBatchRow): Promise<void> => {
    const { organisationId, sourceSystem } = batch;
    const time = now();
    const rows = await nextRows(batch);
    if (rows.length === 0 && batch.rowsRead < batch.rowsReceived)
      throw new Error('rows of an unfinished batch are gone');
    const externalIds = rows.flatMap((row) => ('complaints' in row ? [] : [row.externalId]));
    const overlay = await foresee(told, batch, {
      externalIds,
      persons: await persons.byExternalIds({ organisationId, sourceSystem, externalIds }),
    });
    const found = await knownPersons({ rows, persons: overlay.persons, foreseen: overlay.waiting });
    const known = { ...found, imagined: overlay.imagined };
    const worked = workOff(rows, { batch, known, time, newId });
    const { tally, refusals } = worked;
    const upTo = batch.rowsRead + tally.rowsRead;
    readAhead(batch, upTo);
    await store.report(reportOf([...rows.slice(0, tally.rowsRead), ...refusals], batch));
    const outcomes = await warned(worked.outcomes, batch);
    const rowsWarned = outcomes.filter(({ warnings }) => warnings !== null).length;
    // A preview writes down nothing but itself.
    const { changes, projections } = batch.dryRun ? { changes: [], projections: [] } : worked;
    const outcome = await journal.record({
      changes: [...changes, progressed(batch, tally, time, rowsWarned)],
      projections: [...projections, ...outcomes.map(outcomeRow)],
    });
    // A person was registered or changed between our look and our write: the next try finds them so.
    if (outcome.kind === 'lost') return;
    if (outcome.kind === 'refused') throw new Error(`rows were refused: ${outcome.constraint ?? outcome.sqlState}`);
    // At the end all of them, for a crash may have kept an earlier chunk's.
    await (upTo < batch.rowsReceived ? store.forgetRows(batch, batch.rowsRead, upTo) : store.forgetBatch(batch.id));
  };
}

type ReadRows = (PersonRow | RefusedRow)[];

/** The report of the rows that follow what the batch has read. */
const reportOf = (rows: Readonly<ReadRows>, batch: IntakeBatchRow): IntakeErrorRow[] =>
  rows.flatMap((row) =>
    'complaints' in row
      ? row.complaints.map((complaint, ordinal) => ({
          batchId: batch.id,
          row: row.row,
          ordinal,
          externalId: row.externalId,
          ...complaint,
        }))
      : [],
  );
