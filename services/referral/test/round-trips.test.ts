import { afterAll, beforeAll, expect, it } from 'vitest';
import { drizzle } from 'drizzle-orm/node-postgres';
import { randomUUID } from 'node:crypto';
import { receipt } from '../src/schema.ts';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

/** How often a connection is taken to ask the database something while something is done. */
async function tripsOf(work: () => Promise<unknown>): Promise<number> {
  let trips = 0;
  const count = () => void (trips += 1);
  at.pool.on('acquire', count);
  try {
    await work();
  } finally {
    at.pool.off('acquire', count);
  }
  return trips;
}

it('an action reads once and writes once, whoever fires it', async () => {
  const { facility, referrer, supervisor } = at.roles;
  const of = async (as: typeof facility, action: string, body?: object) => {
    const id = await at.refer();
    let status = 0;
    const trips = await tripsOf(async () => ({ status } = await at.act(as, id, action, body)));
    return { status, trips };
  };
  const twice = { status: 200, trips: 2 };
  expect(await of(facility, 'acknowledge')).toEqual(twice);
  expect(await of(facility, 'accept')).toEqual(twice);
  expect(await of(facility, 'schedule', { appointmentAt: '2056-11-25T06:00:00.000Z' })).toEqual(twice);
  expect(await of(facility, 'start')).toEqual(twice);
  expect(await of(facility, 'reject', { code: 'no-capacity' })).toEqual(twice);
  expect(await of(referrer, 'request_cancel')).toEqual(twice);
  expect(await of(referrer, 'decline')).toEqual(twice);
  expect(await of(supervisor, 'revoke')).toEqual(twice);
});

it('whoever refers is shown with their action what became of telling the facility', async () => {
  const id = await at.refer();
  const told = { id: randomUUID(), version: 3, referralId: id, eventType: 'referral.sent.v1', attempts: 2 };
  const when = new Date('2026-11-24T06:00:00.125Z');
  await drizzle(at.pool)
    .insert(receipt)
    .values({ ...told, organisationId: at.roles.facility.organisationId, state: 'delivered', at: when });
  const { body } = await at.act(at.roles.referrer, id, 'request_cancel');
  expect(body['receipts']).toEqual([
    {
      deliveryId: told.id,
      eventType: 'referral.sent.v1',
      state: 'delivered',
      attempts: 2,
      at: when.toISOString(),
    },
  ]);
});
