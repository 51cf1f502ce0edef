import type { Projection } from '@rohnamo/journal';
import type { Context } from '../../context.ts';
import { createHeldStore } from '../../held/store.ts';
import { createPersonStore } from '../../person/store.ts';
import type { HeldRow, IntakeBatchRow } from '../../schema.ts';
import { advanced, takeBackIn } from './batch.ts';
import { takeBackOf } from './decide.ts';
import { createTakeBackStore } from './store.ts';
import type { Touched } from './touched.ts';

export interface TakeBackOptions extends Pick<Context, 'journal' | 'pool' | 'now' | 'newId'> {
  /** Rows that are gone through in one commit, 200 at most. */
  chunkRows: number;
}

/** Rows in one commit at most: what is read and written of them holds the event loop up. */
const rowsMax = 200;

/** What the database calls it where a consent was recorded while its person was being removed. */
const consentRecorded = 'beneficiary_taken_back';

/** Takes the next rows of a batch back: each person as a whole, when it comes to the first row of theirs; with the batch's progress in one commit. */
export function createTakeBackTaker({ journal, pool, now, newId, chunkRows }: TakeBackOptions) {
  const store = createTakeBackStore(pool);
  const rowsTogether = Math.min(chunkRows, rowsMax);
  const persons = createPersonStore(pool);
  const held = createHeldStore(pool);

  const standingOf = async (batch: IntakeBatchRow, touched: readonly Touched[]) => {
    const ids = touched.map(({ beneficiaryId }) => beneficiaryId);
    const heldIds = touched.flatMap(({ heldRowIds }) => [...heldRowIds]);
    const [found, heldRows, waiting, consents, saidAgain, changedSince] = await Promise.all([
      Promise.all(ids.map(persons.byId)),
      Promise.all(heldIds.map(held.byId)),
      held.waitingOf(ids),
      store.lastConsents(ids),
      store.saidAgain(batch.id, touched),
      store.changedSince(touched),
    ]);
    const heldRowOf = new Map(heldRows.flatMap((row) => (row === null ? [] : [[row.id, row] as const])));
    return ({ beneficiaryId: id, heldRowIds }: Touched, index: number) => ({
      person: found[index] ?? undefined,
      heldRows: [...heldRowIds].flatMap((heldRowId): HeldRow[] => {
        const row = heldRowOf.get(heldRowId);
        return row === undefined ? [] : [row];
      }),
      waiting: waiting.get(id),
      lastConsentId: consents.get(id) ?? null,
      isSaidAgain: saidAgain.has(id),
      isChangedSince: changedSince.has(id),
    });
  };

  return async (batch: IntakeBatchRow): Promise<void> => {
    const { afterRow, actor, traceparent } = takeBackIn(batch);
    const time = now();
    const rows = await store.rowsAfter(batch.id, afterRow, rowsTogether);
    const first = rows.flatMap(({ firstOf }) => (firstOf === null ? [] : [firstOf]));
    const touched = [...(await store.touched(batch.id, first)).values()];
    const standing = await standingOf(batch, touched);
    const act = { actor, organisationId: batch.organisationId, time, traceparent };
    const undone = touched.map((one, index) => takeBackOf(one, standing(one, index), { id: batch.id, act }));
    const results = touched.map(({ beneficiaryId }, index): Projection => ({
      kind: 'intake-take-back',
      id: newId(),
      expected: 0,
      version: 1,
      state: { batchId: batch.id, beneficiaryId, result: undone[index]?.result },
    }));
    const isOver = rows.length < rowsTogether;
    const progress = advanced(batch, { undone, afterRow: rows.at(-1)?.row ?? afterRow, isOver, time });
    const outcome = await journal.record({
      changes: [...undone.flatMap(({ changes }) => changes), progress],
      projections: [...undone.flatMap(({ projections }) => projections), ...results],
    });
    // Somebody was changed, or a consent of theirs recorded, between our look and our write: the next try finds it.
    const isOvertaken =
      outcome.kind === 'lost' || (outcome.kind === 'refused' && outcome.constraint === consentRecorded);
    if (outcome.kind === 'refused' && !isOvertaken)
      throw new Error(`taking rows back was refused: ${outcome.constraint ?? outcome.sqlState}`);
  };
}
