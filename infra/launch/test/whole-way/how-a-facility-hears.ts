import { Delivery, FeedPage, IssuedSubscription, type Referral, Subscription, WebhookBody } from '@rohnamo/contracts';
import { eventually, type FakeFacility, fakeFacility } from '@rohnamo/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOf } from './api.ts';
import type { Handoff } from './handoff.ts';

/** A signed note by the journal of referrals (C2SP tlog-checkpoint): origin, size, root hash, signature. */
const checkpointNote = /^rohnamo\/referral\n\d+\n[A-Za-z0-9+/]{43}=\n\n— rohnamo\/referral [A-Za-z0-9+/]+=*\n$/;

export function describeHowAFacilityHears(handoff: () => Handoff): void {
  describe('the pull feed', () => {
    it('carries each event of the facility’s referrals once, in order, with a checkpoint, and goes on where it stopped', async () => {
      const { stack, as, sent, act } = handoff();
      const feed = (cursor: string) =>
        as('facility').get(`${stack.services.notifications}/v1/events?limit=200&cursor=${cursor}`, FeedPage);
      const { next: before } = await lastPage(handoff());

      const referral = await sent();
      await act('facility', referral.id, 'acknowledge');
      await act('facility', referral.id, 'accept');
      await act('facility', referral.id, 'start');

      const ofReferral = ({ items }: FeedPage) => items.filter(({ id }) => id === referral.id);
      const page = await eventually(async () => {
        const seen = await feed(before);
        return ofReferral(seen).length >= 4 && seen;
      });
      expect(ofReferral(page).map(({ type, sequence }) => [type, sequence])).toEqual([
        ['referral.sent.v1', 1],
        ['referral.acknowledged.v1', 2],
        ['referral.accepted.v1', 3],
        ['referral.started.v1', 4],
      ]);
      expect(page.checkpoint).toMatch(checkpointNote);
      expect(ofReferral(await feed(page.next))).toEqual([]);
    });
  });

  describe('a webhook', () => {
    let facility: FakeFacility;
    let subscription: IssuedSubscription;
    beforeAll(async () => {
      const { stack, as } = handoff();
      facility = await fakeFacility();
      const url = `${stack.services.notifications}/v1/subscriptions`;
      const body = { url: `${facility.url}/rohnamo`, types: ['referral.sent.v1'] };
      subscription = await as('facility').post(url, body, IssuedSubscription);
      facility.useSecret(subscription.secret ?? '');
    });
    afterAll(async () => {
      const { stack, as } = handoff();
      const url = `${stack.services.notifications}/v1/subscriptions/${subscription.id}/stop`;
      await as('facility').post(url, undefined, Subscription);
      await facility.stop();
    });

    const callAbout = (referral: Referral) =>
      eventually(() => facility.calls.find(({ body }) => body.includes(referral.id)), { withinMs: 20_000 });

    it('says id, type and checkpoint and nothing else, under a signature that holds', async () => {
      const referral = await handoff().sent();
      const call = await callAbout(referral);
      expect(call).toMatchObject({ path: '/rohnamo', verified: true });
      const body: unknown = JSON.parse(call.body);
      expect(body).toEqual({
        id: referral.id,
        type: 'referral.sent.v1',
        checkpoint: expect.stringMatching(checkpointNote),
      });
      expect(Object.keys(WebhookBody.parse(body)).toSorted()).toEqual(['checkpoint', 'id', 'type']);
    });

    it('belongs to the trace of the request that it tells of, and so do the entries on the way', async () => {
      const { sent } = handoff();
      const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
      const referral = await sent({ headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } });
      const call = await callAbout(referral);
      const traceparent = new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`);
      expect(call.headers['traceparent']).toMatch(traceparent);
      const { databases } = handoff().stack;
      const ofReferral = await tracesIn(databases.referral, 'subject = $1', referral.id);
      const ofNotices = await tracesIn(databases.notifications, "data ->> 'referralId' = $1::text", referral.id);
      expect(ofReferral).toHaveLength(1);
      expect(ofNotices.length).toBeGreaterThan(2);
      for (const each of [...ofReferral, ...ofNotices]) expect(each).toMatch(traceparent);
    });

    it('whose endpoint fails shows as a receipt and as a delivery, and is delivered by a resend', async () => {
      const { stack, as, sent, read } = handoff();
      const deliveries = `${stack.services.notifications}/v1/deliveries`;
      facility.answerAlways({ status: 500 });
      const referral = await sent();
      const failing = await eventually(async () => {
        const { items } = await as('facility').get(
          `${deliveries}?referralId=${referral.id}&subscriptionId=${subscription.id}`,
          pageOf(Delivery),
        );
        return items.find(({ state }) => state === 'retrying');
      });
      expect(failing).toMatchObject({ lastStatus: 500, lastFailure: 'status' });
      const receipt = async () =>
        (await read('migration-service', referral.id)).receipts?.find(({ deliveryId }) => deliveryId === failing.id);
      await eventually(async () => (await receipt())?.state === 'retrying');

      facility.answerAlways({ status: 204 });
      const resent = await as('facility').post(`${deliveries}/${failing.id}/resend`, undefined, Delivery);
      expect(resent.state).toBe('waiting');
      const delivered = await eventually(async () => {
        const now = await as('facility').get(`${deliveries}/${failing.id}`, Delivery);
        return now.state === 'delivered' && now;
      });
      expect(delivered).toMatchObject({ lastStatus: 204, lastFailure: null, nextAttemptAt: null });
      await eventually(async () => (await receipt())?.state === 'delivered');
      const calls = facility.calls.filter(({ body }) => body.includes(referral.id));
      expect(new Set(calls.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([failing.id]));
    });
  });
}

/** The traceparent of each entry of a journal that fits. */
async function tracesIn(databaseUrl: string, condition: string, value: string): Promise<(string | null)[]> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const text = `select traceparent from entry where ${condition}`;
    return (await client.query<{ traceparent: string | null }>(text, [value])).rows.map(
      ({ traceparent }) => traceparent,
    );
  } finally {
    await client.end();
  }
}

/** Where the feed of the facility ends now. */
async function lastPage({ stack, as }: Handoff): Promise<FeedPage> {
  const url = `${stack.services.notifications}/v1/events?limit=200`;
  let page = await as('facility').get(url, FeedPage);
  while (page.items.length === 200) page = await as('facility').get(`${url}&cursor=${page.next}`, FeedPage);
  return page;
}
