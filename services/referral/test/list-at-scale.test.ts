import { randomUUID } from 'node:crypto';
import type { TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundOf } from '../src/party.ts';
import { type ListFilter, listQuestion } from '../src/read/list.ts';
import { compiledAbove, costOf, genericPlanOf, pagesRead, plansMade, rowsAtOnce } from './generic-plan.ts';
import { manyClosed } from './many-closed.ts';
import { type ReferralService, referralService } from './referral-service.ts';

const limit = 51;
let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
  await at.refer();
  await manyClosed(at);
}, 120_000);
afterAll(() => at.stop());

const boundTo = (as: TokenRequest) => boundOf({ facilityIds: [], deskIds: [], ...as });
const filters = (): Record<string, ListFilter> => {
  const { referrer, facility, supervisor } = at.roles;
  const ofFacility = boundTo(facility);
  return {
    'of a referrer': { bound: boundTo(referrer), limit },
    'of a facility': { bound: ofFacility, limit },
    'of one facility': { bound: ofFacility, facilityId: at.facilityId, limit },
    'of a facility that refers': { bound: { ...ofFacility, organisationId: referrer.organisationId }, limit },
    'of a supervisor': { bound: boundTo(supervisor), limit },
    'of a facility’s supervisor': { bound: boundTo({ ...supervisor, organisationId: facility.organisationId }), limit },
  };
};

describe('a list of many', () => {
  it('is read along the indexes of whose it is, as far as a page reaches, by one plan for all callers', async () => {
    for (const [name, filter] of Object.entries(filters()))
      for (const before of [undefined, { id: randomUUID(), createdAt: new Date() }]) {
        const plan = await genericPlanOf(at.pool, listQuestion({ ...filter, before }));
        expect(plan, name).toMatch(/using referral_(of_referrer|received_by_facility|of_facility_organisation)/);
        expect(plan, name).not.toContain('Seq Scan');
        expect(rowsAtOnce(plan), name).toBeLessThanOrEqual(2 * limit); // a page of each way of taking part
        expect(pagesRead(plan), name).toBeLessThan(500);
        expect(costOf(plan), name).toBeLessThan(compiledAbove);
      }
  });

  it('is planned no more once it has been asked a few times, whoever asks', async () => {
    for (const [name, filter] of Object.entries(filters()))
      expect(await plansMade(at.pool, listQuestion(filter)), name).toEqual({ custom: 5, kept: 5 });
  });
});
