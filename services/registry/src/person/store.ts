import { sharedRead } from '@rohnamo/journal';
import { and, asc, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { beneficiary, type BeneficiaryRow } from '../schema.ts';

/** Reads of persons. Those by id are shared between the requests that wait for them at the same time. */
export function createPersonStore(pool: Pool) {
  const db = drizzle(pool);
  const byIds = db
    .select()
    .from(beneficiary)
    .where(and(sql`${beneficiary.id} = any(${sql.placeholder('ids')})`, isNull(beneficiary.takenBackAt)))
    .prepare('persons by id');
  const byExternalIds = db
    .select({ asked: sql<string>`asked.id`, person: beneficiary })
    .from(beneficiary)
    .innerJoin(
      sql`unnest(${sql.placeholder('externalIds')}::text[]) as asked (id)`,
      sql`fold_text(${beneficiary.externalId}) = fold_text(asked.id)`,
    )
    .where(
      and(
        eq(beneficiary.organisationId, sql.placeholder('organisationId')),
        isNotNull(beneficiary.externalId),
        sql`not ${beneficiary.isKeptApart}`, // the index has no others
        sql`fold_text(${beneficiary.sourceSystem}) = fold_text(${sql.placeholder('sourceSystem')})`,
      ),
    )
    .prepare('persons by external id');
  const keptApartExactly = db
    .select()
    .from(beneficiary)
    .where(
      and(
        eq(beneficiary.organisationId, sql.placeholder('organisationId')),
        sql`${beneficiary.isKeptApart}`,
        eq(beneficiary.sourceSystem, sql.placeholder('sourceSystem')),
        sql`${beneficiary.externalId} = any(${sql.placeholder('externalIds')})`,
      ),
    )
    .prepare('persons kept apart by external id');

  return {
    byId: sharedRead<string, BeneficiaryRow>(async (ids) => {
      const rows = await byIds.execute({ ids });
      return new Map(rows.map((row) => [row.id, row]));
    }),

    /**
     * Those of an organisation that a source system calls so, by the external id that was asked for. Both are compared folded; of
     * two who are kept apart, the one who is called exactly so.
     */
    byExternalIds: async (of: {
      organisationId: string;
      sourceSystem: string;
      externalIds: readonly string[];
    }): Promise<Map<string, BeneficiaryRow>> => {
      const [rows, apart] = await Promise.all([byExternalIds.execute({ ...of }), keptApartExactly.execute({ ...of })]);
      return new Map([
        ...rows.map(({ asked, person }) => [asked, person] as const),
        ...apart.map((person) => [person.externalId ?? '', person] as const),
      ]);
    },

    /** Those of an organisation who are kept apart from another with the same external identity, from after an id; with the other. */
    keptApart: async ({
      organisationId,
      afterId,
      limit,
    }: {
      organisationId: string;
      afterId: string | undefined;
      limit: number;
    }): Promise<{ apart: BeneficiaryRow; main: BeneficiaryRow | null }[]> => {
      const main = alias(beneficiary, 'main');
      return db
        .select({ apart: beneficiary, main })
        .from(beneficiary)
        .leftJoin(
          main,
          and(
            eq(main.organisationId, beneficiary.organisationId),
            isNotNull(main.externalId),
            sql`not ${main.isKeptApart}`,
            sql`fold_text(${main.sourceSystem}) = fold_text(${beneficiary.sourceSystem})`,
            sql`fold_text(${main.externalId}) = fold_text(${beneficiary.externalId})`,
          ),
        )
        .where(
          and(
            eq(beneficiary.organisationId, organisationId),
            sql`${beneficiary.isKeptApart}`,
            afterId === undefined ? undefined : gt(beneficiary.id, afterId),
          ),
        )
        .orderBy(asc(beneficiary.id))
        .limit(limit);
    },
  };
}
