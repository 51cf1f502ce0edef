import { fold } from '../fold.ts';
import type { BeneficiaryRow, HeldRow, IntakeBatchRow } from '../schema.ts';
import { revivedHeldRow, revivedPerson } from './kept.ts';
import type { OutcomeStore } from './outcome-store.ts';

/** What the rows of a preview that were read before would have left behind. */
export interface Overlay {
  /** Everybody whom the rows name, as they would stand. */
  persons: Map<string, BeneficiaryRow>;
  /** The row that would wait, by person; null where none would. */
  waiting: Map<string, HeldRow | null>;
  /** Those who are in no table. */
  imagined: Set<string>;
}

/** Lays over the persons that are known what earlier rows of the same preview would have made of them; of a real batch, nothing. */
export async function foresee(
  store: Pick<OutcomeStore, 'foreseen'>,
  batch: IntakeBatchRow,
  { externalIds, persons }: { externalIds: readonly string[]; persons: Map<string, BeneficiaryRow> },
): Promise<Overlay> {
  const overlay: Overlay = { persons: new Map(persons), waiting: new Map(), imagined: new Set() };
  if (!batch.dryRun) return overlay;
  const keyOf = (externalId: string) => persons.get(externalId)?.id ?? fold(externalId);
  const foreseen = await store.foreseen(batch.id, [...new Set(externalIds.map(keyOf))]);
  for (const externalId of externalIds) {
    const left = foreseen.get(keyOf(externalId));
    if (left === undefined) continue;
    const person = revivedPerson(left.person);
    overlay.persons.set(externalId, person);
    overlay.waiting.set(person.id, left.waiting && revivedHeldRow(left.waiting));
    if (!persons.has(externalId)) overlay.imagined.add(person.id);
  }
  return overlay;
}
