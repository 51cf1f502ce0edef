import type { NewReferral } from '@rohnamo/contracts';
import { idOf, idPrefixes } from '../world/ids.ts';
import { seedPeople, seedPlaces } from '../world/seed-referral.ts';
import { asReferrer } from './clients.ts';
import { compare } from './compare.ts';
import type { HotPath } from './path.ts';

/** More people than both sides together can refer in a run: nobody is referred twice. */
const peopleCount = 250_000;

/** What is sent; `{n}` stands for a number. */
export const newReferral = {
  beneficiaryId: `${idPrefixes.person}{n}`,
  offeringId: idOf('offering', 0),
  needCategory: 'physical-injury',
  priority: 'routine',
  consentId: `${idPrefixes.consent}{n}`,
  safeContact: { method: 'phone', phone: '+992000000001', note: 'After six in the evening.' },
  reference: 'case-{n}',
  reason: 'Fell from a scaffold in March; the wrist was set abroad and heals badly. '.repeat(15).trim(),
} satisfies Partial<NewReferral>;

export const refer: HotPath = {
  name: 'refer',
  title: 'POST /v1/referrals, sent at once',
  about:
    'A body of 1.5 KB, with token and Idempotency-Key: grounds, consent guard, duplicates, time limits, entry, then placing, sealing and relaying to Kafka. The ceiling: Fastify, the same schema, the same four rows for all that wait in one statement, asking and checking nothing.',
  measure: (bench) =>
    compare(bench, {
      service: 'referral',
      ceiling: 'refer',
      seed: async (query) => {
        await seedPlaces(query);
        await seedPeople(query, { from: 0, to: peopleCount });
      },
      shot: async () => ({
        method: 'POST',
        path: '/v1/referrals',
        headers: {
          ...(await asReferrer(bench.world)),
          'content-type': 'application/json',
          'idempotency-key': 'refer-{n}',
        },
        body: JSON.stringify(newReferral),
        status: 201,
      }),
      numbers: { from: 0, to: peopleCount, isCycle: false },
      concurrency: [1, 16, 64, 128],
      aim: { ratioMin: 0.5, p99RatioMax: 2, at: [16, 64] },
    }),
};
