import type { RowOutcome, TakenBack } from '@rohnamo/contracts';
import { and, asc, eq, getTableColumns, gt, inArray } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import {
  intakeError,
  type IntakeErrorRow,
  type IntakeBatchRow,
  intakeOutcome,
  type IntakeOutcomeRow,
  intakeTakeBack,
} from '../schema.ts';
import type { Foreseen } from './kept.ts';

/** What a row did, and what became of the person when its batch was taken back; null where it was not. */
export type ToldRow = IntakeOutcomeRow & { takeBack: TakenBack | null };

/** Outcomes that one statement forgets. */
const forgottenTogether = 10_000;

/** Those whose external id looks like one that is asked about, and is another. */
const alikeAmong = {
  persons: `select external_id from beneficiary where organisation_id = $2 and fold_text(source_system) = fold_text($3)
    and external_id is not null and look_text(external_id) = look_text(asked.id) and fold_text(external_id) <> fold_text(asked.id)`,
  foreseen: `select external_id from intake_outcome where batch_id = $4 and foreseen is not null
    and look_text(external_id) = look_text(asked.id) and fold_text(external_id) <> fold_text(asked.id)`,
};
const alikeText = (isPreview: boolean): string =>
  `select asked.id as asked, other.external_id as other from unnest($1::text[]) as asked (id) cross join lateral (
    (${alikeAmong.persons} limit 1)${isPreview ? ` union all (${alikeAmong.foreseen} limit 1)` : ''}) as other`;

/**
 * Reads of what rows did, and its forgetting. Those that work a batch off have no names: a statement that was prepared on tables as
 * small as they are at the beginning would go through all of them for each row, up to the next ANALYZE.
 */
export function createOutcomeStore(pool: Pool) {
  const db = drizzle(pool);

  return {
    /** How rows of a preview that were read would leave those whom they are about, by their keys. */
    foreseen: async (batchId: string, keys: readonly string[]): Promise<Map<string, Foreseen>> => {
      if (keys.length === 0) return new Map();
      const { rows } = await pool.query<{ key: string; foreseen: Foreseen }>({
        text: `select asked.key, last.foreseen from unnest($2::text[]) as asked (key) cross join lateral (
          select foreseen from intake_outcome where batch_id = $1 and person_key = asked.key and foreseen is not null
          order by row desc limit 1) as last`,
        values: [batchId, keys],
      });
      return new Map(rows.map(({ key, foreseen }) => [key, foreseen]));
    },

    /** Of external ids, another that looks the same: of the organisation's persons, and of those whom a preview would register. */
    lookingAlike: async (
      { id, organisationId, sourceSystem, dryRun }: IntakeBatchRow,
      externalIds: readonly string[],
    ): Promise<Map<string, string>> => {
      if (externalIds.length === 0) return new Map();
      const { rows } = await pool.query<{ asked: string; other: string }>({
        text: alikeText(dryRun),
        values: [externalIds, organisationId, sourceSystem, ...(dryRun ? [id] : [])],
      });
      return new Map(rows.map(({ asked, other }) => [asked, other]));
    },

    /** Outcomes of a batch after a row, in the order of the rows; and what became of the person when it was taken back. */
    after: ({
      batchId,
      afterRow,
      outcome,
      takeBack,
      limit,
    }: {
      batchId: string;
      afterRow: number;
      outcome: RowOutcome | undefined;
      takeBack: TakenBack | undefined;
      limit: number;
    }): Promise<ToldRow[]> =>
      db
        .select({ ...getTableColumns(intakeOutcome), takeBack: intakeTakeBack.result })
        .from(intakeOutcome)
        .leftJoin(
          intakeTakeBack,
          and(
            eq(intakeTakeBack.batchId, intakeOutcome.batchId),
            eq(intakeTakeBack.beneficiaryId, intakeOutcome.beneficiaryId),
          ),
        )
        .where(
          and(
            eq(intakeOutcome.batchId, batchId),
            gt(intakeOutcome.row, afterRow),
            outcome === undefined ? undefined : eq(intakeOutcome.outcome, outcome),
            takeBack === undefined ? undefined : eq(intakeTakeBack.result, takeBack),
          ),
        )
        .orderBy(asc(intakeOutcome.row))
        .limit(limit),

    /** Why rows of a batch were refused. */
    errorsOf: async (batchId: string, rows: readonly number[]): Promise<IntakeErrorRow[]> =>
      rows.length === 0
        ? []
        : db
            .select()
            .from(intakeError)
            .where(and(eq(intakeError.batchId, batchId), inArray(intakeError.row, [...rows])))
            .orderBy(asc(intakeError.row), asc(intakeError.ordinal)),

    /** Forgets the outcomes of batches that were over, and of previews that were, before an instant each. */
    forget: async ({ batchesUntil, previewsUntil }: { batchesUntil: Date; previewsUntil: Date }): Promise<void> => {
      const { rows } = await pool.query<{ id: string }>({
        text: `select id from intake_batch b where finished_at <= case when dry_run then $2::timestamptz else $1::timestamptz end
          and take_back ->> 'state' is distinct from 'running' and exists (select from intake_outcome o where o.batch_id = b.id)`,
        values: [batchesUntil, previewsUntil],
      });
      for (const { id } of rows) await forgetAll(pool, id);
    },
  };
}
export type OutcomeStore = ReturnType<typeof createOutcomeStore>;

async function forgetAll(pool: Pool, batchId: string): Promise<void> {
  await pool.query({ text: 'delete from intake_take_back where batch_id = $1', values: [batchId] });
  for (;;) {
    const { rowCount } = await pool.query({
      text: `delete from intake_outcome where id in (select id from intake_outcome where batch_id = $1 limit ${forgottenTogether})`,
      values: [batchId],
    });
    if ((rowCount ?? 0) < forgottenTogether) return;
  }
}
