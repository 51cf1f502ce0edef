import type { CountryCode } from 'libphonenumber-js';
import { setImmediate } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { createPersonStore } from '../person/store.ts';
import type { IntakeBatchRow, IntakeErrorRow } from '../schema.ts';
import { progressed, workOff } from './decide.ts';
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
  const knownPersons = createKnownPersons(pool);

  let ahead: { batchId: string; after: number; rows: Promise<ReadRows> } | null = null;
  let lastBatchId: string | null = null;

  const readAfter = async ({ id, sourceSystem }: IntakeBatchRow, after: number): Promise<ReadRows> => {
    const staged = await store.rowsAfter(id, after, chunkRows);
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

  return async (batch: IntakeBatchRow): Promise<void> => {
    const { organisationId, sourceSystem } = batch;
    const time = now();
    const rows = await nextRows(batch);
    if (rows.length === 0 && batch.rowsRead < batch.rowsReceived)
      throw new Error('rows of an unfinished batch are gone');
    const externalIds = rows.flatMap((row) => ('complaints' in row ? [] : [row.externalId]));
    const known = await knownPersons({
      rows,
      persons: await persons.byExternalIds({ organisationId, sourceSystem, externalIds }),
    });
    const { changes, projections, tally } = workOff(rows, { batch, known, time, newId });
    const upTo = batch.rowsRead + tally.rowsRead;
    readAhead(batch, upTo);
    await store.report(reportOf(rows.slice(0, tally.rowsRead), batch));
    const outcome = await journal.record({ changes: [...changes, progressed(batch, tally, time)], projections });
    // A person was registered or changed between our look and our write: the next try finds them so.
    if (outcome.kind === 'lost') return;
    if (outcome.kind === 'refused') throw new Error(`rows were refused: ${outcome.constraint ?? outcome.sqlState}`);
    // At the end all of them, for a crash may have kept an earlier chunk's.
    await (upTo < batch.rowsReceived ? store.forgetRows(batch.id, batch.rowsRead, upTo) : store.forgetBatch(batch.id));
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
