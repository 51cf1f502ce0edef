import { randomUUID } from 'node:crypto';
import type { DeliveryState, EventType, JournalEvent } from '@rohnamo/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

type Step = 'succeeded' | 'retried' | 'failed' | 'queued';

/** Has the service hear what came of telling the facility, as it does over Kafka. */
async function hear(referralId: string, steps: [Step, DeliveryState][]): Promise<void> {
  const deliveryId = randomUUID();
  for (const [index, [step, state]] of steps.entries()) {
    const event: JournalEvent = {
      id: randomUUID(),
      source: 'urn:rohnamo:notifications',
      type: `delivery.${step}.v1` satisfies EventType,
      subject: deliveryId,
      time: `2026-11-24T06:00:0${index}.000Z`,
      sequence: index + 2,
      data: {
        deliveryId,
        referralId,
        eventType: 'referral.sent.v1',
        organisationId: at.roles.facility.organisationId,
        state,
        attempts: index + 1,
      },
      traceparent: null,
      checkpoint: null,
    };
    for (const { handle } of at.subscriptions) await handle(event);
  }
}
const receiptsOf = async (id: string) =>
  ((await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}`)).body['receipts'] ?? []) as object[];

it('a receipt follows what becomes of telling the facility', async () => {
  const id = await at.refer();
  await hear(id, [['retried', 'retrying']]);
  expect(await receiptsOf(id)).toMatchObject([{ state: 'retrying', attempts: 1 }]);
  const other = await at.refer();
  await hear(other, [
    ['retried', 'retrying'],
    ['failed', 'failed'],
  ]);
  expect(await receiptsOf(other)).toMatchObject([{ state: 'failed', attempts: 2 }]);
});

it.each<[string, DeliveryState, DeliveryState]>([
  ['as it is told', 'delivered', 'delivered'],
  ['as an older version tells it', 'retrying', 'failed'],
])('a facility that was told stays told, also where it is told again in vain, %s', async (_how, retried, failed) => {
  const id = await at.refer();
  await hear(id, [
    ['succeeded', 'delivered'],
    ['queued', retried],
    ['retried', retried],
    ['failed', failed],
  ]);
  expect(await receiptsOf(id)).toMatchObject([{ state: 'delivered', attempts: 1, at: '2026-11-24T06:00:00.000Z' }]);
});
