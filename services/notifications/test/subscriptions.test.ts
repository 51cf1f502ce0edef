import { randomUUID } from 'node:crypto';
import { FeedPage, IssuedSubscription, Subscription } from '@rohnamo/contracts';
import { pageOf } from '@rohnamo/service-kit';
import { eventually, type FakeFacility, fakeFacility, type TokenRequest } from '@rohnamo/testkit';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { activeCountMax } from '../src/subscriptions/decide.ts';
import { byHand, type RunningNotifications, runningNotifications } from './running-notifications.ts';

let running: RunningNotifications;
let facility: FakeFacility;

beforeAll(async () => {
  running = await runningNotifications();
  facility = await fakeFacility();
});
afterAll(async () => {
  await facility.stop();
  await running.stop();
});

/** An address that nobody has subscribed yet. */
const anUrl = (): string => `http://127.0.0.1:9/${randomUUID()}`;
const url = anUrl();
const as = () => running.roles.facility;
const create = (body: object, headers = {}) =>
  running.ask(IssuedSubscription, as(), 'POST', '/v1/subscriptions', body, headers);
const post = (path: string, headers = {}, by: TokenRequest = as()) =>
  running.call(by, 'POST', `/v1/subscriptions/${path}`, undefined, headers);
const get = (path = '', by: TokenRequest = as()) => running.call(by, 'GET', `/v1/subscriptions${path}`);

describe('POST /v1/subscriptions', () => {
  it('issues a secret once, and keeps it only sealed', async () => {
    const filter = { facilityIds: [running.facilityId], types: ['referral.sent.v1'] };
    const { status, headers, body } = await create({ url, ...filter });
    expect(status).toBe(201);
    expect(headers).toMatchObject({
      etag: '"1"',
      location: `/v1/subscriptions/${body.id}`,
      'cache-control': 'no-store',
    });
    expect(body).toMatchObject({
      url,
      ...filter,
      state: 'active',
      stopReason: null,
      version: 1,
      organisationId: as().organisationId,
      clientId: 'test-facility',
    });
    expect(body.secret).toMatch(/^whsec_/);
    expect((await get(`/${body.id}`)).body).not.toHaveProperty('secret');
    const { rows } = await running.pool.query(
      'select s.*, e.data, e.detail from subscription s join entry e on e.subject = s.id where s.id = $1',
      [body.id],
    );
    expect(JSON.stringify(rows)).not.toContain(body.secret?.slice(6));
    expect(rows[0].secret.includes(body.secret)).toBe(false);
    expect(rows[0].data).toEqual({ subscriptionId: body.id, organisationId: as().organisationId, stopReason: null });
  });

  it('is done once for one Idempotency-Key, and a repeat does not show the secret', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const url = anUrl();
    const [one, other] = await Promise.all([create({ url }, key), create({ url }, key)]);
    expect([one.status, other.status]).toEqual([201, 201]);
    expect(one.body.id).toBe(other.body.id);
    expect([one.body.secret, other.body.secret].filter((secret) => secret !== undefined)).toHaveLength(1);
    const reused = await running.call(as(), 'POST', '/v1/subscriptions', { url: `${url}/other` }, key);
    expect(reused.body).toMatchObject({ type: '/problems/idempotency-key-reused', status: 422 });
  });

  it.each([
    ['an address that is not public', { url: 'https://10.0.0.1/hook' }, '#/url'],
    ['the metadata service', { url: 'http://169.254.169.254/latest' }, '#/url'],
    ['a name that means this machine', { url: 'http://[::1]/' }, '#/url'],
    ['credentials', { url: 'https://user:word@127.0.0.1/' }, '#/url'],
    ['a fragment', { url: 'https://127.0.0.1/#a' }, '#/url'],
    ['another scheme', { url: 'ftp://127.0.0.1/' }, '#/url'],
    ['a type that there is not', { url, types: ['referral.sent.v1', 'referral.lost.v1'] }, '#/types/1'],
    ['a type of no referral', { url, types: ['consent.given.v1'] }, '#/types/0'],
    ['a name from every object', { url, types: ['toString'] }, '#/types/0'],
    ['a filter of nothing', { url, types: [] }, '#/types'],
    ['a field not known', { url, secret: 'mine' }, '#/secret'],
  ])('refuses %s', async (_name, body, pointer) => {
    const { status, body: problem } = await running.call(as(), 'POST', '/v1/subscriptions', body);
    expect(status).toBe(422);
    expect(problem).toMatchObject({ type: '/problems/invalid-field', errors: [{ pointer }] });
  });

  it('refuses more than an organisation may have, also of requests that come at once, until one is stopped', async () => {
    const crowded = { ...running.roles.referrer, organisationId: randomUUID() };
    const make = () => running.call(crowded, 'POST', '/v1/subscriptions', { url: anUrl() });
    const made = await Promise.all(Array.from({ length: activeCountMax + 10 }, make));
    expect(made.filter(({ status }) => status === 201)).toHaveLength(activeCountMax);
    expect(made.filter(({ body }) => body['type'] === '/problems/too-many-subscriptions')).toHaveLength(10);
    expect((await make()).body).toMatchObject({ type: '/problems/too-many-subscriptions', status: 409 });
    const first = made.find(({ status }) => status === 201);
    expect((await post(`${String(first?.body['id'])}/stop`, {}, crowded)).status).toBe(200);
    expect((await make()).status).toBe(201);
  });
});

describe('the same address again', () => {
  const another = (spelling: string) => spelling.replace('http://127.0.0.1:9', 'HTTP://0x7f.1:0009');

  it('is the subscription that there is, in whatever spelling, and its secret is not shown', async () => {
    const url = anUrl();
    const { body: first } = await create({ url, types: ['referral.sent.v1', 'referral.accepted.v1'] });
    const again = await create({
      url: another(url),
      types: ['referral.accepted.v1', 'referral.sent.v1', 'referral.sent.v1'],
    });
    expect(again).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: { id: first.id, url } });
    expect(again.body).not.toHaveProperty('secret');
  });

  it('is one, however many requests come at once, to however many replicas', async () => {
    const replica = await running.launch(byHand().transport);
    onTestFinished(async () => {
      await replica.app.close();
      await replica.pool.end();
    });
    const url = anUrl();
    const headers = await running.issuer.authorization(as());
    const made = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const { app } = index % 2 === 0 ? running : replica;
        const payload = { url: index % 3 === 0 ? url : another(url) };
        return (await app.inject({ method: 'POST', url: '/v1/subscriptions', headers, payload })).json<{
          id?: string;
          secret?: string;
          type?: string;
        }>();
      }),
    );
    const answered = made.filter(({ type }) => type !== '/problems/contention'); // who lost three races asks again
    expect(new Set(answered.map(({ id }) => id)).size).toBe(1);
    expect(answered.filter(({ secret }) => secret !== undefined)).toHaveLength(1);
    const { rows } = await running.pool.query('select count(*)::int from subscription where url = any($1)', [
      [url, another(url)],
    ]);
    expect(rows[0].count).toBe(1);
  });

  it('for other types or facilities is refused, and says which is there', async () => {
    const url = anUrl();
    const { body: first } = await create({ url, types: ['referral.sent.v1'] });
    for (const filter of [{}, { types: ['message.sent.v1'] }, { facilityIds: [running.facilityId] }])
      expect((await running.call(as(), 'POST', '/v1/subscriptions', { url, ...filter })).body).toMatchObject({
        type: '/problems/already-subscribed',
        status: 409,
        subscriptionId: first.id,
      });
  });

  it('is another subscription of another client, and of the same one once it is stopped', async () => {
    const url = anUrl();
    const { body: first } = await create({ url });
    const colleague = { ...as(), clientId: 'colleague' };
    const { body: second } = await running.call(colleague, 'POST', '/v1/subscriptions', { url });
    expect(second['id']).not.toBe(first.id);
    await post(`${first.id}/stop`);
    expect(await create({ url })).toMatchObject({ status: 201 });
  });
});

describe('an administrator', () => {
  const administrator = () => running.roles.administrator;
  const itsEvents = async (id: string, by: TokenRequest) =>
    (await running.ask(FeedPage, by, 'GET', '/v1/events?limit=100')).body.items.filter((event) => event.id === id);

  it('lists the subscriptions of every client of the organisation, and of no other', async () => {
    const { body } = await create({ url: anUrl() });
    const items = async (by: TokenRequest) =>
      (await running.ask(pageOf(Subscription), by, 'GET', '/v1/subscriptions?limit=100')).body.items;
    expect((await items(administrator())).find(({ id }) => id === body.id)).toMatchObject({
      clientId: 'test-facility',
    });
    expect(await items({ ...administrator(), organisationId: randomUUID() })).toEqual([]);
    expect((await items({ ...as(), clientId: 'colleague' })).find(({ id }) => id === body.id)).toBeUndefined();
  });

  it('who rotates or stops a subscription is told of to its owner in their feed, and to nobody else', async () => {
    const { body } = await create({ url: anUrl() });
    expect((await post(`${body.id}/rotate-secret`, {}, administrator())).body['secret']).toMatch(/^whsec_/);
    const stopped = await post(`${body.id}/stop`, {}, administrator());
    expect(stopped.body).toMatchObject({ state: 'stopped', stopReason: 'administrator' });
    const told = await eventually(async () => {
      const events = await itsEvents(body.id, as());
      return events.length === 2 && events;
    });
    expect(told.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['subscription.rotated.v1', 2],
      ['subscription.stopped.v1', 3],
    ]);
    expect((await get(`/${body.id}`)).body).toMatchObject({ stopReason: 'administrator' });
    expect(await itsEvents(body.id, { ...as(), clientId: 'colleague' })).toEqual([]);
    expect(await itsEvents(body.id, { ...as(), organisationId: randomUUID() })).toEqual([]);
  });

  it('does not subscribe, and what its owner does is told to nobody', async () => {
    expect((await running.call(administrator(), 'POST', '/v1/subscriptions', { url: anUrl() })).status).toBe(403);
    const { body } = await create({ url: anUrl() });
    await post(`${body.id}/rotate-secret`);
    expect((await post(`${body.id}/stop`)).body).toMatchObject({ stopReason: 'owner' });
    const { body: other } = await create({ url: anUrl() });
    await post(`${other.id}/stop`, {}, administrator());
    await eventually(async () => (await itsEvents(other.id, as())).length === 1); // in order: what came before is there by then
    expect(await itsEvents(body.id, as())).toEqual([]);
  });

  it('does not see what was delivered for a desk', async () => {
    const [deskId, desk] = [randomUUID(), { ...as(), clientId: 'desk', organisationId: as().organisationId }];
    const atDesk = { ...desk, deskIds: [deskId] };
    const { id } = await running.subscribe(atDesk, anUrl());
    await running.hand(running.anEvent('referral.sent.v1', { deskId }));
    const query = `?subscriptionId=${id}`;
    expect(await running.deliveries(atDesk, query)).toHaveLength(1);
    expect(await running.deliveries(administrator(), query)).toEqual([]);
  });
});

describe('GET /v1/subscriptions', () => {
  it('lists those of the client alone, newest first, in pages that do not shift', async () => {
    const own = { ...as(), organisationId: randomUUID() };
    const ids: string[] = [];
    for (let i = 0; i < 3; i++)
      ids.push((await running.ask(Subscription, own, 'POST', '/v1/subscriptions', { url: anUrl() })).body.id);
    const list = async (query: string) =>
      (await running.ask(pageOf(Subscription), own, 'GET', `/v1/subscriptions${query}`)).body;
    const first = await list('?limit=2');
    await running.call(own, 'POST', '/v1/subscriptions', { url: anUrl() });
    const second = await list(`?limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.toReversed());
    expect(second.next).toBeNull();
  });

  it('refuses a cursor that is not its own', async () => {
    expect((await get('?cursor=WyJ4Il0')).body).toMatchObject({ type: '/problems/cursor-invalid' });
  });

  it('of one of another organisation is 404, as of one that there is not', async () => {
    const { body } = await create({ url: anUrl() });
    for (const path of [`/${body.id}`, `/${randomUUID()}`]) {
      expect((await get(path, running.roles.stranger)).body).toMatchObject({
        type: '/problems/not-found',
        status: 404,
      });
    }
    for (const action of ['stop', 'rotate-secret'])
      expect((await post(`${body.id}/${action}`, {}, running.roles.stranger)).status).toBe(404);
    expect((await get(`/${body.id}`)).headers['etag']).toBe('"1"');
  });
});

describe('POST /v1/subscriptions/{id}/stop', () => {
  it('ends the calls, and gives up what waits', async () => {
    const { body } = await create({ url: anUrl() });
    await running.hand(running.anEvent());
    const waiting = await eventually(async () =>
      (await running.deliveries(as(), `?subscriptionId=${body.id}`)).find(({ attempts }) => attempts > 0),
    );
    expect(waiting.state).toBe('retrying');
    const stopped = await post(`${body.id}/stop`);
    expect(stopped).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { state: 'stopped', version: 2 } });
    const given = await eventually(
      async () => (await running.deliveries(as(), `?subscriptionId=${body.id}&state=failed`))[0],
    );
    expect(given).toMatchObject({ lastFailure: 'stopped', nextAttemptAt: null });
    expect((await running.call(as(), 'POST', `/v1/deliveries/${given.id}/resend`)).body).toMatchObject({
      type: '/problems/illegal-action',
    });
    await running.hand(running.anEvent());
    expect(await running.deliveries(as(), `?subscriptionId=${body.id}`)).toHaveLength(1);
  });

  it('is done once for one key; another stop is refused; If-Match must fit', async () => {
    const { body } = await create({ url: anUrl() });
    const key = { 'idempotency-key': randomUUID() };
    expect((await post(`${body.id}/stop`, { 'if-match': '"9"' })).body).toMatchObject({
      type: '/problems/version-mismatch',
    });
    expect((await post(`${body.id}/stop`, { ...key, 'if-match': '"1"' })).status).toBe(200);
    expect(await post(`${body.id}/stop`, { ...key, 'if-match': '"1"' })).toMatchObject({
      status: 200,
      body: { state: 'stopped' },
    });
    expect((await post(`${body.id}/stop`)).body).toMatchObject({
      type: '/problems/illegal-action',
      status: 409,
      allowedActions: [],
    });
    expect((await post(`${body.id}/rotate-secret`)).body).toMatchObject({ type: '/problems/illegal-action' });
  });
});

describe('POST /v1/subscriptions/{id}/rotate-secret', () => {
  it('gives a new secret, and the calls are signed by both for a while', async () => {
    const { body: issued } = await create({ url: `${facility.url}/${randomUUID()}` });
    const { status, body: rotated } = await running.ask(
      IssuedSubscription,
      as(),
      'POST',
      `/v1/subscriptions/${issued.id}/rotate-secret`,
    );
    expect(status).toBe(200);
    expect(rotated.secret).not.toBe(issued.secret);
    await running.hand(running.anEvent());
    const { body, headers } = await eventually(() => facility.calls[0]);
    for (const secret of [issued.secret, rotated.secret]) {
      expect(() => new Webhook(secret ?? '').verify(body, headers as Record<string, string>)).not.toThrow();
    }
    expect(() =>
      new Webhook(`whsec_${Buffer.alloc(32).toString('base64')}`).verify(body, headers as Record<string, string>),
    ).toThrow('No matching signature');
  });

  it('asked for again, where a new secret was lost, leaves the one that is in use its time', async () => {
    const { body: issued } = await create({ url: `${facility.url}/${randomUUID()}` });
    const rotate = async () => (await post(`${issued.id}/rotate-secret`)).body['secret'] as string;
    const rotated = [await rotate(), await rotate()];
    const from = facility.calls.length;
    const isSignedBy = (secret: string, { body, headers }: (typeof facility.calls)[number]) => {
      try {
        return new Webhook(secret).verify(body, headers as Record<string, string>) !== undefined;
      } catch {
        return false;
      }
    };
    await running.hand(running.anEvent());
    // Others are subscribed at the same address.
    const call = await eventually(() => facility.calls.slice(from).find((one) => isSignedBy(rotated[1] ?? '', one)));
    expect([String(issued.secret), ...rotated].map((secret) => isSignedBy(secret, call))).toEqual([true, true, true]);
  });

  it('repeated with its key does not show the secret again', async () => {
    const { body } = await create({ url: anUrl() });
    const key = { 'idempotency-key': randomUUID() };
    expect((await post(`${body.id}/rotate-secret`, key)).body['secret']).toMatch(/^whsec_/);
    const repeat = await post(`${body.id}/rotate-secret`, key);
    expect(repeat.status).toBe(200);
    expect(repeat.body).not.toHaveProperty('secret');
  });
});
