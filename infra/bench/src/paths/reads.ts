import type { Shot } from '../load/load.ts';
import { justNow } from '../world/course.ts';
import { facilityIds, idPrefixes, service } from '../world/ids.ts';
import { pointsOfView, seedFacilities } from '../world/seed-directory.ts';
import { seedOthersReferrals, seedPlaces, seedReferrals } from '../world/seed-referral.ts';
import { asFacility } from './clients.ts';
import { compare } from './compare.ts';
import type { Bench, HotPath } from './path.ts';

const referralCount = 10_000;
const othersCount = 20_000;
const facilityCount = 2000;
const levels = { concurrency: [1, 16, 64], aim: { ratioMin: 0.6, at: [1, 16, 64] } };

/** The reads that are asked most. `growth` asks them again, of more. */
export const shots = {
  read: async ({ world }: Bench): Promise<Shot> => ({
    method: 'GET',
    path: `/v1/referrals/${idPrefixes.referral}{n}`,
    headers: await asFacility(world),
    status: 200,
  }),
  list: async ({ world }: Bench): Promise<Shot> => ({
    method: 'GET',
    path: facilityIds.map((id) => `/v1/referrals?facilityId=${id}`),
    headers: await asFacility(world),
    status: 200,
  }),
  /** What a facility's system asks in the morning: all that is its own, newest first. */
  inbox: async ({ world }: Bench): Promise<Shot> => ({
    method: 'GET',
    path: '/v1/referrals',
    headers: await asFacility(world),
    status: 200,
  }),
  search: async (_bench: Bench): Promise<Shot> => ({
    method: 'GET',
    path: pointsOfView.map(
      ({ latitude, longitude }) => `/v1/facilities?near=${latitude},${longitude}&service=${service}`,
    ),
    headers: {},
    status: 200,
  }),
};

const ofReferrals = {
  service: 'referral',
  seed: async (query) => {
    await seedPlaces(query);
    await seedReferrals(query, { from: 0, to: referralCount, course: justNow('accepted') });
    await seedOthersReferrals(query, { from: 0, to: othersCount, course: justNow('accepted') });
  },
  numbers: { from: 0, to: referralCount, isCycle: true },
} satisfies Partial<Parameters<typeof compare>[1]>;

export const read: HotPath = {
  name: 'read',
  title: 'GET /v1/referrals/{id}, with its details',
  about:
    'Token, referral and receipts, the look noted before the answer leaves. The ceiling: Fastify, one statement that reads and notes for all that wait, answered as Postgres spells it.',
  measure: (bench) => compare(bench, { ...ofReferrals, ...levels, ceiling: 'read', shot: () => shots.read(bench) }),
};

export const list: HotPath = {
  name: 'list',
  title: "GET /v1/referrals, one facility's newest 50",
  about:
    'Token, 50 referrals with their details, one entry that names them all; which they are is asked each time, and what stands in them read once for each version, here of the same pages again and again. The ceiling: Fastify, one statement that reads and notes for all that wait, answered as Postgres spells it.',
  measure: (bench) => compare(bench, { ...ofReferrals, ...levels, ceiling: 'list', shot: () => shots.list(bench) }),
};

export const search: HotPath = {
  name: 'search',
  title: 'GET /v1/facilities, the nearest 50 with a service',
  about: `Public, among ${facilityCount} facilities of which three in ten offer the service; which are the nearest is asked each time, and what is told of them read once for each version. The ceiling: Fastify and one statement that knows beforehand how far a page reaches, answered as Postgres spells it.`,
  measure: (bench) =>
    compare(bench, {
      ...levels,
      service: 'directory',
      ceiling: 'search',
      seed: (query) => seedFacilities(query, { from: 0, to: facilityCount }),
      shot: () => shots.search(bench),
      numbers: { from: 0, to: 1, isCycle: true },
    }),
};
