import { randomUUID } from 'node:crypto';
import { createJournal, noteKey, openCheckpoint, system, verifierKey } from '@rohnamo/journal';
import { kafkaTransport } from '@rohnamo/messaging';
import { createPool } from '@rohnamo/service-kit';
import { eventually, fakeFacility, testKafka } from '@rohnamo/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { heardCheckpoint } from '../src/schema.ts';
import { emptyDatabase, type RunningNotifications, runningNotifications } from './running-notifications.ts';

const signingKey = Buffer.alloc(32, 5).toString('base64');
const onError = () => undefined; // a first connection to a young topic fails and is tried again
const stops: (() => Promise<unknown>)[] = [];
let running: RunningNotifications;
let prefix: string;
let brokers: string[];

beforeAll(async () => {
  ({ brokers } = await testKafka());
  prefix = `test.${randomUUID().slice(0, 8)}`;
  const transport = kafkaTransport({ brokers, clientId: 'notifications', prefix, onError, partitions: 2 });
  running = await runningNotifications({ transport });
  stops.push(() => running.stop());
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

/** A journal such as the referral service's, sealed, on the same broker. Any table with an id and a version will do for its state. */
async function referralJournal() {
  const database = await emptyDatabase();
  const pool = createPool(database.appUrl, { applicationName: 'referral test' });
  const sealerPool = createPool(database.sealerUrl, { applicationName: 'referral test sealer', max: 2 });
  const journal = createJournal({ service: 'referral', pool, subjects: { referral: heardCheckpoint }, onError });
  journal.start({ sealer: { pool: sealerPool, signingKey } });
  const transport = kafkaTransport({ brokers, clientId: 'referral', prefix, onError, partitions: 2 });
  await transport.publish(journal);
  stops.unshift(async () => {
    await transport.stop();
    await journal.stop();
    await Promise.all([pool.end(), sealerPool.end()]);
    await database.drop();
  });
  return journal;
}

it('a referral recorded by another service reaches the facility by Kafka: signed, with a checkpoint, and is in its feed', async () => {
  const facility = await fakeFacility();
  stops.unshift(() => facility.stop());
  const { secret } = await running.subscribe(running.roles.facility, facility.url);
  facility.useSecret(secret);
  const journal = await referralJournal();
  const { data, subject } = running.anEvent();
  const change = (type: 'referral.sent.v1' | 'referral.acknowledged.v1', expected: number) => ({
    kind: 'referral',
    id: subject,
    expected,
    state: { origin: 'x', note: 'x' },
    entry: { type, data, actor: system, time: new Date() },
  });
  await journal.record({ changes: [change('referral.sent.v1', 0)] });
  const first = await eventually(() => facility.calls[0], { withinMs: 40_000 });
  expect(first.verified).toBe(true);
  expect(JSON.parse(first.body)).toMatchObject({ id: subject, type: 'referral.sent.v1' });

  // What is sent on soon after a checkpoint was signed may still carry the one before, and here there is none.
  let sent = 1;
  const nextCarriesOne = async () => {
    await journal.record({ changes: [change('referral.acknowledged.v1', sent)] });
    const { body: text } = await eventually(() => facility.calls[sent]);
    sent += 1;
    const told = JSON.parse(text) as { id: string; type: string; checkpoint: string | null };
    return told.checkpoint !== null && { ...told, checkpoint: told.checkpoint };
  };
  const body = await eventually(nextCarriesOne, { everyMs: 250 });
  expect(Object.keys(body)).toEqual(['id', 'type', 'checkpoint']);
  expect(openCheckpoint(body.checkpoint, verifierKey(noteKey('rohnamo/referral', signingKey)))?.size).toBeGreaterThan(
    0,
  );

  const { items } = await eventually(async () => {
    const page = await running.feed(running.roles.facility);
    return page.items.length === sent && page;
  });
  expect(items.map(({ type, sequence }) => [type, sequence])).toEqual([
    ['referral.sent.v1', 1],
    ...Array.from({ length: sent - 1 }, (_, index) => ['referral.acknowledged.v1', index + 2]),
  ]);
});
