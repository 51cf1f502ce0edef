import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '@rohnamo/backing-services';
import type { JournalEvent } from '@rohnamo/contracts';
import { parcelChange, scratchJournal } from '@rohnamo/journal/testing';
import { eventually, testKafka } from '@rohnamo/testkit';
import { describe, expect, it } from 'vitest';
import { kafkaTransport } from '../src/index.ts';
import { transportKeepsItsPromises } from './conformance.ts';

const prefix = `test-${randomUUID().slice(0, 8)}`;
const transportTo = (brokers: string[]) =>
  kafkaTransport({ brokers, clientId: 'test', prefix, onError: () => undefined, partitions: 3 });

transportKeepsItsPromises('the Kafka transport', async () => transportTo((await testKafka()).brokers));

describe('the Kafka transport, when its broker is killed and comes back', () => {
  it('loses nothing and goes on by itself', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'rohnamo-killed-'));
    const broker = await startKafka({
      dataDir,
      port: 0,
      progress: () => undefined,
      environment: { ROHNAMO_DOCKER: 'off' },
    });
    if ('unavailable' in broker || !broker.kill || !broker.restart) throw new Error('this needs a native broker');
    const scratch = await scratchJournal();
    const transport = await transportTo(broker.brokers);
    const seen: JournalEvent[] = [];
    scratch.journal.start();
    await transport.publish(scratch.journal);
    await transport.subscribe({
      group: 'survivors',
      topics: ['client'],
      pool: scratch.pool,
      handle: async (event) => void seen.push(event),
    });

    const ids = Array.from({ length: 60 }, () => randomUUID());
    const writeSome = (from: number) =>
      Promise.all(ids.slice(from, from + 20).map((id) => scratch.journal.record({ changes: [parcelChange(id, 0)] })));
    const arrived = (count: number) =>
      eventually(() => new Set(seen.map(({ subject }) => subject)).size >= count, { withinMs: 60_000 });
    await writeSome(0);
    await arrived(20);
    await broker.kill();
    await writeSome(20);
    await broker.restart();
    await writeSome(40);
    await arrived(60);
    expect(new Set(seen.map(({ subject }) => subject))).toEqual(new Set(ids));

    await transport.stop();
    await scratch.journal.stop();
    await scratch.stop();
    await broker.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 120_000);
});
