import { randomUUID } from 'node:crypto';
import { FeedPage } from '@rohnamo/contracts';
import { routeTable } from '@rohnamo/service-kit';
import {
  accessTable,
  asking,
  commonRoutes,
  eventually,
  foundAccess,
  foundSights,
  parkedRoutes,
  sightTable,
  type TokenRequest,
} from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningNotifications, runningNotifications } from './running-notifications.ts';

let running: RunningNotifications;
beforeAll(async () => {
  // What has failed stays as it is.
  running = await runningNotifications({ firstRetryMs: 60_000 });
});
afterAll(() => running.stop());

it('each route lets in whom the table names, with the scope that it asks for, and nobody else', async () => {
  const found = await foundAccess(routeTable(running.app), asking(running.app, running.issuer), running.verifier);
  expect(found).toEqual(
    accessTable(`
      nobody                                      migration-service facility supervisor directory-admin auditor operator service administrator
      GET  /v1/deliveries                       401 allowed         allowed  403        403             403     403      403     allowed
      GET  /v1/deliveries/:id                   401 allowed         allowed  403        403             403     403      403     allowed
      POST /v1/deliveries/:id/resend            401 allowed         allowed  403        403             403     403      403     allowed
      GET  /v1/events                           401 allowed         allowed  allowed    403             403     403      403     403
      GET  /v1/subscriptions                    401 allowed         allowed  403        403             403     403      403     allowed
      POST /v1/subscriptions                    401 allowed         allowed  403        403             403     403      403     403
      GET  /v1/subscriptions/:id                401 allowed         allowed  403        403             403     403      403     allowed
      POST /v1/subscriptions/:id/rotate-secret  401 allowed         allowed  403        403             403     403      403     allowed
      POST /v1/subscriptions/:id/stop           401 allowed         allowed  403        403             403     403      403     allowed
      ${commonRoutes}
      ${parkedRoutes}`),
  );
});

describe('what was set up by another organisation or client, or sent to it, does not exist', () => {
  let subscription: string;
  let delivery: string;
  let referralId: string;
  beforeAll(async () => {
    const { roles, hand, anEvent, deliveries, subscribe } = running;
    // Nobody listens on port 1.
    subscription = (await subscribe(roles.facility, 'http://127.0.0.1:1/')).id;
    referralId = randomUUID();
    await hand(anEvent('referral.sent.v1', { referralId }));
    delivery = (await eventually(async () => (await deliveries(roles.facility)).find(({ attempts }) => attempts > 0)))
      .id;
    await hand(anEvent('referral.accepted.v1', { referralId, sequence: 2, state: 'accepted' }));
  });
  const own = () => running.roles.facility;
  const others = () => ({
    /** The other party to the same referral. */
    referrer: running.roles.referrer,
    /** Another client of the same organisation, at the same facility. */
    colleague: { ...running.roles.facility, clientId: 'colleague' },
    stranger: running.roles.stranger,
    'other-administrator': { ...running.roles.administrator, organisationId: running.roles.stranger.organisationId },
    /** Of another organisation, with a token that names the same facility. */
    'wrong-house': { ...running.roles.stranger, facilityIds: [running.facilityId], clientId: 'wrong-house' },
  });

  it('a subscription, a delivery: each is answered like nothing', async () => {
    const found = await foundSights({
      routes: routeTable(running.app),
      subjectOf: (route) => (route.includes('/subscriptions/') ? subscription : delivery),
      nothing: randomUUID(),
      viewers: {
        own: own(),
        administrator: running.roles.administrator,
        ...others(),
        supervisor: running.roles.supervisor,
      },
      ask: asking(running.app, running.issuer),
    });
    expect(found).toEqual(
      sightTable(`
        own administrator referrer colleague stranger other-administrator wrong-house supervisor
        GET  /v1/deliveries/:id                  seen seen 404 404 404 404 404 403
        POST /v1/deliveries/:id/resend           seen seen 404 404 404 404 404 403
        GET  /v1/subscriptions/:id               seen seen 404 404 404 404 404 403
        POST /v1/subscriptions/:id/rotate-secret seen seen 404 404 404 404 404 403
        POST /v1/subscriptions/:id/stop          seen seen 404 404 404 404 404 403`),
    );
  });

  it('in lists and in the feed: not by any filter, nor by the cursor of its own organisation', async () => {
    const page = async (as: TokenRequest, url: string) => {
      const { status, body } = await running.call(as, 'GET', url);
      expect(status, url).toBe(200);
      return body as { items: unknown[]; next: string | null };
    };
    const cursorOf = async (list: string) => (await page(own(), `${list}?limit=1`)).next;
    // Two of the referral; and that the administrator has rotated the secret, as they were asked to above.
    await eventually(async () => (await page(own(), '/v1/events')).items.length === 3);
    const deliveriesNext = await eventually(() => cursorOf('/v1/deliveries'));
    const eventsNext = await cursorOf('/v1/events');
    expect((await page(own(), `/v1/events?cursor=${eventsNext}`)).items).toHaveLength(2);
    // Parties read the feed of their organisation; an administrator reads none.
    const { referrer: _party, colleague: _colleague, 'other-administrator': _administrator, ...strangers } = others();
    for (const query of [
      '',
      `?referralId=${referralId}`,
      `?subscriptionId=${subscription}`,
      `?cursor=${deliveriesNext}`,
    ])
      for (const [name, as] of Object.entries(others()))
        expect(await page(as, `/v1/deliveries${query}`), `${name} ${query}`).toEqual({ items: [], next: null });
    for (const [name, as] of Object.entries(others()))
      expect(await page(as, '/v1/subscriptions'), name).toEqual({ items: [], next: null });
    for (const query of ['', `?cursor=${eventsNext}`])
      for (const [name, as] of Object.entries(strangers))
        expect(FeedPage.parse(await page(as, `/v1/events${query}`)).items, `${name} ${query}`).toEqual([]);
  });
});
