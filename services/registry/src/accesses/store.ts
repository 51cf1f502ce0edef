import type { Entry } from '@rohnamo/journal';
import type { Pool } from 'pg';

/** An entry about a person, at its place. */
export type AccessEntry = Pick<
  Entry,
  'id' | 'kind' | 'subject' | 'type' | 'time' | 'detail' | 'actor' | 'traceparent'
> & {
  position: number;
};

/**
 * What the journal has on a person: entries of their own, and of their consents. Newest first by position, and positions are
 * given after the commit, so that nothing is ever slipped in behind a cursor. A page costs what there is about the person, whatever
 * there is about others: without `materialized` and `offset 0` Postgres may walk the whole journal for somebody who is rarely looked at.
 */
export const createAccessStore = (pool: Pool) => ({
  ofBeneficiary: async (of: { id: string; before: number | undefined; limit: number }): Promise<AccessEntry[]> => {
    const { rows } = await pool.query<Omit<AccessEntry, 'position'> & { position: string }>({
      name: 'accesses of a person',
      text: `with own as materialized (
          select id, kind, subject, type, time, detail, actor, traceparent from entry
          where (kind = 'beneficiary' and subject = $1::uuid)
            or (kind = 'consent' and subject = any(array(select id from consent where beneficiary_id = $1))))
        select p.position, own.* from own cross join lateral (select position from place where id = own.id offset 0) p
        where $2::bigint is null or p.position < $2
        order by p.position desc limit $3`,
      values: [of.id, of.before, of.limit],
    });
    return rows.map((row) => ({ ...row, position: Number(row.position) }));
  },
});
