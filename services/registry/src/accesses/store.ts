import type { WorkPlace } from '@rohnamo/contracts';
import type { Entry } from '@rohnamo/journal';
import type { Pool } from 'pg';

/** An entry about a person, at its place. */
export type AccessEntry = Pick<
  Entry,
  'id' | 'kind' | 'subject' | 'type' | 'time' | 'detail' | 'actor' | 'traceparent'
> & {
  position: number;
};

/** To whom accesses are told: a client of an organisation, at a place. */
export interface Told extends WorkPlace {
  organisationId: string;
}

const sharesAFacility = `(coalesce(cardinality(facility_ids), 0) = 0 or cardinality($5::uuid[]) = 0 or facility_ids && $5::uuid[])`;

/**
 * What the journal has on a person: entries of their own, and of their consents. Newest first by position, and positions are
 * given after the commit, so that nothing is ever slipped in behind a cursor. A page costs what there is about the person, whatever
 * there is about others: without `materialized` and `offset 0` Postgres may walk the whole journal for somebody who is rarely looked at.
 */
export const createAccessStore = (pool: Pool) => ({
  ofBeneficiary: async (of: {
    id: string;
    before: number | undefined;
    limit: number;
    /** Who is told; null: an auditor, who is told all. */
    told: Told | null;
  }): Promise<AccessEntry[]> => {
    const { rows } = await pool.query<Omit<AccessEntry, 'position'> & { position: string }>({
      name: 'accesses of a person',
      text: `with own as materialized (
          select id, kind, subject, type, time, detail, actor, traceparent from entry
          where (kind = 'beneficiary' and subject = $1::uuid)
            or (kind = 'consent' and subject = any(array(select id from consent where beneficiary_id = $1)))),
        kept as materialized (select array(select id::text from consent where beneficiary_id = $1 and organisation_id = $4
          and not (coalesce(desk_ids, '{}') <@ $6::uuid[] and ${sharesAFacility})) as ids)
        select p.position, own.* from own cross join lateral (select position from place where id = own.id offset 0) p
        where ($2::bigint is null or p.position < $2) and ($4::uuid is null or (
          coalesce(own.detail ->> 'consentId', case own.kind when 'consent' then own.subject::text end, '') <> all((select ids from kept)::text[])
          and (coalesce(own.detail ->> 'recipientOrganisationId', own.detail #>> '{askedBy,organisationId}', own.actor ->> 'organisationId', '') <> $4::text
            or coalesce(own.detail #> '{at,deskIds}', '[]') <@ to_jsonb($6::text[])
              and (coalesce(own.detail #> '{at,facilityIds}', '[]') = '[]' or $5::text[] = '{}' or own.detail #> '{at,facilityIds}' ?| $5::text[]))))
        order by p.position desc limit $3`,
      values: [
        of.id,
        of.before,
        of.limit,
        of.told?.organisationId ?? null,
        of.told?.facilityIds ?? [],
        of.told?.deskIds ?? [],
      ],
    });
    return rows.map((row) => ({ ...row, position: Number(row.position) }));
  },
});
