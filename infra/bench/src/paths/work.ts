import type { RecommendationQuestion } from '@rohnamo/contracts';
import type { Shot } from '../load/load.ts';
import { readyPlaces } from '../ceiling/recommendations.ts';
import { throughAYear } from '../world/course.ts';
import { facilityIds } from '../world/ids.ts';
import { pointsOfView } from '../world/seed-directory.ts';
import { placeCount, seedPlacesOfTheCountry } from '../world/seed-places.ts';
import { seedOthersReferrals, seedReferrals } from '../world/seed-referral.ts';
import type { Query } from '../world/stage.ts';
import { asFacility, asReferrer } from './clients.ts';
import { compare } from './compare.ts';
import type { Bench, HotPath } from './path.ts';

const ownCount = 10_000;
const othersCount = 20_000;
const levels = { concurrency: [1, 16, 64], aim: { ratioMin: 0.6, at: [1, 16, 64] } };
const json = { 'content-type': 'application/json' };

/** What is asked while working: what to do next, and where to send somebody. `growth` asks it again, of more. */
export const workShots = {
  worklist: async ({ world }: Bench): Promise<Shot> => ({
    method: 'POST',
    path: '/v1/worklist',
    headers: { ...(await asFacility(world)), ...json },
    body: facilityIds.map((facilityId) => JSON.stringify({ facilityId })),
    status: 200,
  }),
  recommendations: async ({ world }: Bench): Promise<Shot> => ({
    method: 'POST',
    path: '/v1/recommendations',
    headers: { ...(await asReferrer(world)), ...json },
    body: pointsOfView.map((near) => JSON.stringify(questionFrom(near))),
    status: 200,
  }),
};

const questionFrom = (near: (typeof pointsOfView)[number]): RecommendationQuestion => ({
  needCategory: 'physical-injury',
  near,
  language: 'tg',
  accessRequirements: ['wheelchair'],
});

const ofAYear = {
  service: 'referral',
  seed: async (query: Query) => {
    await seedPlacesOfTheCountry(query);
    await seedReferrals(query, { from: 0, to: ownCount, course: throughAYear });
    await seedOthersReferrals(query, { from: 0, to: othersCount, course: throughAYear });
  },
  numbers: { from: 0, to: 1, isCycle: true },
} satisfies Partial<Parameters<typeof compare>[1]>;

export const worklist: HotPath = {
  name: 'worklist',
  title: 'POST /v1/worklist, the most urgent 50 of one facility',
  about: `Token, what is to be done about each of ${ownCount} referrals of a year as far as a page reaches, the last message and word of each, one entry that names them all. The ceiling: Fastify, one statement that finds them and the last message, and notes, for all that wait; answered as Postgres spells it, without what to do and why.`,
  measure: (bench) =>
    compare(bench, { ...ofAYear, ...levels, ceiling: 'worklist', shot: () => workShots.worklist(bench) }),
};

export const recommendations: HotPath = {
  name: 'recommendations',
  title: 'POST /v1/recommendations, by need and point',
  about: `Of ${placeCount} places the nearest 200, with what is open now and how soon they answer, ranked; 20 told with their reasons. The ceiling: Fastify and one statement over a table that has been made ready for it, with the same free places; of what ranks them it leaves out opening hours and answering times, and says the same reasons of all.`,
  measure: (bench) =>
    compare(bench, {
      ...ofAYear,
      ...levels,
      ceiling: 'recommendations',
      readyCeiling: async (query) => void (await query(readyPlaces)),
      shot: () => workShots.recommendations(bench),
    }),
};
