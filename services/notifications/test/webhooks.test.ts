import { eventually, type FakeFacility, fakeFacility, type TokenRequest } from '@rohnamo/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { byHand, emptyDatabase, type RunningNotifications, runningNotifications } from './running-notifications.ts';

let running: RunningNotifications;
let facility: FakeFacility;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  running = await runningNotifications();
  facility = await fakeFacility();
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await facility.stop();
  await running.stop();
});

/** The facility subscribes with its endpoint. */
async function subscribed(filter: object = {}) {
  const subscription = await running.subscribe(running.roles.facility, `${facility.url}/hook`, filter);
  facility.useSecret(subscription.secret);
  return subscription;
}

const deliveriesOf = (as: TokenRequest = running.roles.facility) => running.deliveries(as);

describe('a webhook', () => {
  it('arrives signed, and its body is an id, a type and a checkpoint, nothing more', async () => {
    await subscribed();
    const event = running.anEvent('referral.sent.v1');
    await running.hand(event);
    const call = await eventually(() => facility.calls[0]);
    expect(call.verified).toBe(true);
    expect(JSON.parse(call.body)).toEqual({ id: event.data.referralId, type: 'referral.sent.v1', checkpoint: null });
    expect(call.path).toBe('/hook');
    const delivered = await eventually(async () => (await deliveriesOf()).find((one) => one.state === 'delivered'));
    expect(delivered).toMatchObject({
      id: call.headers['webhook-id'],
      eventId: event.id,
      attempts: 1,
      lastStatus: 204,
      lastFailure: null,
      nextAttemptAt: null,
    });
  });

  it('carries the newest checkpoint that was heard of, not one that came late', async () => {
    await subscribed();
    const note = (size: number) =>
      `rohnamo/referral\n${size}\nNq0Wm0m3pGm8mN1m6m2x1nQ1W8oP0s2b8m3cYQbq5sE=\n\n— rohnamo/referral 6qS1cA==\n`;
    await running.hand(running.anEvent('referral.sent.v1', { checkpoint: note(20) }));
    await running.hand(running.anEvent('referral.sent.v1', { checkpoint: note(9) }));
    await running.hand(running.anEvent('referral.sent.v1', { checkpoint: 'rohnamo/registry\n99\nabc\n' }));
    await eventually(() => facility.calls.length === 3);
    expect(facility.calls.map(({ body }) => JSON.parse(body).checkpoint)).toEqual([note(20), note(20), note(20)]);
  });

  it('belongs to the trace of what caused it', async () => {
    await subscribed();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await running.hand(running.anEvent('referral.sent.v1', { traceparent: `00-${traceId}-b7ad6b7169203331-01` }));
    const call = await eventually(() => facility.calls[0]);
    expect(call.headers['traceparent']).toMatch(new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
    const { rows } = await eventually(async () => {
      const found = await running.pool.query("select traceparent from entry where type = 'delivery.succeeded.v1'");
      return found.rows.length > 0 && found;
    });
    expect(rows[0].traceparent).toContain(traceId);
  });

  it('goes to both parties, and to nobody else', async () => {
    const [referrer, stranger] = [await fakeFacility(), await fakeFacility()];
    stops.push(referrer.stop, stranger.stop);
    await subscribed();
    await running.subscribe(running.roles.referrer, referrer.url);
    await running.subscribe(running.roles.stranger, stranger.url);
    await running.hand(running.anEvent());
    await eventually(() => facility.calls.length === 1 && referrer.calls.length === 1);
    expect(stranger.calls).toEqual([]);
    expect(await deliveriesOf(running.roles.stranger)).toEqual([]);
    expect(await deliveriesOf(running.roles.referrer)).toHaveLength(1);
  });

  it('of a message goes to the other party alone, names the referral, and is one however often the event comes', async () => {
    const referrer = await fakeFacility();
    stops.push(referrer.stop);
    await subscribed({ types: ['message.sent.v1'] });
    await running.subscribe(running.roles.referrer, referrer.url);
    const event = running.aMessage(running.roles.referrer);
    await Promise.all([running.hand(event), running.hand(event)]);
    const call = await eventually(() => facility.calls[0]);
    expect(JSON.parse(call.body)).toEqual({ id: event.data.referralId, type: 'message.sent.v1', checkpoint: null });
    const { items } = await eventually(async () => {
      const page = await running.feed(running.roles.facility);
      return page.items.length > 0 && page;
    });
    expect(items).toEqual([
      { id: event.data.referralId, type: 'message.sent.v1', eventId: event.id, time: event.time, sequence: 1 },
    ]);
    expect((await running.feed(running.roles.referrer)).items).toEqual([]);
    expect(await deliveriesOf(running.roles.referrer)).toEqual([]);
    expect(await deliveriesOf()).toHaveLength(1);
  });

  it('comes only for the types and facilities asked for', async () => {
    await subscribed({ types: ['referral.sent.v1'], facilityIds: [running.facilityId] });
    await running.hand(running.anEvent('referral.accepted.v1'));
    await running.hand(running.anEvent('referral.sent.v1', { facilityId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60' }));
    await running.hand(running.anEvent('referral.sent.v1'));
    await eventually(() => facility.calls.length > 0);
    expect(await deliveriesOf()).toHaveLength(1);
  });

  it('is one, and its notice is one, however often the event comes', async () => {
    await subscribed();
    const event = running.anEvent();
    await Promise.all([running.hand(event), running.hand(event)]);
    await running.hand(event);
    await eventually(async () => (await deliveriesOf())[0]?.state === 'delivered');
    expect(facility.calls).toHaveLength(1);
    expect(await deliveriesOf()).toHaveLength(1);
    const { items } = await eventually(async () => {
      const page = await running.feed(running.roles.facility);
      return page.items.length > 0 && page;
    });
    expect(items).toHaveLength(1);
  });
});

it('what becomes of deliveries is measured', async () => {
  await subscribed();
  facility.answerNext({ status: 500 });
  await running.hand(running.anEvent());
  const metrics = await eventually(async () => {
    const text = await running.metrics.registry.metrics();
    return text.includes('notifications_deliveries_total{state="delivered"') && text;
  });
  expect(metrics).toMatch(/^notifications_deliveries_total\{state="retrying".*\} 1$/m);
  expect(metrics).toMatch(/^notifications_deliveries_total\{state="delivered".*\} 1$/m);
  expect(metrics).toMatch(/^notifications_attempt_duration_seconds_count\{.*state="delivered".*\} 1$/m);
  expect(metrics).toMatch(/^notifications_deliveries_waiting\{.*\} 0$/m);
});

describe('an endpoint that fails', () => {
  it('is tried again under the same webhook-id until it answers 2xx, and each step is an event for the referral', async () => {
    await subscribed();
    facility.answerNext('reset', { status: 500 }, { status: 302, headers: { location: `${facility.url}/elsewhere` } });
    const event = running.anEvent();
    await running.hand(event);
    await eventually(async () => (await deliveriesOf())[0]?.state === 'delivered');
    expect(facility.calls).toHaveLength(4);
    expect(new Set(facility.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(facility.calls.every(({ path, verified }) => path === '/hook' && verified)).toBe(true);
    const { rows } = await running.pool.query(
      "select type, data, version::int from entry where kind = 'delivery' order by version",
    );
    expect(rows.map(({ type, data, version }) => [version, type, data.state, data.attempts])).toEqual([
      [1, 'delivery.queued.v1', 'waiting', 0],
      [2, 'delivery.retried.v1', 'retrying', 1],
      [3, 'delivery.retried.v1', 'retrying', 2],
      [4, 'delivery.retried.v1', 'retrying', 3],
      [5, 'delivery.succeeded.v1', 'delivered', 4],
    ]);
    expect(rows[4].data).toMatchObject({
      referralId: event.data.referralId,
      organisationId: running.roles.facility.organisationId,
      eventType: 'referral.sent.v1',
    });
  });

  it.each([
    ['429', { status: 429, headers: { 'retry-after': '3600' } }],
    ['503', { status: 503, headers: { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() } }],
  ])(
    'and answers %s with Retry-After is not called before, for nothing; a resend is sent at once',
    async (_status, answer) => {
      const subscription = await subscribed();
      facility.answerAlways(answer);
      await running.hand(running.anEvent());
      const held = await eventually(async () => (await deliveriesOf()).find((one) => one.attempts > 0));
      const inMs = Date.parse(held.nextAttemptAt ?? '') - Date.now();
      expect(inMs).toBeGreaterThan(3_500_000);
      expect(inMs).toBeLessThanOrEqual(3_600_000);

      const other = await fakeFacility();
      stops.push(other.stop);
      await running.subscribe(running.roles.facility, other.url);
      await running.hand(running.anEvent());
      await eventually(() => other.calls.length === 1); // the deliverer has looked at what is due since
      expect(facility.calls).toHaveLength(1);

      facility.answerAlways({ status: 204 });
      const resent = await running.call(running.roles.facility, 'POST', `/v1/deliveries/${held.id}/resend`);
      expect(resent.status).toBe(200);
      await eventually(() => facility.calls.length === 3); // nothing is held back any more
      await running.call(running.roles.facility, 'POST', `/v1/subscriptions/${subscription.id}/stop`);
    },
  );

  it('and answers 410 is called no more: its subscription is stopped, what waits is given up, and its owner is told in the feed', async () => {
    const { id } = await subscribed();
    facility.answerAlways({ status: 500 });
    await running.hand(running.anEvent());
    await eventually(() => facility.calls.length > 0);
    facility.answerAlways({ status: 410 });
    await Promise.all([running.hand(running.anEvent()), running.hand(running.anEvent())]);
    const told = await eventually(async () =>
      (await running.feed(running.roles.facility)).items.find((event) => event.id === id),
    );
    expect(told).toMatchObject({ type: 'subscription.stopped.v1', sequence: 2 });
    const stopped = await running.call(running.roles.facility, 'GET', `/v1/subscriptions/${id}`);
    expect(stopped.body).toMatchObject({ state: 'stopped', stopReason: 'gone', version: 2 });
    const deliveries = await eventually(async () => {
      const all = await deliveriesOf();
      return all.length === 3 && all.every(({ state }) => state === 'failed') && all;
    });
    expect(deliveries.map(({ lastStatus, lastFailure }) => [lastStatus, lastFailure])).toContainEqual([410, 'status']);

    const called = facility.calls.length;
    const other = await fakeFacility();
    stops.push(other.stop);
    await running.subscribe(running.roles.facility, other.url);
    await running.hand(running.anEvent());
    await eventually(() => other.calls.length === 1);
    expect(facility.calls).toHaveLength(called);
    const anew = await running.call(running.roles.facility, 'POST', '/v1/subscriptions', {
      url: `${facility.url}/hook`,
    });
    expect(anew.status).toBe(201);
  });

  it('and has asked for a pause gives up what waits as soon as it is stopped', async () => {
    const { id } = await subscribed();
    facility.answerAlways({ status: 429, headers: { 'retry-after': '3600' } });
    await running.hand(running.anEvent());
    await eventually(async () => (await deliveriesOf()).find((one) => one.attempts > 0));
    await running.call(running.roles.facility, 'POST', `/v1/subscriptions/${id}/stop`);
    await eventually(async () => (await deliveriesOf())[0]?.lastFailure === 'stopped');
  });

  it('says why it failed, and when it is tried next', async () => {
    await subscribed();
    facility.answerAlways({ status: 503 });
    await running.hand(running.anEvent());
    const delivery = await eventually(async () => (await deliveriesOf()).find((one) => one.attempts > 0));
    expect(delivery).toMatchObject({ state: 'retrying', lastStatus: 503, lastFailure: 'status', deliveredAt: null });
    expect(delivery.nextAttemptAt).toMatch(/^20/);
  });

  it('does not delay another one, though it never answers', async () => {
    const slow = await fakeFacility();
    stops.push(slow.stop);
    slow.answerAlways('hang');
    const patient = await runningNotifications({ egress: { limits: { totalMs: 60_000 } } }); // no call to it ends by itself
    stops.push(() => patient.stop());
    await patient.subscribe(patient.roles.facility, facility.url);
    await patient.subscribe(patient.roles.facility, slow.url);
    await Promise.all(Array.from({ length: 12 }, () => patient.hand(patient.anEvent())));
    await eventually(() => facility.calls.length === 12);
    expect(slow.calls.length).toBeLessThanOrEqual(4);
  });

  it('on a port that is not allowed is refused; one that was subscribed before is not called', async () => {
    const database = await emptyDatabase();
    const before = await runningNotifications({ database });
    await before.subscribe(before.roles.facility, facility.url);
    await before.stop({ keepDatabase: true });
    const after = await runningNotifications({ database, allowedPorts: ['443', '8443'] });
    stops.push(() => after.stop());
    const refused = await after.call(after.roles.facility, 'POST', '/v1/subscriptions', { url: facility.url });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/url' }] } });
    expect(JSON.stringify(refused.body)).toContain('must be on port 443 or 8443, not ');
    const facilityOrganisationId = before.roles.facility.organisationId;
    await after.hand(after.anEvent('referral.sent.v1', { facilityOrganisationId, facilityId: before.facilityId }));
    const { rows } = await eventually(async () => {
      const found = await after.pool.query('select last_failure from delivery where attempts > 0');
      return found.rowCount === 1 && found;
    });
    expect(rows[0].last_failure).toBe('refused-address');
    expect(facility.calls).toEqual([]);
  });

  it('that has become a private address is not called', async () => {
    let address = '127.0.0.1';
    const rebinding = await runningNotifications({ egress: { resolve: () => Promise.resolve([address]) } });
    stops.push(() => rebinding.stop());
    await rebinding.subscribe(rebinding.roles.facility, facility.url.replace('127.0.0.1', 'clinic.example'));
    address = '169.254.169.254';
    await rebinding.hand(rebinding.anEvent());
    const delivery = await eventually(async () => {
      const found = await rebinding.deliveries(rebinding.roles.facility);
      return found.find((one) => one.attempts > 0);
    });
    expect(delivery).toMatchObject({ state: 'retrying', lastFailure: 'refused-address', lastStatus: null });
    expect(facility.calls).toEqual([]);
  });
});

describe('a process that ends', () => {
  it('leaves what waits to the next one', async () => {
    const database = await emptyDatabase();
    const before = await runningNotifications({ database });
    const { secret } = await before.subscribe(before.roles.facility, facility.url);
    facility.useSecret(secret);
    facility.answerAlways({ status: 500 });
    await before.hand(before.anEvent());
    await eventually(() => facility.calls.length > 0);
    await before.stop({ keepDatabase: true });

    facility.answerAlways({ status: 200 });
    facility.calls.length = 0;
    const after = await runningNotifications({ database });
    stops.push(() => after.stop());
    const call = await eventually(() => facility.calls[0]);
    expect(call.verified).toBe(true);
    await eventually(async () => {
      const { rows } = await after.pool.query('select state from delivery');
      return rows[0].state === 'delivered';
    });
  });

  it('between a call and the writing of its result has the call made again, under the same webhook-id', async () => {
    const database = await emptyDatabase();
    const before = await runningNotifications({ database, egress: { limits: { totalMs: 60_000 } } });
    await before.subscribe(before.roles.facility, facility.url);
    facility.answerNext('hang');
    await before.hand(before.anEvent());
    await eventually(() => facility.calls.length === 1);
    await before.stop({ keepDatabase: true });

    const after = await runningNotifications({ database });
    stops.push(() => after.stop());
    await eventually(() => facility.calls.length === 2);
    expect(facility.calls[1]?.headers['webhook-id']).toBe(facility.calls[0]?.headers['webhook-id']);
    const { rows } = await after.pool.query("select count(*)::int from entry where type = 'delivery.retried.v1'");
    expect(rows[0].count).toBe(0); // we hung up: that is no failure of the endpoint
  });

  it('lets only one of two replicas call', async () => {
    const other = await running.launch(byHand().transport);
    stops.push(async () => {
      await other.app.close();
      await other.stop();
      await other.pool.end();
    });
    await other.start();
    await subscribed();
    await Promise.all(Array.from({ length: 20 }, () => running.hand(running.anEvent())));
    await eventually(async () => (await deliveriesOf()).every((one) => one.state === 'delivered'));
    expect(facility.calls).toHaveLength(20);
  });
});
