import { columnsOf, keptByVersion, sharedRead } from '@rohnamo/journal';
import { and, asc, eq, getTableName, gt, isNotNull, lte, ne, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { type AnyPgColumn, PgDialect, type PgTable } from 'drizzle-orm/pg-core';
import type { Pool } from 'pg';
import type { Facility, Offering } from '@rohnamo/contracts';
import { createAnswering } from './asked-together.ts';
import { type Listed, type ListFilter, listQuestion } from './read/list.ts';
import type { OpenReferral } from './refer/duplicate.ts';
import { neverShown, type ShownRow } from './read/shown-row.ts';
import {
  consent,
  type ConsentRow,
  consentUse,
  facility,
  isOpenNow,
  offering,
  person,
  type PersonRow,
  receipt,
  type ReceiptRow,
  referral,
  type ReferralRow,
  task,
  type TaskRow,
} from './schema.ts';

/** The ids of what a referral would stand on. */
export interface GroundsIds {
  beneficiaryId: string;
  consentId: string;
  offeringId: string;
}

/** What of it is known here; null: nothing. */
export interface KnownGrounds {
  person: PersonRow | null;
  consent: ConsentRow | null;
  offering: Offering | null;
  facility: Facility | null;
  /** The referral that the consent has served, where it serves one alone; null: none yet. */
  usedBy: string | null;
  /** Referrals of the person that are under way, of whomever, wherever. */
  open: OpenReferral[];
}

/** A referral, and what became of telling its parties of it. */
export interface ReferralWithReceipts {
  row: ReferralRow;
  receipts: ReceiptRow[];
}

/** A referral, and of the consent that it leans on what tells whether it stands; null: there is no such consent that is known here. */
export interface ReferralWithConsent {
  row: ReferralRow;
  consent: Pick<ConsentRow, 'state' | 'endsAt'> | null;
}
interface ItsConsent {
  itsState: ConsentRow['state'] | null;
  itsEndsAt: Date | null;
}

type ReceiptInJson = Omit<ReceiptRow, 'at'> & { at: string };

/** What a few hundred nurses look at in a day; some kilobytes each. */
const shownMax = 10_000;

type OpenInJson = Omit<OpenReferral, 'sentAt'> & { sentAt: string };
const openFromJson = ({ sentAt, ...open }: OpenInJson): OpenReferral => ({ ...open, sentAt: new Date(sentAt) });
const openColumns = columnsOf(referral, {
  only: [
    'id',
    'number',
    'facilityId',
    'service',
    'referrerOrganisationId',
    'facilityOrganisationId',
    'deskId',
    'sentAt',
    'walkIn',
  ] satisfies (keyof OpenReferral)[],
});

/** Reads of this service's tables. Those by id are shared between the requests that wait for them at the same time. */
export function createStore(pool: Pool) {
  const db = drizzle(pool);
  const answer = createAnswering(pool);

  const byId = <Table extends PgTable & { id: AnyPgColumn }>(table: Table, name: string) => {
    const text = `select ${columnsOf(table)} from ${getTableName(table)} where id = any($1)`;
    return sharedRead<string, Table['$inferSelect']>(async (ids) => {
      const { rows } = await pool.query<Table['$inferSelect'] & { id: string }>({ name, text, values: [ids] });
      return new Map(rows.map((row) => [row.id, row]));
    });
  };

  const groundsStatement = db
    .select({
      nth: sql<number>`nth::int`,
      person,
      consent,
      usedBy: consentUse.referralId,
      open: sql<
        OpenInJson[]
      >`(select coalesce(json_agg(open), '[]') from (select ${sql.raw(openColumns)} from referral where beneficiary_id = wanted.person and ${isOpenNow(referral)}) open)`,
      offering: offering.record,
      facility: facility.record,
    })
    .from(
      sql`unnest(${sql.placeholder('persons')}::uuid[], ${sql.placeholder('consents')}::uuid[], ${sql.placeholder('offerings')}::uuid[])
        with ordinality as wanted (person, consent, offering, nth)`,
    )
    .leftJoin(person, eq(person.id, sql`wanted.person`))
    .leftJoin(consent, eq(consent.id, sql`wanted.consent`))
    .leftJoin(consentUse, eq(consentUse.id, sql`wanted.consent`))
    .leftJoin(offering, eq(offering.id, sql`wanted.offering`))
    .leftJoin(facility, eq(facility.id, sql`(${offering.record} ->> 'facilityId')::uuid`))
    .prepare('grounds of referrals');

  const shownStatement = {
    name: 'referrals to be shown',
    text: `select ${columnsOf(referral, { without: neverShown })} from referral where id = any($1)`,
  };
  const shown = keptByVersion<ShownRow>({
    max: shownMax,
    load: async (ids) => {
      const { rows } = await pool.query<ShownRow>({ ...shownStatement, values: [ids] });
      return new Map(rows.map((row) => [row.id, { version: row.version, value: row }]));
    },
  });

  const receiptsStatement = {
    name: 'receipts of referrals',
    text: `select ${columnsOf(receipt)} from receipt where referral_id = any($1) order by id`,
  };
  const receiptsOf = sharedRead<string, ReceiptRow[]>(async (referralIds) => {
    const { rows } = await pool.query<ReceiptRow>({ ...receiptsStatement, values: [referralIds] });
    return Map.groupBy(rows, ({ referralId }) => referralId);
  });

  const withReceiptsStatement = {
    name: 'referrals with receipts by id',
    text: `select ${columnsOf(referral)}, (select coalesce(json_agg(told), '[]') from
      (select ${columnsOf(receipt)} from receipt where referral_id = referral.id order by id) told) as receipts from referral where id = any($1)`,
  };
  const withReceipts = sharedRead<string, ReferralWithReceipts>(async (ids) => {
    const { rows } = await pool.query<ReferralRow & { receipts: ReceiptInJson[] }>({
      ...withReceiptsStatement,
      values: [ids],
    });
    return new Map(
      rows.map(({ receipts, ...row }) => [
        row.id,
        { row, receipts: receipts.map(({ at, ...receipt }) => ({ ...receipt, at: new Date(at) })) },
      ]),
    );
  });

  const openStatement = {
    name: 'open referrals of a person at a facility',
    text: `select ${openColumns} from referral where beneficiary_id = $1 and facility_id = $2 and ${new PgDialect().sqlToQuery(isOpenNow(referral)).sql} order by id`,
  };

  const withConsentStatement = {
    name: 'referrals with consents by id',
    text: `select ${columnsOf(referral)}, "itsState", "itsEndsAt" from referral left join lateral
      (select state as "itsState", ends_at as "itsEndsAt" from consent where id = referral.consent_id) its on true
      where id = any($1)`,
  };
  const withConsent = sharedRead<string, ReferralWithConsent>(async (ids) => {
    const { rows } = await pool.query<ReferralRow & ItsConsent>({ ...withConsentStatement, values: [ids] });
    return new Map(
      rows.map(({ itsState: state, itsEndsAt: endsAt, ...row }) => [
        row.id,
        { row, consent: state === null ? null : { state, endsAt } },
      ]),
    );
  });

  return {
    referral: byId(referral, 'referrals by id'),
    /** For whom both are shown. */
    referralWithReceipts: withReceipts,
    referralWithConsent: withConsent,
    person: byId(person, 'persons by id'),
    consent: byId(consent, 'consents by id'),
    facility: byId(facility, 'facilities by id'),
    offering: byId(offering, 'offerings by id'),
    receipt: byId(receipt, 'receipts by id'),

    /** Whether anything has this id, of whatever kind: what is in the journal, and copies of what others have. */
    isIdTaken: async (id: string): Promise<boolean> => {
      const { rows } = await pool.query<{ taken: boolean }>({
        name: 'is an id taken',
        text: `select exists (select from entry where subject = $1 and version is not null)
          or ${[referral, person, consent, facility, offering].map((table) => `exists (select from ${getTableName(table)} where id = $1)`).join(' or ')} as taken`,
        values: [id],
      });
      return rows[0]?.taken === true;
    },

    /** What a referral would stand on, as far as it is known here: all in one statement. */
    grounds: sharedRead<GroundsIds, KnownGrounds>(async (wanted) => {
      const offerings = [...new Set(wanted.map(({ offeringId }) => offeringId))]; // each comes once, however many want it
      const rows = await groundsStatement.execute({
        persons: wanted.map(({ beneficiaryId }) => beneficiaryId),
        consents: wanted.map(({ consentId }) => consentId),
        offerings: wanted.map((_, index) => offerings[index] ?? null),
      });
      const inOrder = rows.toSorted((one, other) => one.nth - other.nth);
      const offered = new Map(offerings.map((id, index) => [id, inOrder[index]!]));
      return new Map(
        wanted.map((ids, index) => {
          const { person, consent, usedBy, open } = inOrder[index]!;
          const { offering, facility } = offered.get(ids.offeringId)!;
          return [ids, { person, consent, usedBy, offering, facility, open: open.map(openFromJson) }];
        }),
      );
    }),

    /** Tasks of a referral that have ended, oldest first. Of one that is at its first task, which has none, nothing is read. */
    endedTasksOf: async (of: string | Pick<ReferralRow, 'id' | 'taskNumber'>): Promise<TaskRow[]> => {
      if (typeof of === 'object' && of.taskNumber === 1) return [];
      const id = typeof of === 'object' ? of.id : of;
      return db.select().from(task).where(eq(task.referralId, id)).orderBy(asc(task.number));
    },

    /** Referrals of a person to a facility that are under way. */
    openReferralsAt: async ({
      beneficiaryId,
      facilityId,
    }: Pick<ReferralRow, 'beneficiaryId' | 'facilityId'>): Promise<OpenReferral[]> => {
      const { rows } = await pool.query<OpenReferral>({
        ...openStatement,
        values: [beneficiaryId, facilityId],
      });
      return rows;
    },

    receiptsOf: async (referralId: string): Promise<ReceiptRow[]> => (await receiptsOf(referralId)) ?? [],

    list: (filter: ListFilter): Promise<Listed[]> => answer<Listed>(listQuestion(filter)),

    /** A referral that was listed, as it was then or is by now. */
    shown,

    /** Referrals of an organisation, those in error apart, by their ids. */
    referredBy: (
      organisationId: string,
      { afterId, limit }: { afterId: string | null; limit: number },
    ): Promise<{ id: string }[]> =>
      db
        .select({ id: referral.id })
        .from(referral)
        .where(
          and(
            eq(referral.referrerOrganisationId, organisationId),
            ne(referral.state, 'entered_in_error'),
            afterId === null ? undefined : gt(referral.id, afterId),
          ),
        )
        .orderBy(asc(referral.id))
        .limit(limit),

    /** Referrals that lean on a consent and still share under it. */
    sharingUnder: (consentId: string): Promise<{ id: string }[]> =>
      db
        .select({ id: referral.id })
        .from(referral)
        .where(and(eq(referral.consentId, consentId), eq(referral.sharingStopped, false))),

    /** Referrals that another organisation is asked to take over under a consent. */
    proposedUnder: (consentId: string): Promise<{ id: string }[]> =>
      db
        .select({ id: referral.id })
        .from(referral)
        .where(and(eq(referral.transferConsentId, consentId), isNotNull(referral.transferOrganisationId))),

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
