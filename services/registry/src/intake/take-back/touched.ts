import type { IntakeOutcomeRow } from '../../schema.ts';
import type { KeptHeldRow, KeptPerson } from '../kept.ts';

/** What the rows of one batch did to one person, all of them together. */
export interface Touched {
  beneficiaryId: string;
  isRegistered: boolean;
  /** What they replaced, as it was before the first of them; empty where they replaced nothing. */
  person: Partial<KeptPerson>;
  /** The held row that waited before the first of them that wrote one; null where none did. */
  held: KeptHeldRow | null;
  /** The held rows that they made, laid themselves over, or superseded. */
  heldRowIds: Set<string>;
  firstOutcomeId: string;
  lastOutcomeId: string;
  /** At which the last of them left the person. */
  personVersion: number;
}

/** What a row adds to what the rows before it did to the same person. Of what several have replaced, the first had it as it was. */
export function touchedBy(
  before: Touched | undefined,
  { id, beneficiaryId, outcome, personVersion, before: replaced, heldRowId }: TouchingRow,
): Touched {
  const heldRowIds = before?.heldRowIds ?? new Set();
  if (heldRowId !== null) heldRowIds.add(heldRowId);
  return {
    beneficiaryId,
    isRegistered: before?.isRegistered ?? outcome === 'registered',
    person: { ...replaced?.person, ...before?.person },
    held: before?.held ?? replaced?.held ?? null,
    heldRowIds,
    firstOutcomeId: before?.firstOutcomeId ?? id,
    lastOutcomeId: id,
    personVersion: personVersion ?? before?.personVersion ?? 0,
  };
}

/** What is read of a row that speaks of somebody. */
export type TouchingRow = Pick<
  IntakeOutcomeRow,
  'id' | 'row' | 'outcome' | 'personVersion' | 'before' | 'heldRowId'
> & {
  beneficiaryId: string;
};
