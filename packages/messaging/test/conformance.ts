import { randomUUID } from 'node:crypto';
import type { JournalEvent } from '@rohnamo/contracts';
import type { Journal } from '@rohnamo/journal';
import { parcelChange, type Scratch, scratchJournal } from '@rohnamo/journal/testing';
import { eventually } from '@rohnamo/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Transport } from '../src/index.ts';

/** What every transport keeps. Scratch entries are client events, so all of it goes through the topic of clients. */
export function transportKeepsItsPromises(name: string, newTransport: () => Promise<Transport>): void {
  describe(name, () => {
    let scratch: Scratch;
    const journals: Journal[] = [];
    const transports: Transport[] = [];
    const started = async (): Promise<Transport> => {
      const transport = await newTransport();
      transports.push(transport);
      return transport;
    };
    const publishing = async (transport: Transport): Promise<Journal> => {
      const journal = scratch.journalOf();
      journal.start();
      journals.push(journal);
      await transport.publish(journal);
      return journal;
    };
    const following = async (transport: Transport, group: string, handle: (event: JournalEvent) => Promise<void>) =>
      transport.subscribe({ group, topics: ['client'], handle, pool: scratch.pool });
    const write = async (journal: Journal, ids: string[], versions: number): Promise<void> => {
      for (let version = 0; version < versions; version++)
        await Promise.all(ids.map((id) => journal.record({ changes: [parcelChange(id, version)] })));
    };
    const noting = (seen: JournalEvent[]) => (event: JournalEvent) => Promise.resolve(void seen.push(event));
    const sequencesOf = (seen: JournalEvent[], id: string) =>
      seen.filter(({ subject }) => subject === id).map(({ sequence }) => sequence);
    const inOrder = (versions: number) => Array.from({ length: versions }, (_, i) => i + 1);

    beforeAll(async () => {
      scratch = await scratchJournal();
    }, 60_000);
    afterEach(async () => {
      await Promise.all(transports.splice(0).map((transport) => transport.stop()));
      await Promise.all(journals.splice(0).map((journal) => journal.stop()));
    });
    afterAll(() => scratch.stop());

    it('carries everything, each subject in its order, and each event whole', async () => {
      const transport = await started();
      const seen: JournalEvent[] = [];
      await following(transport, `whole-${randomUUID()}`, noting(seen));
      const journal = await publishing(transport);
      const ids = Array.from({ length: 20 }, () => randomUUID());
      await write(journal, ids, 5);
      await eventually(() => ids.every((id) => sequencesOf(seen, id).length >= 5));
      for (const id of ids) expect(sequencesOf(seen, id)).toEqual(inOrder(5));
      expect(seen.find(({ subject }) => subject === ids[0])).toMatchObject({
        source: 'urn:rohnamo:scratch',
        type: 'client.created.v1',
        data: { clientId: 'scratch' },
        time: '2026-11-24T00:00:00.000Z',
      });
    });

    it('gives a group that comes later everything from the beginning', async () => {
      const transport = await started();
      const journal = await publishing(transport);
      const id = randomUUID();
      await write(journal, [id], 3);
      const seen: JournalEvent[] = [];
      await following(transport, `late-${randomUUID()}`, noting(seen));
      await eventually(() => sequencesOf(seen, id).length === 3);
    });

    it('lets a group go on where it was when it stopped, and what was published meanwhile is not lost', async () => {
      const group = `resuming-${randomUUID()}`;
      const [before, after]: [JournalEvent[], JournalEvent[]] = [[], []];
      const [first, second] = [randomUUID(), randomUUID()];
      const one = await started();
      await following(one, group, noting(before));
      const journal = await publishing(one);
      await write(journal, [first], 3);
      await eventually(() => sequencesOf(before, first).length === 3);
      await one.stop();
      await write(journal, [second], 2);
      const two = await started();
      await two.publish(journal);
      await following(two, group, noting(after));
      await eventually(() => sequencesOf(after, second).length === 2);
      expect(sequencesOf(after, first)).toEqual([]);
    });

    it('calls again with an event whose effect failed, before any later one of its subject', async () => {
      const transport = await started();
      const journal = await publishing(transport);
      const id = randomUUID();
      const seen: JournalEvent[] = [];
      let failures = 2;
      await following(transport, `failing-${randomUUID()}`, async (event) => {
        if (event.subject === id && event.sequence === 2 && failures-- > 0) throw new Error('not now');
        seen.push(event);
      });
      await write(journal, [id], 3);
      await eventually(() => sequencesOf(seen, id).includes(3));
      expect([...new Set(sequencesOf(seen, id))]).toEqual([1, 2, 3]);
    });

    it('gives every process everything, from the beginning at each start, where that is asked for', async () => {
      const group = `everybody-${randomUUID()}`;
      const id = randomUUID();
      const one = await started();
      const two = await started();
      const journal = await publishing(one);
      await two.publish(journal);
      const hearing = async (transport: Transport): Promise<JournalEvent[]> => {
        const seen: JournalEvent[] = [];
        await transport.subscribe({
          group,
          topics: ['client'],
          handle: noting(seen),
          pool: scratch.pool,
          everyProcess: true,
        });
        return seen;
      };
      const inOne = await hearing(one);
      const inTwo = await hearing(two);
      await write(journal, [id], 3);
      await eventually(() => sequencesOf(inOne, id).length === 3 && sequencesOf(inTwo, id).length === 3);
      await two.stop();
      const again = await started();
      await again.publish(journal);
      const inAgain = await hearing(again);
      await eventually(() => sequencesOf(inAgain, id).length === 3);
      expect(sequencesOf(inAgain, id)).toEqual(inOrder(3));
    });

    it('does not let a group that fails hold up another', async () => {
      const transport = await started();
      const journal = await publishing(transport);
      const id = randomUUID();
      const seen: JournalEvent[] = [];
      await following(transport, `stuck-${randomUUID()}`, async () => Promise.reject(new Error('never')));
      await following(transport, `free-${randomUUID()}`, noting(seen));
      await write(journal, [id], 3);
      await eventually(() => sequencesOf(seen, id).length === 3);
    });
  });
}
