import {
  type AccessRequirement,
  isSensitive,
  type Language,
  type Location,
  type NeedCategory,
  type Priority,
  type ProviderPreference,
  type RecommendationQuestion,
  type ServicesOfNeed,
  servicesOfNeed,
} from '@rohnamo/contracts';
import { priorityOf } from '../refer/new-referral.ts';
import type { ReferralRow, TaskRow } from '../schema.ts';

/** What is looked for: for whom, as far as it bears on where they can go. */
export interface Wanted {
  /** Services that answer the need best, and all that answer it. */
  bestServices: readonly string[];
  services: readonly string[];
  /** Only what a desk of its own receives is offered. */
  needsDesk: boolean;
  place: { near: Location } | { districtId: string } | null;
  language: Language | null;
  needsStepFree: boolean;
  provider: 'woman' | 'man' | null;
  isEmergency: boolean;
  /** Facilities that are not offered again. */
  excludedFacilityIds: readonly string[];
}

export type QuestionByNeed = Exclude<RecommendationQuestion, { referralId: string }>;

/** What is looked for when somebody asks by need and place. */
export function wantedByNeed(asked: QuestionByNeed): Wanted {
  const { needCategory, service, near, districtId } = asked;
  const { first, also } = answering(needCategory);
  const priority = priorityOf({ needCategory, priority: asked.priority ?? 'routine' });
  return {
    ...personal(asked, { needCategory, priority }),
    bestServices: service === undefined ? first : [service],
    services: service === undefined ? [...first, ...also] : [service],
    place: near ? { near } : districtId === undefined ? null : { districtId },
    excludedFacilityIds: [],
  };
}

/**
 * What is looked for when a referral is to go somewhere, or somewhere else: not where it is, nor where it could not stay. What it
 * was sent for is sought again, unless that was the wrong service. A draft has been nowhere yet.
 */
export function wantedFor(row: ReferralRow, endedTasks: readonly TaskRow[]): Wanted {
  const { first, also } = answering(row.needCategory);
  const isWrongService = row.state === 'rejected' && row.reasonCode === 'wrong-service';
  return {
    ...personal(row, row),
    bestServices: isWrongService ? first : [row.service],
    services: [...new Set([...(isWrongService ? [] : [row.service]), ...first, ...also])],
    place: row.districtId === null ? null : { districtId: row.districtId },
    excludedFacilityIds: [
      ...(row.sentAt === null ? [] : [row.facilityId]),
      ...endedTasks.filter(({ state }) => couldNotStay.has(state)).map(({ facilityId }) => facilityId),
    ],
  };
}

const couldNotStay: ReadonlySet<TaskRow['state']> = new Set(['rejected', 'redirected']);

const answering = (need: NeedCategory): ServicesOfNeed => servicesOfNeed[need];

/** What the person brings with them; their preference is asked of everybody, and where it is none, nothing hangs on it. */
function personal(
  asked: {
    language?: Language | undefined;
    accessRequirements?: readonly AccessRequirement[] | undefined;
    providerPreferred?: ProviderPreference | null | undefined;
  },
  { needCategory, priority }: { needCategory: NeedCategory; priority: Priority },
): Pick<Wanted, 'needsDesk' | 'language' | 'needsStepFree' | 'provider' | 'isEmergency'> {
  const { language, accessRequirements = [], providerPreferred } = asked;
  return {
    needsDesk: isSensitive(needCategory),
    language: language ?? null,
    needsStepFree: accessRequirements.includes('wheelchair') || accessRequirements.includes('ground-floor'),
    provider: providerPreferred === 'woman' || providerPreferred === 'man' ? providerPreferred : null,
    isEmergency: priority === 'emergency',
  };
}
