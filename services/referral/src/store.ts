import { sharedRead } from '@rohnamo/journal';
import { and, desc, eq, gt, inArray, lt, lte, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Pool } from 'pg';
import type { Facility, Offering, Priority, ReferralState } from '@rohnamo/contracts';
import { consent, facility, offering, person, receipt, referral, type ReceiptRow, type ReferralRow } from './schema.ts';

/** Whose referrals a list is bounded to. */
export type Bound =
  | { party: 'referrer'; organisationId: string }
  | { party: 'facility'; organisationId: string; facilityIds: readonly string[] }
  | { party: 'supervisor'; organisationId: string };

export interface ListFilter {
  bound: Bound;
  states?: readonly ReferralState[] | undefined;
  facilityId?: string | undefined;
  priority?: Priority | undefined;
  reference?: string | undefined;
  overdueAt?: Date | undefined;
  beforeId?: string | undefined;
  limit: number;
}

/** Reads of this service's tables. Those by id are shared between the requests that wait for them at the same time. */
export function createStore(pool: Pool) {
  const db = drizzle(pool);

  const byId = <Table extends PgTable & { id: AnyPgColumn }>(table: Table, name: string) => {
    const statement = db
      .select()
      .from<PgTable>(table)
      .where(sql`${table.id} = any(${sql.placeholder('ids')})`)
      .prepare(name);
    return sharedRead<string, Table['$inferSelect']>(async (ids) => {
      const rows = (await statement.execute({ ids })) as (Table['$inferSelect'] & { id: string })[];
      return new Map(rows.map((row) => [row.id, row]));
    });
  };

  const offered = db
    .select({ id: offering.id, offering: offering.record, facility: facility.record })
    .from(offering)
    .leftJoin(facility, eq(facility.id, sql`(${offering.record} ->> 'facilityId')::uuid`))
    .where(sql`${offering.id} = any(${sql.placeholder('ids')})`)
    .prepare('offerings with their facilities by id');

  const receiptsStatement = db
    .select()
    .from(receipt)
    .where(sql`${receipt.referralId} = any(${sql.placeholder('referralIds')})`)
    .orderBy(receipt.id)
    .prepare('receipts of referrals');
  const receiptsOf = sharedRead<string, ReceiptRow[]>(async (referralIds) =>
    Map.groupBy(await receiptsStatement.execute({ referralIds }), ({ referralId }) => referralId),
  );

  return {
    referral: byId(referral, 'referrals by id'),
    person: byId(person, 'persons by id'),
    consent: byId(consent, 'consents by id'),
    facility: byId(facility, 'facilities by id'),
    offering: byId(offering, 'offerings by id'),
    receipt: byId(receipt, 'receipts by id'),

    /** An offering together with its facility, where that is known. */
    offered: sharedRead<string, { offering: Offering; facility: Facility | null }>(async (ids) => {
      const rows = await offered.execute({ ids });
      return new Map(rows.map(({ id, ...found }) => [id, found]));
    }),

    receiptsOf: async (referralId: string): Promise<ReceiptRow[]> => (await receiptsOf(referralId)) ?? [],

    /**
     * Newest first, from below `beforeId`. Each way of taking part is looked up by itself, in the order of its own index, so that
     * a page costs the same however many there are.
     */
    list: (filter: ListFilter): Promise<ReferralRow[]> => {
      const { limit } = filter;
      const ways = waysOfTakingPart(filter.bound).map(
        (way) =>
          sql`(select ${referral.id} from ${referral} where ${and(way, ...conditionsOf(filter))} order by ${referral.id} desc limit ${limit})`,
      );
      return db
        .select()
        .from(referral)
        .where(inArray(referral.id, sql`(${sql.join(ways, sql` union all `)})`))
        .orderBy(desc(referral.id))
        .limit(limit);
    },

    /** Referrals that lean on a consent and still share under it. */
    sharingUnder: (consentId: string): Promise<{ id: string }[]> =>
      db
        .select({ id: referral.id })
        .from(referral)
        .where(and(eq(referral.consentId, consentId), eq(referral.sharingStopped, false))),

    /** Whose time has come, the longest waiting first. */
    due: (now: Date, limit: number): Promise<{ id: string }[]> =>
      db
        .select({ id: referral.id })
        .from(referral)
        .where(lte(referral.wakeAt, now))
        .orderBy(referral.wakeAt)
        .limit(limit),
  };
}
export type Store = ReturnType<typeof createStore>;

function conditionsOf({
  bound,
  states,
  facilityId,
  priority,
  reference,
  overdueAt,
  beforeId,
}: ListFilter): (SQL | undefined)[] {
  return [
    states && inArray(referral.state, [...states]),
    facilityId === undefined ? undefined : eq(referral.facilityId, facilityId),
    priority && eq(referral.priority, priority),
    // A reference is the referrer's own: nobody else finds anything by it.
    reference === undefined
      ? undefined
      : and(eq(referral.reference, reference), eq(referral.referrerOrganisationId, bound.organisationId)),
    overdueAt && lt(referral.dueAt, overdueAt),
    beforeId === undefined ? undefined : lt(referral.id, beforeId),
  ];
}

function waysOfTakingPart(bound: Bound): (SQL | undefined)[] {
  const { organisationId } = bound;
  const refers = eq(referral.referrerOrganisationId, organisationId);
  const receives = and(eq(referral.facilityOrganisationId, organisationId), gt(referral.sentAt, new Date(0)));
  switch (bound.party) {
    case 'referrer':
      return [refers];
    case 'supervisor':
      return [refers, receives];
    case 'facility':
      return [refers, ...bound.facilityIds.map((id) => and(eq(referral.facilityId, id), receives))];
  }
}
