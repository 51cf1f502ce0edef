import type { HeldRow as HeldRowView } from '@rohnamo/contracts';
import { isDeepStrictEqual } from 'node:util';
import type { PersonDetails } from '../person/view.ts';
import type { BeneficiaryRow, HeldRow } from '../schema.ts';

/** A held row beside the person as they are now. */
export function viewOf(held: HeldRow, person: BeneficiaryRow): HeldRowView {
  const { id, version, state, reasons, batchId, row, sourceSystem, externalId, beneficiaryId, newBeneficiaryId } = held;
  const said = Object.entries(held.said) as [keyof PersonDetails, string | string[] | null][]; // its keys are details
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
    differences:
      state === 'waiting'
        ? said.flatMap(([field, value]) =>
            isDeepStrictEqual(person[field], value) ? [] : [{ field, current: person[field], said: value }],
          )
        : [],
    heldAt: held.heldAt.toISOString(),
    decidedAt: held.decidedAt?.toISOString() ?? null,
    newBeneficiaryId,
  };
}
