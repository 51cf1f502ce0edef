import { randomUUID } from 'node:crypto';
import type { JournalEvent } from '@rohnamo/contracts';
import { createJournal, type NewEntry, system } from '@rohnamo/journal';
import { inProcessTransport } from '@rohnamo/messaging';
import { eventually, type FakeFacility, fakeFacility, type TokenRequest } from '@rohnamo/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { heardCheckpoint } from '../src/schema.ts';
import { emptyDatabase, type RunningNotifications, runningNotifications } from './running-notifications.ts';

let running: RunningNotifications;
let facility: FakeFacility;
const stops: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  running = await runningNotifications();
  facility = await fakeFacility();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await facility.stop();
  await running.stop();
});

const revoked = ({ organisationId, clientId }: TokenRequest & { clientId: string }): JournalEvent => ({
  id: randomUUID(),
  source: 'urn:rohnamo:identity',
  type: 'client.revoked.v1',
  subject: randomUUID(),
  time: '2026-11-24T04:30:00.000Z',
  sequence: 2,
  data: { clientId, organisationId },
  traceparent: null,
  checkpoint: null,
});
const leaked = () => ({ ...running.roles.facility, clientId: 'leaked' });
const stateOf = async (id: string) =>
  (await running.call(running.roles.administrator, 'GET', `/v1/subscriptions/${id}`)).body;

it('a client that is revoked is called no more: its subscriptions are stopped, and what waits is given up', async () => {
  const [waiting, fresh] = [
    await running.subscribe(leaked(), `${facility.url}/waiting`),
    await running.subscribe(leaked(), `${facility.url}/fresh`),
  ];
  const others = await running.subscribe(running.roles.facility, `${facility.url}/others`);
  facility.answerAlways({ status: 503, headers: { 'retry-after': '3600' } });
  await running.hand(running.anEvent());
  await eventually(() => facility.calls.length === 3);

  const event = revoked(leaked());
  await Promise.all([running.hand(event), running.hand(event)]);
  for (const { id } of [waiting, fresh])
    expect(await stateOf(id)).toMatchObject({ state: 'stopped', stopReason: 'client-revoked', version: 2 });
  expect(await stateOf(others.id)).toMatchObject({ state: 'active', version: 1 });
  await eventually(async () => {
    const { rows } = await running.pool.query("select from delivery where last_failure = 'stopped'");
    return rows.length === 2;
  });

  const called = facility.calls.length;
  await running.hand(running.anEvent());
  await eventually(async () => (await running.deliveries(running.roles.facility)).length === 2);
  expect(await running.deliveries(leaked())).toHaveLength(2);
  expect(facility.calls).toHaveLength(called);
});

it('a client that is revoked subscribes nothing more, whatever of it is still under way', async () => {
  const making = Array.from({ length: 10 }, (_, index) =>
    running.call(leaked(), 'POST', '/v1/subscriptions', { url: `${facility.url}/${index}` }),
  );
  await Promise.all([running.hand(revoked(leaked())).catch(() => running.hand(revoked(leaked()))), ...making]);
  const late = await running.call(leaked(), 'POST', '/v1/subscriptions', { url: facility.url });
  expect(late).toMatchObject({ status: 401, body: { type: '/problems/token-invalid' } });
  const { rows } = await running.pool.query("select from subscription where state = 'active'");
  expect(rows).toEqual([]);
});

it('a client that was revoked while notifications were down is heard of once they are up', async () => {
  const database = await emptyDatabase();
  const before = await runningNotifications({ database });
  const { id } = await before.subscribe({ ...before.roles.facility, clientId: 'leaked' }, facility.url);
  await before.stop({ keepDatabase: true });

  // Identity's journal on the same transport: any table with an id and a version will do for its state.
  const transport = inProcessTransport({ onError: () => undefined });
  const journal = createJournal({
    service: 'identity',
    pool: running.pool,
    subjects: { client: heardCheckpoint },
    onError: () => undefined,
  });
  journal.start();
  stops.push(() => journal.stop());
  await transport.publish(journal);
  const { subject, type, data } = revoked({ ...before.roles.facility, clientId: 'leaked' });
  const entry = { type, data, actor: system, time: new Date() } as NewEntry;
  const change = { kind: 'client', id: subject, expected: 0, state: { origin: 'x', note: 'x' }, entry };
  await journal.record({ changes: [change] });

  const after = await runningNotifications({ database, transport });
  stops.unshift(() => after.stop());
  await eventually(async () => {
    const { rows } = await after.pool.query('select state, stop_reason from subscription where id = $1', [id]);
    return rows[0].state === 'stopped' && rows[0].stop_reason === 'client-revoked';
  });
});

it('a client of another organisation that is called the same is another client', async () => {
  const { id } = await running.subscribe(leaked(), facility.url);
  await running.hand(revoked({ ...leaked(), organisationId: randomUUID() }));
  expect(await stateOf(id)).toMatchObject({ state: 'active' });
});
