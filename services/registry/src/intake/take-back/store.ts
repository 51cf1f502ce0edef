import type { Pool } from 'pg';
import { type Touched, touchedBy, type TouchingRow } from './touched.ts';

const firstUuid = '00000000-0000-0000-0000-000000000000';

/**
 * What taking a batch back reads. Without names, as what works a batch off: a statement that was prepared on tables as small as they are
 * at the beginning would go through all of them.
 */
export function createTakeBackStore(pool: Pool, { pageRows = 1000 } = {}) {
  return {
    /** Rows of a batch after one; with the person where it is the first row that speaks of them. */
    rowsAfter: async (batchId: string, after: number, limit: number) => {
      const { rows } = await pool.query<{ row: number; firstOf: string | null }>({
        text: `select o.row, case when o.beneficiary_id is not null and not exists (select from intake_outcome e
            where e.beneficiary_id = o.beneficiary_id and e.batch_id = o.batch_id and e.row < o.row) then o.beneficiary_id end as "firstOf"
          from intake_outcome o where o.batch_id = $1 and o.row > $2 order by o.row limit $3`,
        values: [batchId, after, limit],
      });
      return rows;
    },

    /** What all rows of a batch did to persons, however many there are: a page at a time. */
    touched: async (batchId: string, ids: readonly string[]): Promise<Map<string, Touched>> => {
      const touched = new Map<string, Touched>();
      let place: readonly [string, number] = [firstUuid, 0];
      for (;;) {
        const { rows }: { rows: TouchingRow[] } = await pool.query({
          text: `select id, row, beneficiary_id as "beneficiaryId", outcome, person_version as "personVersion", before, held_row_id as "heldRowId"
            from intake_outcome where batch_id = $1 and beneficiary_id = any($2) and (beneficiary_id, row) > ($3, $4)
            order by beneficiary_id, row limit ${pageRows}`,
          values: [batchId, ids, ...place],
        });
        for (const row of rows) touched.set(row.beneficiaryId, touchedBy(touched.get(row.beneficiaryId), row));
        const last = rows.at(-1);
        if (last === undefined || rows.length < pageRows) return touched;
        place = [last.beneficiaryId, last.row];
      }
    },

    /** The newest consent of each person, whoever recorded it. */
    lastConsents: async (ids: readonly string[]): Promise<Map<string, string>> => {
      const { rows } = await pool.query<{ person: string; id: string }>({
        text: `select distinct on (beneficiary_id) beneficiary_id as person, id from consent where beneficiary_id = any($1)
          order by beneficiary_id, id desc`,
        values: [ids],
      });
      return new Map(rows.map(({ person, id }) => [person, id]));
    },

    /** Those of whom a batch that came after speaks, and has not been taken back for them. */
    saidAgain: async (batchId: string, touched: readonly Touched[]): Promise<Set<string>> => {
      const { rows } = await pool.query<{ id: string }>({
        text: `select asked.id from unnest($2::uuid[], $3::uuid[]) as asked (id, last) where exists (
          select from intake_outcome o join intake_batch b on b.id = o.batch_id and not b.dry_run
          where o.beneficiary_id = asked.id and o.batch_id <> $1 and o.id > asked.last and not exists (
            select from intake_take_back t
            where t.batch_id = o.batch_id and t.beneficiary_id = asked.id and t.result = 'taken-back'))`,
        values: [batchId, touched.map(({ beneficiaryId }) => beneficiaryId), touched.map((one) => one.lastOutcomeId)],
      });
      return new Set(rows.map(({ id }) => id));
    },

    /** Those who have changed since the last row of theirs, other than by batches that have been taken back for them. */
    changedSince: async (touched: readonly Touched[]): Promise<Set<string>> => {
      const { rows } = await pool.query<{ id: string }>({
        text: `select asked.id from unnest($1::uuid[], $2::bigint[]) as asked (id, version) where exists (
          select from entry e where e.kind = 'beneficiary' and e.subject = asked.id and e.version > asked.version and not exists (
            select from intake_take_back t
            where t.batch_id::text = e.detail ->> 'batchId' and t.beneficiary_id = asked.id and t.result = 'taken-back'))`,
        values: [touched.map(({ beneficiaryId }) => beneficiaryId), touched.map(({ personVersion }) => personVersion)],
      });
      return new Set(rows.map(({ id }) => id));
    },
  };
}
