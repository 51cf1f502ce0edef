import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '@rohnamo/backing-services';
import { parcelChange, scratchJournal } from '@rohnamo/journal/testing';
import { eventually, testKafka } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaTransport } from '../src/index.ts';
import { transportOutlivesFrozenLeader, transportOutlivesProcesses } from './conformance-faults.ts';
import { transportKeepsItsPromises } from './conformance.ts';

const prefix = `test-${randomUUID().slice(0, 8)}`;
const transportTo = (brokers: string[]) =>
  kafkaTransport({ brokers, clientId: 'test', prefix, onError: () => undefined, partitions: 3 });

const brokers = async () => (await testKafka()).brokers;

transportKeepsItsPromises('the Kafka transport', async () => transportTo(await brokers()));

transportOutlivesProcesses('the Kafka transport', {
  brokers,
  deaths: {
    publishes: ['relay.before-produce:3', 'relay.after-produce:3'],
    hears: ['record.after-commit:3', 'consume.before-acknowledgement:3'],
  },
});

transportOutlivesFrozenLeader('the Kafka transport', brokers);

const brokerOfItsOwn = async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'rohnamo-killed-'));
  const environment = { ROHNAMO_DOCKER: 'off' };
  const broker = await startKafka({ dataDir, port: 0, progress: () => undefined, environment });
  if ('unavailable' in broker || !broker.kill || !broker.restart) throw new Error('this needs a native broker');
  const { brokers, kill, restart } = broker;
  const stop = () => broker.stop().then(() => rm(dataDir, { recursive: true, force: true }));
  return { brokers, kill, restart, stop };
};

describe('the Kafka transport, when its broker is killed and comes back', () => {
  let broker: Awaited<ReturnType<typeof brokerOfItsOwn>>;
  let scratch: Awaited<ReturnType<typeof scratchJournal>>;
  beforeAll(async () => {
    [broker, scratch] = await Promise.all([brokerOfItsOwn(), scratchJournal()]);
    scratch.journal.start();
  }, 120_000);
  afterAll(async () => {
    await scratch.journal.stop();
    await Promise.all([scratch.stop(), broker.stop()]);
  });

  const ids: string[] = [];
  const write = (count: number) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const id = randomUUID();
        ids.push(id);
        await scratch.journal.record({ changes: [parcelChange(id, 0)] });
      }),
    );
  const atWork = async (group: string) => {
    const transport = transportTo(broker.brokers);
    const seen = new Set<string>();
    await transport.publish(scratch.journal);
    await transport.subscribe({
      group,
      topics: ['client'],
      pool: scratch.pool,
      handle: async ({ subject }) => void seen.add(subject),
    });
    return { transport, allArrived: () => eventually(() => ids.every((id) => seen.has(id)), { withinMs: 60_000 }) };
  };

  it('loses nothing and goes on by itself', async () => {
    const { transport, allArrived } = await atWork('survivors');
    await write(20);
    await allArrived();
    await broker.kill();
    await write(20);
    await broker.restart();
    await write(20);
    await expect(allArrived()).resolves.toBe(true);
    await transport.stop();
  }, 120_000);

  it('begins without it, says so, and goes to work when it is there', async () => {
    await broker.kill();
    const { transport, allArrived } = await atWork('early birds');
    await write(20);
    const isReady = transport.ready();
    await broker.restart();
    await allArrived();
    expect(await isReady).toBe(true);
    await transport.stop();
  }, 120_000);

  it('can be stopped before it is there', async () => {
    await broker.kill();
    const { transport } = await atWork('never heard');
    await write(1);
    await expect(transport.stop()).resolves.toBeUndefined();
  }, 120_000);
});
