import { z } from 'zod';
import { AccessRequirement, Language, NeedCategory, Priority, ProviderPreference } from './codes.ts';
import { Location, MultilingualName, ServiceCode } from './facility.ts';
import { distinct, Id } from './identifiers.ts';
import { PlaceId } from './place.ts';

const byNeed = z
  .strictObject({
    needCategory: NeedCategory,
    service: ServiceCode.optional().describe('Only this service; else those that answer the need'),
    near: Location.optional().describe('Where the person sets out from; the way is measured from here'),
    districtId: PlaceId.optional().describe('The district the person lives in, where no point is known'),
    language: Language.optional().describe('What the person is to be spoken to in'),
    accessRequirements: distinct(AccessRequirement).max(6).optional(),
    providerPreferred: ProviderPreference.optional(),
    priority: Priority.optional().describe('routine unless said; sexual violence is always an emergency'),
  })
  .refine(({ near, districtId }) => (near === undefined) !== (districtId === undefined), {
    path: ['near'],
    message: 'must be given, or else districtId, and not both',
  });

const byReferral = z.strictObject({
  referralId: Id.describe(
    'A referral of yours: need, language, access, preferred provider, district and priority are its',
  ),
});

/** Where a person could be sent: asked by what they need and where they are, or for a referral of the caller's. */
export const RecommendationQuestion = z.union([byNeed, byReferral]).meta({
  examples: [
    {
      needCategory: 'physical-injury',
      near: { latitude: 37.91459, longitude: 69.78454 },
      language: 'ky',
      accessRequirements: ['wheelchair'],
      providerPreferred: 'any',
    },
    { referralId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60' },
  ],
});
export type RecommendationQuestion = z.infer<typeof RecommendationQuestion>;

/** Words for a person to read. Tajik where a native reader has yet to agree with it is left out. */
const Said = z.object({ en: z.string(), ru: z.string(), tg: z.string().optional() });

/** Why a facility stands where it stands. None of them names what the person needs or what is offered there. */
export const RankReasonCode = z.enum([
  'open-now',
  'hours-unknown',
  'best-fit',
  'possible-fit',
  'open-places',
  'places-taken',
  'waiting-list',
  'distance',
  'same-district',
  'distance-from-district',
  'speaks-language',
  'language-not-listed',
  'step-free',
  'not-step-free',
  'provider',
  'provider-not-listed',
  'answers-within',
  'answers-late',
]);
export type RankReasonCode = z.infer<typeof RankReasonCode>;

export const RankReason = z.object({
  code: RankReasonCode,
  favours: z.boolean().describe('false: it speaks against the facility'),
  text: Said,
});
export type RankReason = z.infer<typeof RankReason>;

/** What is to be done before anything else. */
export const Advice = z.object({ code: z.enum(['ring-first']), phone: z.string(), text: Said });
export type Advice = z.infer<typeof Advice>;

/** A facility that can take the person, by the offering to refer to. */
export const Recommendation = z.object({
  offeringId: Id,
  facilityId: Id,
  organisationId: Id.describe('Whom a consent must name for a referral to go there'),
  name: MultilingualName,
  distanceKm: z.number().min(0).nullable().describe('Great circle from `near`; null where no point was given'),
  openPlaces: z
    .int()
    .min(0)
    .nullable()
    .describe(
      'This week’s places less those taken now; null where it is not said, as it never is of what belongs to a desk',
    ),
  openNow: z.boolean().nullable().describe('By its hours; null where they cannot be read'),
  reasons: z.array(RankReason),
});
export type Recommendation = z.infer<typeof Recommendation>;

export const Recommendations = z.object({
  advice: Advice.nullable().describe('To be done first, where there is an emergency'),
  items: z.array(Recommendation).describe('The best first; one offering of each facility, 20 at most'),
});
export type Recommendations = z.infer<typeof Recommendations>;
