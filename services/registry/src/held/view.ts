import type { HeldRow as HeldRowView, RowDifference } from '@rohnamo/contracts';
import { isDeepStrictEqual } from 'node:util';
import { detailFields, type PersonDetails } from '../person/view.ts';
import type { BeneficiaryRow, HeldRow } from '../schema.ts';

/** A held row beside the person as they are now. */
export function viewOf(held: HeldRow, person: BeneficiaryRow): HeldRowView {
  const { id, version, state, reasons, batchId, row, sourceSystem, externalId, beneficiaryId, newBeneficiaryId } = held;
  return {
    id,
    version,
    state,
    reasons,
    batchId,
    row,
    sourceSystem,
    externalId,
    beneficiaryId,
    differences: state === 'waiting' ? differencesOf(held.said, person) : [],
    heldAt: held.heldAt.toISOString(),
    decidedAt: held.decidedAt?.toISOString() ?? null,
    newBeneficiaryId,
  };
}

/** Where what was said differs from a person, in the order of the details. */
export const differencesOf = (said: Partial<PersonDetails>, person: PersonDetails): RowDifference[] =>
  detailFields.flatMap((field) => {
    const value = said[field];
    return value === undefined || isDeepStrictEqual(person[field], value)
      ? []
      : [{ field, current: person[field], said: value }];
  });
