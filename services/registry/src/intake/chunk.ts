import type { CountryCode } from 'libphonenumber-js';
import type { Context } from '../context.ts';
import { createPersonStore } from '../person/store.ts';
import type { IntakeBatchRow, IntakeErrorRow } from '../schema.ts';
import { progressed, workOff } from './decide.ts';
import { type PersonRow, readRow, type RefusedRow } from './read-row.ts';
import { createIntakeStore } from './store.ts';

export interface ChunkOptions extends Pick<Context, 'journal' | 'pool' | 'calendar' | 'now' | 'newId'> {
  phoneRegion: CountryCode;
  /** Rows that are worked off in one commit. */
  chunkRows: number;
}

/** Works off the next rows of a batch: reads them, decides over the persons they name, and commits both with the batch's progress. */
export function createChunkTaker({ journal, pool, calendar, now, newId, phoneRegion, chunkRows }: ChunkOptions) {
  const store = createIntakeStore(pool);
  const persons = createPersonStore(pool);

  return async (batch: IntakeBatchRow): Promise<void> => {
    const { organisationId, sourceSystem } = batch;
    const time = now();
    const staged = await store.rowsAfter(batch.id, batch.rowsRead, chunkRows);
    if (staged.length === 0 && batch.rowsRead < batch.rowsReceived)
      throw new Error('rows of an unfinished batch are gone');
    const reading = { sourceSystem, phoneRegion, today: calendar.dayOf(time) };
    const rows = staged.map(({ content }) => readRow(content, reading));
    const externalIds = rows.flatMap((row) => ('complaints' in row ? [] : [row.externalId]));
    const known = await persons.byExternalIds({ organisationId, sourceSystem, externalIds });
    const { changes, tally } = workOff(rows, { batch, known, time, newId });
    await store.report(reportOf(rows.slice(0, tally.rowsRead), batch));
    const outcome = await journal.record({ changes: [...changes, progressed(batch, tally, time)] });
    // A person was registered or changed between our look and our write: the next try finds them so.
    if (outcome.kind === 'lost') return;
    if (outcome.kind === 'refused') throw new Error(`rows were refused: ${outcome.constraint ?? outcome.sqlState}`);
    const upTo = batch.rowsRead + tally.rowsRead;
    // At the end all of them, for a crash may have kept an earlier chunk's.
    await (upTo < batch.rowsReceived ? store.forgetRows(batch.id, batch.rowsRead, upTo) : store.forgetBatch(batch.id));
  };
}

/** The report of the rows that follow what the batch has read. */
const reportOf = (rows: readonly (PersonRow | RefusedRow)[], batch: IntakeBatchRow): IntakeErrorRow[] =>
  rows.flatMap((row, index) =>
    'complaints' in row
      ? row.complaints.map((complaint, ordinal) => ({
          batchId: batch.id,
          row: batch.rowsRead + index + 1,
          ordinal,
          externalId: row.externalId,
          ...complaint,
        }))
      : [],
  );
