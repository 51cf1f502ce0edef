import { randomUUID } from 'node:crypto';
import { parcelChange, scratchJournal } from '@rohnamo/journal/testing';
import { eventually } from '@rohnamo/testkit';
import { describe, expect, it } from 'vitest';
import { createExchange, inProcessTransport, type Transport } from '../src/index.ts';
import { transportOutlivesProcesses, transportOutlivesStandstill } from './conformance-faults.ts';
import { transportKeepsItsPromises } from './conformance.ts';

transportKeepsItsPromises('the in-process transport', () =>
  Promise.resolve(inProcessTransport({ onError: () => undefined })),
);

transportOutlivesProcesses('the in-process transport', {
  brokers: null,
  deaths: {
    publishes: ['sequence.after-commit:3'],
    hears: ['consume.before-effect:90', 'record.after-commit:3'],
  },
});

transportOutlivesStandstill('the in-process transport');

describe('services that share an exchange', () => {
  it('hear each other, and one that stops takes away its own journal and groups, and no others', async () => {
    const exchange = createExchange();
    const join = () => inProcessTransport({ onError: () => undefined, exchange });
    const [speaker, leaving, staying] = [join(), join(), join()];
    const scratch = await scratchJournal();
    const { journal, pool } = scratch;
    journal.start();
    const seen = { leaving: 0, staying: 0 };
    const subscribe = (transport: Transport, name: keyof typeof seen) =>
      transport.subscribe({ group: name, topics: ['client'], pool, handle: async () => void seen[name]++ });
    await subscribe(leaving, 'leaving');
    await speaker.publish(journal);
    await subscribe(staying, 'staying');
    const write = () => journal.record({ changes: [parcelChange(randomUUID(), 0)] });
    await write();
    await eventually(() => seen.leaving === 1 && seen.staying === 1);
    await leaving.stop();
    await write();
    await eventually(() => seen.staying === 2);
    await speaker.stop();
    expect({ ...exchange, groups: exchange.groups.size, seen: seen.leaving }).toEqual({
      journals: new Set(),
      followers: new Set(),
      groups: 1,
      seen: 1,
    });
    await staying.stop();
    await journal.stop();
    await scratch.stop();
  });
});
