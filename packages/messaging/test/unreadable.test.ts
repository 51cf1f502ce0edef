import { randomUUID } from 'node:crypto';
import type { JournalEvent } from '@rohnamo/contracts';
import { scratchJournal } from '@rohnamo/journal/testing';
import { eventually, testKafka } from '@rohnamo/testkit';
import kafkajs, { type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createParking, kafkaTransport, type Parking, type Transport } from '../src/index.ts';
import { messageOf } from '../src/kafka-message.ts';
import { anEvent, inOrder, noting, sequencesOf } from './stage.ts';

const prefix = `test-${randomUUID().slice(0, 8)}`;
const group = 'readers';
const seen: JournalEvent[] = [];
const errors: string[] = [];
const told: unknown[] = [];
let scratch: Awaited<ReturnType<typeof scratchJournal>>;
let transport: Transport;
let producer: Producer;
let parking: Parking;

beforeAll(async () => {
  const { brokers } = await testKafka();
  scratch = await scratchJournal();
  const onError = (error: unknown) => void errors.push(String(error));
  transport = kafkaTransport({ brokers, clientId: 'test', prefix, onError, partitions: 1 });
  const topics = ['client', 'facility'] as const;
  const onParked = (parked: unknown) => void told.push(parked);
  const subscription = { group, topics, pool: scratch.pool, handle: noting(seen), onParked };
  parking = createParking({ pool: scratch.pool, subscriptions: [subscription] });
  await transport.subscribe(subscription);
  producer = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).producer();
  await producer.connect();
}, 60_000);
afterAll(async () => {
  await producer.disconnect();
  await transport.stop();
  await scratch.stop();
});

interface Sent {
  key: string | null;
  value: string | null;
  headers?: Record<string, string>;
}
const send = (message: Sent, topic = 'client') => producer.send({ topic: `${prefix}.${topic}`, messages: [message] });
const sound = (subject: string, sequence: number) => send(messageOf(anEvent(subject, sequence)));
const parkedOf = async (subject: string) =>
  (await parking.list({ after: null, limit: 100 })).filter((parked) => parked.subject === subject);
/** All of it is one partition: a marker that was sent after another was seen is of a later batch, so what came before both is done. */
const arrived = async () => {
  for (const marker of [randomUUID(), randomUUID()]) {
    await sound(marker, 1);
    await eventually(() => sequencesOf(seen, marker).length === 1, { withinMs: 30_000 });
  }
};
/** A message of an event, spoilt. */
const spoilt = (event: JournalEvent, { headers = {}, ...other }: Partial<Sent>): Sent => {
  const message = messageOf(event);
  return { ...message, ...other, headers: { ...message.headers, ...headers } };
};

describe('a message that cannot be read', () => {
  const secret = 'Firuza Nazarova';
  const cases: [string, (id: string) => Sent, number | null][] = [
    ['is no JSON', (id) => spoilt(anEvent(id, 2), { value: secret }), 2],
    ['breaks the contract', (id) => spoilt(anEvent(id, 2), { value: JSON.stringify({ clientId: 7, secret }) }), 2],
    ['has a header that is wrong', (id) => spoilt(anEvent(id, 2), { headers: { ce_sequence: secret } }), null],
    ['has no headers', (id) => ({ key: id, value: secret, headers: {} }), null],
    ['holds nothing, where facts are kept', (id) => spoilt(anEvent(id, 2), { value: null }), 2],
    ['is of another topic', (id) => spoilt(anEvent(id, 2), { headers: { ce_type: 'consent.given.v1' } }), 2],
    ['is of another subject than its key', (id) => spoilt(anEvent(randomUUID(), 2), { key: id }), 2],
    ['holds what no column takes', (id) => spoilt(anEvent(id, 2), { value: String.raw`{"clientId":"\u0000"}` }), 2],
  ];

  it.each(cases)('because it %s is parked, and holds up its own subject alone', async (_why, messageFor, sequence) => {
    const id = randomUUID();
    await sound(id, 1);
    await send(messageFor(id));
    await sound(id, 3);
    await arrived();
    expect(sequencesOf(seen, id)).toEqual([1]);
    const [first, second] = await parkedOf(id);
    expect(first).toMatchObject({ id: null, type: null, reason: 'unreadable', attempts: 1 });
    expect(first?.messageAt).toMatch(/^client:0:\d+$/);
    if (sequence === null) expect(first?.sequence).toBeLessThan(0);
    else expect(first?.sequence).toBe(sequence);
    expect(second).toMatchObject({ sequence: 3, attempts: 0 });
    expect(told.at(-1)).toMatchObject({ subject: id, type: null, reason: 'unreadable' });

    expect(await parking.replay({ group, subject: id })).toMatchObject({ replayed: 0, failed: [{ subject: id }] });
    await parking.discard({ group, subject: id, sequence: first!.sequence });
    expect(await parking.replay({ group, subject: id })).toEqual({ replayed: 1, failed: [] });
    expect(sequencesOf(seen, id)).toEqual([1, 3]);
    expect(JSON.stringify([told, errors, await parkedOf(id)])).not.toContain(secret);
  });

  it('and names no subject holds up nothing, not even another like it', async () => {
    const before = (await parking.list({ after: null, limit: 100 })).length;
    for (const key of ['somebody', 'somebody', null]) await send({ key, value: secret });
    await arrived();
    const parked = await parking.list({ after: null, limit: 100 });
    expect(parked).toHaveLength(before + 3);
    expect(new Set(parked.map(({ subject }) => subject)).size).toBe(parked.length);
    await Promise.all(parked.map((each) => parking.discard(each)));
  });

  it('is replaced by the event, when its publisher sends it anew', async () => {
    const id = randomUUID();
    await sound(id, 1);
    await send(spoilt(anEvent(id, 2), { value: secret }));
    await sound(id, 3);
    await sound(id, 2);
    await arrived();
    expect(await parkedOf(id)).toMatchObject([{ sequence: 2, messageAt: null, reason: 'queued' }, { sequence: 3 }]);
    expect(await parking.replay({ group, subject: id })).toEqual({ replayed: 2, failed: [] });
    expect(sequencesOf(seen, id)).toEqual(inOrder(3));
  });

  it.each([2, -18])('is handled by a replay once it can be read, in its place (parked as %i)', async (sequence) => {
    const id = randomUUID();
    await sound(id, 1);
    await sound(id, 2);
    await arrived();
    const { headers, key, value } = messageOf(anEvent(id, 2));
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const names = Object.entries(headers).map(([name, text]) => [name, base64(text)]);
    const kept = {
      topic: 'client',
      partition: 0,
      offset: '17',
      key: base64(key),
      value: base64(value),
      headers: names,
    };
    await scratch.pool.query(
      `insert into parked (consumer, kind, subject, sequence, message, message_at, parked_at, attempts, reason)
       values ($1, 'client', $2, $3, $4, 'client:0:17', now(), 1, 'unreadable')`,
      [group, id, sequence, Buffer.from(JSON.stringify(kept))],
    );
    await sound(id, 3);
    await arrived();
    seen.splice(0);
    expect(await parking.replay({ group, subject: id })).toEqual({ replayed: 2, failed: [] });
    expect(sequencesOf(seen, id)).toEqual([2, 3]);
  });
});

it('an event of a type that this version does not know leaves no gap, not even behind a parked one', async () => {
  const unknown = (id: string, sequence: number) =>
    send(spoilt(anEvent(id, sequence), { headers: { ce_type: 'client.renamed.v1' } }));
  const [id, parked] = [randomUUID(), randomUUID()];
  for (const each of [id, parked]) await sound(each, 1);
  await unknown(id, 2);
  await sound(id, 3);
  await send(spoilt(anEvent(parked, 2), { value: '' }));
  await unknown(parked, 3);
  await arrived();
  expect(sequencesOf(seen, id)).toEqual([1, 3]);
  await parking.discard({ group, subject: parked, sequence: 2 });
  expect(await parking.replay({ group, subject: parked })).toEqual({ replayed: 1, failed: [] });
  await sound(parked, 4);
  await arrived();
  expect(sequencesOf(seen, parked)).toEqual([1, 4]);
});

it('a tombstone of a compacted topic is stepped over', async () => {
  const id = randomUUID();
  await send({ key: id, value: null }, 'facility');
  await send({ key: randomUUID(), value: 'and this is parked' }, 'facility');
  await eventually(async () =>
    (await parking.list({ after: null, limit: 100 })).some(({ messageAt }) => messageAt === 'facility:0:1'),
  );
  expect(await parkedOf(id)).toEqual([]);
  const ofTheClient = /^(KafkaJS|Error: kafka )/; // it says what it does again by itself
  expect(errors.filter((error) => !ofTheClient.test(error))).toEqual([]);
});
