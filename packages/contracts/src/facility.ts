import { z } from 'zod';
import { Language } from './codes.ts';
import { distinct, Id, line, name, text, Timestamp, Version } from './identifiers.ts';

export const FacilityKind = z.enum([
  'health-house',
  'rural-health-centre',
  'city-health-centre',
  'district-health-centre',
  'central-district-hospital',
  'numbered-hospital',
  'district-tb-centre',
  'hiv-centre',
  'narcology-centre',
  'reproductive-health-centre',
  'regional-hospital',
  'republican-hospital',
  'mental-health-centre',
  'disability-assessment-commission',
  'psychosocial-point',
  'training-centre',
  'legal-aid',
  'shelter',
  'private-clinic',
]);
export type FacilityKind = z.infer<typeof FacilityKind>;

export const FacilityStatus = z.enum(['open', 'suspended', 'closed']);
export type FacilityStatus = z.infer<typeof FacilityStatus>;

/** A place on the earth: WGS 84 degrees. */
export const Location = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});
export type Location = z.infer<typeof Location>;

const inEachScript = (written: z.ZodOptional<z.ZodString>) =>
  z
    .strictObject({ tg: written, ru: written, en: written })
    .refine((given) => Object.values(given).some((one) => one !== undefined), 'must be given in tg, ru or en')
    .meta({ examples: [{ tg: 'Маркази саломатии Кӯлоб', en: 'Kulob health centre (sample)' }] });

/** A facility's name in each of the scripts it is written in; at least one. */
export const MultilingualName = inEachScript(line(200).optional());
/** The same, as a caller gives it. */
export const GivenMultilingualName = inEachScript(name(200).optional());
export type MultilingualName = z.infer<typeof MultilingualName>;

/** A named group of people in a facility, whose tasks are theirs alone. Its id is made by whoever names it. */
export const Desk = z.strictObject({ id: Id, name: line(100) });
export type Desk = z.infer<typeof Desk>;
const desks = z
  .array(Desk)
  .max(50)
  .refine((named) => new Set(named.map(({ id }) => id)).size === named.length, 'must each have an id of its own')
  .meta({ examples: [[{ id: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d61', name: 'Room 4' }]] });

export const NewFacility = z.strictObject({
  organisationId: Id,
  kind: FacilityKind,
  name: GivenMultilingualName,
  location: Location,
  locationConfidential: z
    .boolean()
    .default(false)
    .describe(
      'A shelter: its place is in no search or event from then on. What was recorded of it before stands in the journal: record a place that has become secret anew',
    ),
  districtId: line(32)
    .optional()
    .meta({ examples: ['TJK003D010'] }),
  address: line(300).optional(),
  languages: distinct(Language).max(11).default(['tg']),
  wheelchairAccess: z.boolean().default(false),
  desks: desks.default([]),
  status: FacilityStatus.default('open'),
});
export type NewFacility = z.infer<typeof NewFacility>;

export const FacilityPatch = z.strictObject({
  name: GivenMultilingualName.optional(),
  location: Location.optional(),
  locationConfidential: z.boolean().optional(),
  districtId: line(32).nullable().optional(),
  address: line(300).nullable().optional(),
  languages: distinct(Language).max(11).optional(),
  wheelchairAccess: z.boolean().optional(),
  desks: desks.optional(),
  status: FacilityStatus.optional(),
});
export type FacilityPatch = z.infer<typeof FacilityPatch>;

/** A service's name: a short code, so that a referral and an offering can be matched. */
export const ServiceCode = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,62}$/, 'must be lower-case words joined by hyphens')
  .meta({ examples: ['injury-care'] });
export type ServiceCode = z.infer<typeof ServiceCode>;

export const Capacity = z.enum(['open', 'waitlist', 'full', 'closed']);
export type Capacity = z.infer<typeof Capacity>;

const offering = {
  service: ServiceCode,
  pyramidLayer: z.int().min(1).max(4).describe('IASC intervention pyramid'),
  activityGroup: z
    .string()
    .regex(/^(1|2|3|4|5|6|7|7\.1|7\.2|8|9|10|11)$/, 'must be an IASC 4Ws MHPSS activity group')
    .optional(),
  languages: distinct(Language).max(11).default(['tg']),
  hours: line(200).optional(),
  eligibility: text(1000).optional(),
  cost: line(200).optional(),
  staffWomen: z.boolean().default(false),
  staffMen: z.boolean().default(false),
  walkIns: z.boolean().default(false),
  capacity: Capacity.default('open'),
  placesPerWeek: z.int().min(0).max(100_000).optional(),
  deskId: Id.optional().describe(
    'The desk whose it is: its referrals are there for nobody else of the facility. Without one, nothing sensitive is referred to it. Told to its own organisation and administrators alone',
  ),
};

export const NewOffering = z.strictObject(offering);
export type NewOffering = z.infer<typeof NewOffering>;

export const OfferingPatch = z
  .strictObject({
    capacity: Capacity.optional(),
    placesPerWeek: z.int().min(0).max(100_000).nullable().optional(),
    deskId: Id.nullable().optional(),
    hours: line(200).nullable().optional(),
    eligibility: text(1000).nullable().optional(),
    cost: line(200).nullable().optional(),
    languages: distinct(Language).max(11).optional(),
    staffWomen: z.boolean().optional(),
    staffMen: z.boolean().optional(),
    walkIns: z.boolean().optional(),
  })
  .meta({ examples: [{ capacity: 'waitlist', hours: 'Mon-Fri 8-16' }] });
export type OfferingPatch = z.infer<typeof OfferingPatch>;

/** One service that a facility delivers, and on what conditions. */
export const Offering = z.object({
  id: Id,
  version: Version,
  facilityId: Id,
  ...offering,
  verifiedAt: Timestamp.describe('When the directory last heard that this is so'),
});
export type Offering = z.infer<typeof Offering>;

/** A place that delivers a service. Where its place is confidential, location and address are null. */
export const Facility = z.object({
  id: Id,
  version: Version,
  ...NewFacility.shape,
  name: MultilingualName,
  location: Location.nullable(),
  address: z.string().nullable(),
});
export type Facility = z.infer<typeof Facility>;

/** A facility in a public look-up: how far it is (great circle), and what it offers. */
export const FacilityFound = Facility.extend({
  distanceKm: z.number().min(0).nullable(),
  offerings: z.array(Offering),
});
export type FacilityFound = z.infer<typeof FacilityFound>;
