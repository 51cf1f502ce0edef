import type {
  Capacity,
  Desk,
  FacilityKind,
  FacilityStatus,
  Language,
  MultilingualName,
  OrganisationKind,
} from '@rohnamo/contracts';
import { instant } from '@rohnamo/journal/schema';
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

export * from '@rohnamo/journal/schema';

const subject = () => ({ id: uuid('id').primaryKey(), version: bigint('version', { mode: 'number' }).notNull() });

/** Nothing here is ever deleted, so what is named by id needs no foreign key: whoever names it has found it. */
export const organisation = pgTable('organisation', {
  ...subject(),
  kind: text('kind').$type<OrganisationKind>().notNull(),
  name: text('name').notNull(),
});
export type OrganisationRow = typeof organisation.$inferSelect;

/** The public look-up reads only facilities that are open and whose place is no secret: its indexes hold no others. */
export const facility = pgTable(
  'facility',
  {
    ...subject(),
    organisationId: uuid('organisation_id').notNull(),
    kind: text('kind').$type<FacilityKind>().notNull(),
    name: jsonb('name').$type<MultilingualName>().notNull(),
    /** Beginnings of the folded words of every name: see names/search-key.ts. */
    nameBeginnings: text('name_beginnings').array().notNull(),
    latitude: doublePrecision('latitude').notNull(),
    longitude: doublePrecision('longitude').notNull(),
    locationConfidential: boolean('location_confidential').notNull(),
    districtId: text('district_id'),
    address: text('address'),
    languages: text('languages').array().$type<Language[]>().notNull(),
    wheelchairAccess: boolean('wheelchair_access').notNull(),
    desks: jsonb('desks').$type<Desk[]>().notNull(),
    status: text('status').$type<FacilityStatus>().notNull(),
  },
  (table) => {
    const listed = sql`${table.status} = 'open' and not ${table.locationConfidential}`;
    return [
      index('facility_listed').on(table.id).where(listed),
      index('facility_listed_by_kind').on(table.kind, table.id).where(listed),
      index('facility_listed_by_district').on(table.districtId, table.id).where(listed),
      index('facility_listed_by_point')
        .using('gist', sql`point(${table.longitude}, ${table.latitude})`)
        .where(listed),
      index('facility_listed_by_name').using('gin', table.nameBeginnings).where(listed),
    ];
  },
);
export type FacilityRow = typeof facility.$inferSelect;

/** Which facility a desk is of: the first that named it, for good, so that whoever sees the tasks of a desk never sees those of another. */
export const desk = pgTable('desk', {
  ...subject(),
  facilityId: uuid('facility_id').notNull(),
});

export const offering = pgTable(
  'offering',
  {
    ...subject(),
    facilityId: uuid('facility_id').notNull(),
    service: text('service').notNull(),
    pyramidLayer: integer('pyramid_layer').notNull(),
    activityGroup: text('activity_group'),
    languages: text('languages').array().$type<Language[]>().notNull(),
    hours: text('hours'),
    eligibility: text('eligibility'),
    cost: text('cost'),
    staffWomen: boolean('staff_women').notNull(),
    staffMen: boolean('staff_men').notNull(),
    walkIns: boolean('walk_ins').notNull(),
    capacity: text('capacity').$type<Capacity>().notNull(),
    placesPerWeek: integer('places_per_week'),
    deskId: uuid('desk_id'),
    verifiedAt: instant('verified_at').notNull(),
  },
  (table) => [
    uniqueIndex('offering_once').on(table.facilityId, table.service),
    index('offering_by_service').on(table.service, table.facilityId),
  ],
);
export type OfferingRow = typeof offering.$inferSelect;

/** An administrative unit. `id` is made from its code, so that an import finds again what it made. */
export const placeUnit = pgTable(
  'place_unit',
  {
    ...subject(),
    code: text('code').notNull(),
    level: integer('level').notNull(),
    parentCode: text('parent_code'),
    name: jsonb('name').$type<MultilingualName>().notNull(),
    formerNames: text('former_names').array().notNull(),
    nameBeginnings: text('name_beginnings').array().notNull(),
    latitude: doublePrecision('latitude'),
    longitude: doublePrecision('longitude'),
  },
  (table) => [
    uniqueIndex('place_unit_code').on(table.code),
    index('place_unit_of_parent').on(table.parentCode, table.code),
    index('place_unit_by_name').using('gin', table.nameBeginnings),
  ],
);
export type PlaceRow = typeof placeUnit.$inferSelect;
