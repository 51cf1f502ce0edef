import { randomUUID } from 'node:crypto';
import { Delivery } from '@rohnamo/contracts';
import { pageOf } from '@rohnamo/service-kit';
import { eventually, type FakeFacility, fakeFacility, type TokenRequest } from '@rohnamo/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningNotifications, runningNotifications } from './running-notifications.ts';

let running: RunningNotifications;
let facility: FakeFacility;

beforeEach(async () => {
  // A first retry after a minute: what has failed stays as it is until it is resent.
  running = await runningNotifications({ firstRetryMs: 60_000 });
  facility = await fakeFacility();
  const { secret } = await running.subscribe(running.roles.facility, facility.url);
  facility.useSecret(secret);
});
afterEach(async () => {
  await facility.stop();
  await running.stop();
});

/** Hands over an event, and waits until it was tried. */
async function tried(event = running.anEvent()): Promise<Delivery> {
  await running.hand(event);
  return eventually(async () =>
    (await running.deliveries(running.roles.facility, `?referralId=${event.data.referralId}`)).find(
      ({ attempts }) => attempts > 0,
    ),
  );
}
const get = (id: string, as: TokenRequest = running.roles.facility) => running.call(as, 'GET', `/v1/deliveries/${id}`);
const read = async (id: string) =>
  (await running.ask(Delivery, running.roles.facility, 'GET', `/v1/deliveries/${id}`)).body;
const resend = (id: string, headers = {}, as: TokenRequest = running.roles.facility) =>
  running.call(as, 'POST', `/v1/deliveries/${id}/resend`, undefined, headers);

describe('GET /v1/deliveries', () => {
  it('filters by state, subscription and referral', async () => {
    facility.answerNext({ status: 500 });
    const failing = await tried();
    const delivered = await tried();
    const ids = async (query: string) => (await running.deliveries(running.roles.facility, query)).map(({ id }) => id);
    expect(await ids('')).toEqual([delivered.id, failing.id]);
    expect(await ids('?state=retrying')).toEqual([failing.id]);
    expect(await ids('?state=delivered')).toEqual([delivered.id]);
    expect(await ids(`?referralId=${failing.referralId}`)).toEqual([failing.id]);
    expect(await ids(`?subscriptionId=${failing.subscriptionId}`)).toHaveLength(2);
    expect(await ids(`?subscriptionId=${randomUUID()}`)).toEqual([]);
  });

  it('pages without skipping or repeating, though new ones come in between', async () => {
    await Promise.all(Array.from({ length: 5 }, () => tried()));
    const seen: string[] = [];
    let cursor = '';
    for (;;) {
      const { body } = await running.ask(
        pageOf(Delivery),
        running.roles.facility,
        'GET',
        `/v1/deliveries?limit=2${cursor}`,
      );
      seen.push(...body.items.map(({ id }) => id));
      if (seen.length === 2) await tried();
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(seen).toHaveLength(5);
    expect(new Set(seen).size).toBe(5);
  });

  it.each(['cursor=WyJ4Il0', 'cursor=WzFd', 'cursor=Wy0xLCIwMTkzNGI2ZS03YzFhLTdlMmYtOWQzYi01YThjMWYyZTRkNjAiXQ'])(
    'refuses %s',
    async (query) => {
      const { body } = await running.call(running.roles.facility, 'GET', `/v1/deliveries?${query}`);
      expect(body).toMatchObject({ type: '/problems/cursor-invalid' });
    },
  );

  it('refuses a filter that it does not know', async () => {
    const { body } = await running.call(running.roles.facility, 'GET', '/v1/deliveries?organisationId=x');
    expect(body).toMatchObject({ type: '/problems/invalid-field' });
  });
});

describe('GET /v1/deliveries/{id}', () => {
  it('shows one with its ETag; one of another organisation is 404', async () => {
    const { id, ...rest } = await tried();
    const { status, headers, body } = await get(id);
    expect(status).toBe(200);
    expect(headers['etag']).toBe('"2"');
    expect(Delivery.parse(body)).toEqual({ id, ...rest });
    for (const as of [running.roles.stranger, running.roles.referrer]) expect((await get(id, as)).status).toBe(404);
    expect((await get(randomUUID())).body).toMatchObject({ type: '/problems/not-found' });
  });
});

describe('POST /v1/deliveries/{id}/resend', () => {
  it('of one that waits for its next try calls at once, under the same webhook-id', async () => {
    facility.answerNext({ status: 500 });
    const { id } = await tried();
    const { status, headers, body } = await resend(id);
    expect(status).toBe(200);
    expect(headers['etag']).toBe('"3"');
    expect(body).toMatchObject({ state: 'waiting', attempts: 1, version: 3 });
    const done = await eventually(async () => {
      const delivery = await read(id);
      return delivery.state === 'delivered' && delivery;
    });
    expect(done).toMatchObject({ attempts: 2, lastStatus: 204, lastFailure: null });
    expect(facility.calls.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
    expect(facility.calls.every(({ verified }) => verified)).toBe(true);
  });

  it('of one that was delivered calls again', async () => {
    const { id } = await tried();
    expect((await resend(id)).status).toBe(200);
    await eventually(() => facility.calls.length === 2);
    await eventually(async () => (await read(id)).attempts === 2);
  });

  it('in vain leaves delivered what was, tells what came of it, and may be sent again', async () => {
    const { id } = await tried();
    facility.answerNext({ status: 500 });
    expect((await resend(id)).body).toMatchObject({ state: 'delivered', version: 3 });
    const vain = await eventually(async () => {
      const delivery = await read(id);
      return delivery.attempts === 2 && delivery;
    });
    expect(vain).toMatchObject({ state: 'delivered', lastStatus: 500, lastFailure: 'status', version: 4 });
    expect(vain.nextAttemptAt).not.toBeNull();
    expect(vain.deliveredAt).not.toBeNull();
    expect((await resend(id)).status).toBe(200);
    const { rows } = await eventually(async () => {
      const found = await running.pool.query(
        "select type, data ->> 'state' as state from entry where subject = $1 and version > 1 order by version",
        [id],
      );
      return found.rowCount === 5 && found;
    });
    expect(rows).toEqual(
      ['succeeded', 'queued', 'retried', 'queued', 'succeeded'].map((step) => ({
        type: `delivery.${step}.v1`,
        state: 'delivered',
      })),
    );
  });

  it('is done once for one Idempotency-Key, also when it is repeated after the call', async () => {
    const { id } = await tried();
    const key = { 'idempotency-key': randomUUID(), 'if-match': '"2"' };
    expect((await resend(id, key)).status).toBe(200);
    await eventually(async () => (await read(id)).version === 4);
    expect(await resend(id, key)).toMatchObject({ status: 200, body: { version: 4, state: 'delivered' } });
    expect(facility.calls).toHaveLength(2);
    const other = await tried();
    expect((await resend(other.id, { 'idempotency-key': key['idempotency-key'] })).body).toMatchObject({
      type: '/problems/idempotency-key-reused',
    });
  });

  it('is refused where If-Match does not fit', async () => {
    const { id } = await tried();
    expect((await resend(id, { 'if-match': '"1"' })).body).toMatchObject({
      type: '/problems/version-mismatch',
      status: 412,
    });
  });

  it('of one that is about to be sent is refused', async () => {
    facility.answerNext('hang');
    await running.hand(running.anEvent());
    await eventually(() => facility.calls.length === 1);
    const [delivery] = await running.deliveries(running.roles.facility);
    expect((await resend(delivery?.id ?? '')).body).toMatchObject({ type: '/problems/illegal-action', status: 409 });
  });

  it('of one of another organisation is 404', async () => {
    const { id } = await tried();
    expect((await resend(id, {}, running.roles.stranger)).status).toBe(404);
    expect((await resend(randomUUID())).status).toBe(404);
  });
});
