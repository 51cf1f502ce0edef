import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidate.ts';
import { ranked } from './rank.ts';
import type { Way } from './reach.ts';
import { answerSteps } from './response-times.ts';

const known = fc.constantFrom(true, false, null);
const km = fc.integer({ min: 0, max: 1_000_000 }).map((metres) => metres / 1000);
const way: fc.Arbitrary<Way> = fc.oneof(
  fc.record({ kind: fc.constant('from-point' as const), km }),
  fc.record({ kind: fc.constant('from-district' as const), km }),
  fc.constant({ kind: 'same-district' as const }),
  fc.constant({ kind: 'unknown' as const }),
);
const aCandidate: fc.Arbitrary<Candidate> = fc.record({
  offeringId: fc.uuid(),
  facilityId: fc.uuid(),
  fit: fc.constantFrom('best' as const, 'possible' as const),
  capacity: fc.constantFrom('open' as const, 'waitlist' as const),
  openPlaces: fc.option(fc.integer({ min: 0, max: 100_000 })),
  tellsPlaces: fc.boolean(),
  way,
  speaks: known,
  stepFree: known,
  provider: known,
  answersWithinHours: fc.option(fc.constantFrom(...answerSteps)),
  openNow: known,
});

/** The same candidate, better in one respect; null where it is at its best in it. */
const betterBy: Record<string, (candidate: Candidate) => Partial<Candidate> | null> = {
  fit: ({ fit }) => (fit === 'possible' ? { fit: 'best' } : null),
  capacity: ({ capacity }) => (capacity === 'waitlist' ? { capacity: 'open' } : null),
  places: ({ openPlaces }) => (openPlaces === null ? null : { openPlaces: openPlaces + 1 }),
  way: (candidate) => {
    switch (candidate.way.kind) {
      case 'from-point':
      case 'from-district':
        return candidate.way.km === 0 ? null : { way: { ...candidate.way, km: candidate.way.km / 2 } };
      case 'unknown':
        return { way: { kind: 'same-district' } };
      case 'same-district':
        return null;
    }
  },
  language: ({ speaks }) => (speaks === false ? { speaks: true } : null),
  access: ({ stepFree }) => (stepFree === false ? { stepFree: true } : null),
  provider: ({ provider }) => (provider === false ? { provider: true } : null),
  answering: ({ answersWithinHours: hours }) => {
    const sooner = answerSteps.findLast((step) => hours !== null && step < hours);
    return sooner === undefined ? null : { answersWithinHours: sooner };
  },
  hours: ({ openNow }) => (openNow === null ? { openNow: true } : null),
};

describe('the rank of a facility', () => {
  it.each(Object.keys(betterBy))('is never below one that it betters in %s and equals in all else', (respect) => {
    const ids = fc.tuple(fc.uuid(), fc.uuid()).filter(([one, other]) => one !== other);
    fc.assert(
      fc.property(aCandidate, ids, fc.boolean(), (worse, [offeringId, facilityId], isEmergency) => {
        const change = betterBy[respect]!(worse);
        fc.pre(change !== null && !(isEmergency && worse.openNow === false));
        const better = { ...worse, ...change, offeringId, facilityId };
        expect(ranked([worse, better], { isEmergency })[0]).toEqual(
          // Without an emergency its hours do not matter, and the ids decide.
          respect === 'hours' && !isEmergency && worse.offeringId < offeringId ? worse : better,
        );
      }),
    );
  });

  it('does not hang on the order in which candidates come', () => {
    const some = fc.uniqueArray(aCandidate, { selector: ({ offeringId }) => offeringId, maxLength: 12 });
    const shuffles = some.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
        fc.boolean(),
      ),
    );
    fc.assert(
      fc.property(shuffles, ([one, other, isEmergency]) => {
        expect(ranked(one, { isEmergency })).toEqual(ranked(other, { isEmergency }));
      }),
    );
  });

  it('names each facility once, by the best of its offerings, and loses none', () => {
    const houses = fc.array(fc.uuid(), { minLength: 1, maxLength: 4 });
    const lists = houses.chain((ids) =>
      fc.array(
        fc
          .tuple(aCandidate, fc.constantFrom(...ids))
          .map(([candidate, facilityId]): Candidate => ({ ...candidate, facilityId })),
        { maxLength: 12 },
      ),
    );
    fc.assert(
      fc.property(lists, (list) => {
        const order = ranked(list, { isEmergency: false });
        expect(order.map(({ facilityId }) => facilityId).toSorted()).toEqual(
          [...new Set(list.map(({ facilityId }) => facilityId))].toSorted(),
        );
        for (const chosen of order) {
          const own = list.filter(({ facilityId }) => facilityId === chosen.facilityId);
          expect(ranked(own, { isEmergency: false })).toEqual([chosen]);
        }
      }),
    );
  });

  it('in an emergency leaves out what is closed, and puts what is open before what is not known', () => {
    fc.assert(
      fc.property(fc.array(aCandidate, { maxLength: 12 }), (list) => {
        const openings = ranked(list, { isEmergency: true }).map(({ openNow }) => openNow);
        expect(openings).not.toContain(false);
        expect(openings.lastIndexOf(true)).toBeLessThan(openings.includes(null) ? openings.indexOf(null) : Infinity);
      }),
    );
  });
});
