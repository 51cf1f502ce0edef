import type { Recommendation, Recommendations } from '@rohnamo/contracts';
import type { Context } from '../context.ts';
import { type Candidate, candidateOf, type Found } from './candidate.ts';
import { emergencyAdvice } from './emergency-advice.ts';
import type { Places } from './places.ts';
import { ranked } from './rank.ts';
import { reachedBy } from './reach.ts';
import { isOfTheFacility, reasonsFor } from './reasons.ts';
import type { ResponseTimes } from './response-times.ts';
import type { TakenOn } from './store.ts';
import type { Wanted } from './wanted.ts';

const itemsMax = 20;

/** What is known of places beside what is asked: what can be is kept in the process. */
export interface Knowledge {
  places: () => Promise<Places>;
  responseTimes: ResponseTimes;
  takenOn: TakenOn;
}

/**
 * Which facilities can take the person, the best first. `isOfPlacesAlone`: nothing is said that tells of the person, for whom
 * none of it is to see.
 */
export async function recommend(
  { limits, now }: Context,
  { places, responseTimes, takenOn: takenOnAt }: Knowledge,
  { wanted, isOfPlacesAlone }: { wanted: Wanted; isOfPlacesAlone: boolean },
): Promise<Recommendations> {
  const reached = reachedBy(await places(), wanted);
  const [takenOn, answering] = await Promise.all([
    takenOnAt(reached.map(({ offering }) => offering)),
    responseTimes(reached.map(({ facility }) => facility.id)),
  ]);
  const occasion = { now: now(), calendar: limits.calendar };
  const candidates = reached.map((within) => {
    const answersWithinHours = answering.get(within.facility.id) ?? null;
    const found = { ...within, takenOn: takenOn.get(within.offering.id) ?? 0, answersWithinHours };
    return { ...candidateOf(found, wanted, occasion), found };
  });
  const items = ranked(candidates, wanted)
    .slice(0, itemsMax)
    .map(({ found, ...candidate }) => recommendationOf(candidate, found, wanted));
  return {
    advice: wanted.isEmergency ? emergencyAdvice : null,
    items: isOfPlacesAlone ? items.map(withoutThePerson) : items,
  };
}

const recommendationOf = (candidate: Candidate, { facility }: Found, wanted: Wanted): Recommendation => ({
  offeringId: candidate.offeringId,
  facilityId: facility.id,
  organisationId: facility.organisationId,
  name: facility.name,
  distanceKm: candidate.way.kind === 'from-point' ? Math.round(candidate.way.km * 10) / 10 : null,
  openPlaces: candidate.tellsPlaces ? candidate.openPlaces : null,
  openNow: candidate.openNow,
  reasons: reasonsFor(candidate, wanted),
});

const withoutThePerson = (item: Recommendation): Recommendation => ({
  ...item,
  reasons: item.reasons.filter(isOfTheFacility),
});
