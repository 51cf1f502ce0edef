import type { NewOrganisation, Organisation } from '@rohnamo/contracts';
import type { Decision } from '@rohnamo/journal';
import type { Occasion } from '../occasion.ts';
import type { OrganisationRow } from '../schema.ts';

export const organisationRecord = ({ id, version, kind, name }: OrganisationRow): Organisation => ({
  id,
  version,
  kind,
  name,
});

/** A new organisation. Its kinds are a closed list, so there is nothing to refuse. */
export function newOrganisation(
  asked: NewOrganisation,
  { id, occasion }: { id: string; occasion: Occasion },
): Decision<OrganisationRow, never> {
  const row = { id, version: 1, ...asked };
  const entry = {
    type: 'organisation.recorded.v1' as const,
    data: organisationRecord(row),
    audience: id,
    ...occasion,
  };
  return { record: { changes: [{ kind: 'organisation', id, expected: 0, state: row, entry }] }, result: row };
}
