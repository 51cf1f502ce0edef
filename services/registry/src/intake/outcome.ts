import { differencesOf } from '../held/view.ts';
import { detailFields, type PersonDetails } from '../person/view.ts';
import type { BeneficiaryRow, HeldRow, IntakeBatchRow, IntakeOutcomeRow } from '../schema.ts';
import type { AfterRow } from './after-row.ts';
import { keptHeldRow, keptPerson, replacedIn } from './kept.ts';
import type { PersonRow, RefusedRow } from './read-row.ts';

/** An outcome before it is written. */
export type Outcome = Omit<IntakeOutcomeRow, 'id' | 'version'>;

/** Whom a row is about, as they stand in the database, or by the rows before it in the same commit. */
export interface Whom {
  /** By which rows of a preview find one another. */
  key: string;
  /** As they are in the database, or in a preview would be. */
  stored: BeneficiaryRow | undefined;
  waiting: HeldRow | undefined;
  /** Whether a preview alone knows of them. */
  isImagined: boolean;
}

/** What became of a refused row. */
export const refusedOutcome = (
  { row, externalId }: Pick<RefusedRow, 'row' | 'externalId'>,
  batch: IntakeBatchRow,
): Outcome => ({
  batchId: batch.id,
  row,
  externalId,
  outcome: 'refused',
  beneficiaryId: null,
  personVersion: null,
  before: null,
  differences: null,
  reasons: null,
  heldRowId: null,
  warnings: null,
  personKey: null,
  foreseen: null,
});

/** What became of a row, and what it replaced. In a preview, what would be in the database behind it instead. */
export function outcomeOf(row: PersonRow, whom: Whom, after: AfterRow, batch: IntakeBatchRow): Outcome {
  const { person, outcome } = after;
  if (outcome === 'refused' || person === undefined) return refusedOutcome(row, batch);
  const written = writtenOf('beneficiary', after) as BeneficiaryRow | undefined; // the whole row
  const held = writtenOf('held-row', after) as HeldRow | undefined; // the whole row
  const waiting = outcome === 'held' ? after.waiting : undefined;
  const { stored } = whom;
  const common = {
    ...refusedOutcome(row, batch),
    outcome,
    personVersion: person.version,
    differences: waiting === undefined ? changed(outcome, stored, written) : differencesOf(waiting.said, person),
    reasons: waiting?.reasons ?? null,
  };
  if (!batch.dryRun)
    return {
      ...common,
      beneficiaryId: person.id,
      heldRowId: held?.id ?? waiting?.id ?? null,
      before: beforeOf(whom, written, held),
    };
  const left = written ?? stored;
  const leftWaiting = held === undefined ? whom.waiting : held.state === 'waiting' ? held : undefined;
  const isWritten = written !== undefined || held !== undefined;
  return {
    ...common,
    beneficiaryId: whom.isImagined ? null : person.id,
    ...(isWritten && left !== undefined
      ? {
          personKey: whom.key,
          foreseen: {
            person: keptPerson(left),
            waiting: leftWaiting === undefined ? null : keptHeldRow(leftWaiting),
          },
        }
      : {}),
  };
}

const changed = (
  outcome: AfterRow['outcome'],
  stored: BeneficiaryRow | undefined,
  written: BeneficiaryRow | undefined,
) =>
  outcome === 'updated' && stored !== undefined && written !== undefined
    ? differencesOf(detailsIn(written), stored)
    : null;

const detailsIn = (person: BeneficiaryRow): Partial<PersonDetails> =>
  Object.fromEntries(detailFields.map((field) => [field, person[field]]));

function beforeOf({ stored, waiting }: Whom, written: BeneficiaryRow | undefined, held: HeldRow | undefined) {
  const before = {
    ...(stored !== undefined && written !== undefined ? { person: keptPerson(replacedIn(stored, written)) } : {}),
    ...(waiting !== undefined && held !== undefined ? { held: keptHeldRow(waiting) } : {}),
  };
  return Object.keys(before).length === 0 ? null : before;
}

/** What a row writes of a kind: one of each at most. */
function writtenOf(kind: string, { changes, projections }: Pick<AfterRow, 'changes' | 'projections'>) {
  const change = changes.find((one) => one.kind === kind);
  if (change !== undefined) return { ...change.state, version: change.expected + 1 };
  const projection = projections.find((one) => one.kind === kind);
  return projection && { ...projection.state, version: projection.version };
}
