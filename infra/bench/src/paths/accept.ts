import { justNow } from '../world/course.ts';
import { idPrefixes } from '../world/ids.ts';
import { seedPeople, seedPlaces, seedReferrals } from '../world/seed-referral.ts';
import { asFacility } from './clients.ts';
import { compare } from './compare.ts';
import type { HotPath } from './path.ts';

/** More than either side can accept in a run. */
const referralCount = 400_000;

export const accept: HotPath = {
  name: 'accept',
  title: 'POST /v1/referrals/{id}/accept',
  about:
    'An action: read, decide, consent guard, one update and one entry, then placing, sealing and relaying to Kafka. The ceiling: Fastify, the same update and rows for all that wait in one statement, asking and checking nothing.',
  measure: (bench) =>
    compare(bench, {
      service: 'referral',
      ceiling: 'accept',
      seed: async (query) => {
        await seedPlaces(query);
        await seedPeople(query, { from: 0, to: referralCount });
        await seedReferrals(query, { from: 0, to: referralCount, course: justNow('sent') });
      },
      shot: async () => ({
        method: 'POST',
        path: `/v1/referrals/${idPrefixes.referral}{n}/accept`,
        headers: await asFacility(bench.world),
        status: 200,
      }),
      numbers: { from: 0, to: referralCount, isCycle: false },
      concurrency: [1, 16, 64],
      aim: { ratioMin: 0.5, p99RatioMax: 2, at: [16, 64] },
    }),
};
