import type { Consent } from '@rohnamo/contracts';
import { known } from '../person/view.ts';
import type { ConsentRow } from '../schema.ts';

/** The one desk at which it was recorded. */
const theDesk = ({ deskIds }: ConsentRow): string | null => (deskIds?.length === 1 ? deskIds[0]! : null);

/** A consent as the organisation that recorded it sees it. What was not said is absent. */
export function viewOf(row: ConsentRow): Consent {
  const { id, version, beneficiaryId, state, purposes, recipientOrganisationId, dataCategories } = row;
  const { method, givenBy, languageRead, textVersion } = row;
  return {
    id,
    version,
    beneficiaryId,
    state,
    purposes,
    recipientOrganisationId,
    dataCategories,
    method,
    givenBy,
    ...known({
      giverName: row.giverName,
      bestInterestReason: row.bestInterestReason,
      witness: row.witness,
    }),
    languageRead,
    textVersion,
    ...known({ endsAt: row.endsAt?.toISOString() ?? null, deskId: theDesk(row) }),
    givenAt: row.givenAt.toISOString(),
    withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
  };
}
