import { sharedRead } from '@rohnamo/journal';
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { intakeBatch, type IntakeBatchRow, intakeError, type IntakeErrorRow, intakeRow } from '../schema.ts';
import type { StagedRow } from './staged-row.ts';

/** Uploads are over long before this age: what is left of an older one without a batch was abandoned. */
const abandonedAfterMs = 24 * 3600 * 1000;

type Staged = Pick<IntakeBatchRow, 'id' | 'dryRun'>;

/**
 * What the numbers of staged rows begin behind. Those of a preview lie below zero, where the version before does not look: beside this
 * one it would apply them, and gives the batch up instead.
 */
const baseOf = ({ dryRun }: Staged): number => (dryRun ? -(2 ** 31) : 0);

/** Of batches: that it has done something which was not taken back. */
const stands = `not dry_run and take_back ->> 'state' is distinct from 'done'`;

/** A batch's rows between upload and processing, its report, and reads of batches. */
export function createIntakeStore(pool: Pool) {
  const db = drizzle(pool);
  const byIds = db
    .select()
    .from(intakeBatch)
    .where(sql`${intakeBatch.id} = any(${sql.placeholder('ids')})`)
    .prepare('intake batches by id');
  const nextOpen = db
    .select()
    .from(intakeBatch)
    .where(isNull(intakeBatch.finishedAt))
    .orderBy(asc(intakeBatch.progressedAt))
    .limit(1)
    .prepare('next open intake batch');
  const nextTakingBack = db
    .select()
    .from(intakeBatch)
    .where(sql`${intakeBatch.takeBack} ->> 'state' = 'running'`)
    .orderBy(asc(intakeBatch.progressedAt))
    .limit(1)
    .prepare('next intake batch that is taken back');
  const rowsAfter = db
    .select({ row: intakeRow.row, content: intakeRow.content })
    .from(intakeRow)
    .where(and(eq(intakeRow.batchId, sql.placeholder('batchId')), gt(intakeRow.row, sql.placeholder('after'))))
    .orderBy(asc(intakeRow.row))
    .limit(sql.placeholder('limit'))
    .prepare('intake rows after');

  return {
    byId: sharedRead<string, IntakeBatchRow>(async (ids) => {
      const rows = await byIds.execute({ ids });
      return new Map(rows.map((row) => [row.id, row]));
    }),

    /** The unfinished batch that has waited longest since it last moved: so a large one does not hold up the small. */
    nextOpen: async (): Promise<IntakeBatchRow | null> => (await nextOpen.execute())[0] ?? null,

    /** The batch that is being taken back and has waited longest. */
    nextTakingBack: async (): Promise<IntakeBatchRow | null> => (await nextTakingBack.execute())[0] ?? null,

    /** Keeps rows as they came, numbered from `firstRow`. */
    stage: async (batch: Staged, rows: readonly StagedRow[], firstRow: number): Promise<void> => {
      await pool.query({
        name: 'stage intake rows',
        text: `insert into intake_row (batch_id, row, content)
          select $1, $2 + ordinality - 1, value from json_array_elements($3::json) with ordinality`,
        values: [batch.id, baseOf(batch) + firstRow, JSON.stringify(rows)],
      });
    },

    /** The source systems that an organisation has registered or pushed from, as they were spelt first; and whether one is known to it. */
    sourcesOf: async (organisationId: string, sourceSystem: string): Promise<{ isKnown: boolean; known: string[] }> => {
      const { rows } = await pool.query<{ isKnown: boolean; known: string[] }>({
        name: 'source systems',
        text: `select exists (select from intake_batch where organisation_id = $1 and ${stands} and fold_text(source_system) = fold_text($2))
            or exists (select from source_system where organisation_id = $1 and fold_text(name) = fold_text($2))
            or exists (select from beneficiary where organisation_id = $1 and external_id is not null
              and fold_text(source_system) = fold_text($2)) as "isKnown",
          array(select distinct on (fold_text(name)) name from (
              select id, source_system as name from intake_batch where organisation_id = $1 and ${stands}
              union all select id, name from source_system where organisation_id = $1) as used
            order by fold_text(name), id limit 1000) as known`,
        values: [organisationId, sourceSystem],
      });
      return rows[0] ?? { isKnown: false, known: [] };
    },

    /** Rows of a batch after one, numbered as they were staged. */
    rowsAfter: async (batch: Staged, after: number, limit: number) => {
      const base = baseOf(batch);
      const rows = await rowsAfter.execute({ batchId: batch.id, after: base + after, limit });
      return rows.map(({ row, content }) => ({ row: row - base, content }));
    },

    /** Forgets rows of a batch after one and up to another. */
    forgetRows: async (batch: Staged, after: number, upTo: number): Promise<void> => {
      const base = baseOf(batch);
      await pool.query({
        name: 'forget intake rows',
        text: 'delete from intake_row where batch_id = $1 and row > $2 and row <= $3',
        values: [batch.id, base + after, base + upTo],
      });
    },

    /** Forgets all rows of a batch. */
    forgetBatch: async (batchId: string): Promise<void> => {
      await pool.query({
        name: 'forget intake batch',
        text: 'delete from intake_row where batch_id = $1',
        values: [batchId],
      });
    },

    /** Forgets rows that nobody will work off: of finished batches, and of uploads that broke off. */
    sweep: async (now: Date): Promise<void> => {
      await pool.query({
        text: `delete from intake_row r where
          exists (select from intake_batch b where b.id = r.batch_id and b.finished_at is not null)
          or (r.batch_id < $1 and not exists (select from intake_batch b where b.id = r.batch_id))`,
        values: [firstIdAt(now.getTime() - abandonedAfterMs)],
      });
    },

    /** Adds to the report. What is there already stays: a chunk that is worked off again says the same. */
    report: async (errors: readonly IntakeErrorRow[]): Promise<void> => {
      if (errors.length === 0) return;
      await pool.query({
        name: 'report intake errors',
        text: `insert into intake_error (batch_id, row, ordinal, external_id, field, problem, remedy)
          select "batchId", row, ordinal, "externalId", field, problem, remedy from json_to_recordset($1::json)
            as t("batchId" uuid, row int, ordinal int, "externalId" text, field text, problem text, remedy text)
          on conflict do nothing`,
        values: [JSON.stringify(errors)],
      });
    },

    /** The report after a place in it, in the order of the rows. */
    errorsAfter: ({
      batchId,
      after,
      limit,
    }: {
      batchId: string;
      after: readonly [row: number, ordinal: number];
      limit: number;
    }) =>
      db
        .select()
        .from(intakeError)
        .where(
          and(
            eq(intakeError.batchId, batchId),
            sql`(${intakeError.row}, ${intakeError.ordinal}) > (${after[0]}, ${after[1]})`,
          ),
        )
        .orderBy(asc(intakeError.row), asc(intakeError.ordinal))
        .limit(limit),
  };
}

/** A UUIDv7 that is below every one made from an instant on: ids of batches tell when their upload began. */
const firstIdAt = (ms: number): string => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};
