import type { Shot } from '../load/load.ts';
import { throughAYear } from '../world/course.ts';
import { seedOthersReferrals } from '../world/seed-referral.ts';
import { asHealthAuthority } from './clients.ts';
import { compare } from './compare.ts';
import type { Bench, HotPath } from './path.ts';

const referralCount = 100_000;

/** An answer within a second. */
export const statisticsAim = { p50MsMax: 1000 };

/** The last quarter of the whole country, by facility. */
export const statisticsShot = async ({ world }: Bench): Promise<Shot> => ({
  method: 'GET',
  path: '/v1/statistics?groupBy=facility',
  headers: await asHealthAuthority(world),
  status: 200,
});

export const statistics: HotPath = {
  name: 'statistics',
  title: 'GET /v1/statistics, the country in a quarter, by facility',
  about: `Of ${referralCount} referrals of a year: what became of each task, the median times, and what of that may be told. The ceiling: Fastify and one statement that counts each figure and tells all of them.`,
  measure: (bench) =>
    compare(bench, {
      service: 'referral',
      ceiling: 'statistics',
      seed: (query) => seedOthersReferrals(query, { from: 0, to: referralCount, course: throughAYear }),
      shot: () => statisticsShot(bench),
      numbers: { from: 0, to: 1, isCycle: true },
      concurrency: [1, 4],
      aim: { ...statisticsAim, at: [1] },
    }),
};
