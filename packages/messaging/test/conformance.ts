import { randomUUID } from 'node:crypto';
import type { JournalEvent } from '@rohnamo/contracts';
import type { Journal } from '@rohnamo/journal';
import { parcelChange, type Scratch, scratchJournal } from '@rohnamo/journal/testing';
import { eventually } from '@rohnamo/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createParking, type Subscription, type Transport } from '../src/index.ts';

const nobody = '00000000-0000-0000-0000-000000000000';

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
    const write = async (journal: Journal, ids: string[], versions: number, from = 0): Promise<void> => {
      for (let version = from; version < from + versions; version++)
        await Promise.all(ids.map((id) => journal.record({ changes: [parcelChange(id, version)] })));
    };
    const noting = (seen: JournalEvent[]) => (event: JournalEvent) => Promise.resolve(void seen.push(event));
    const sequencesOf = (seen: JournalEvent[], id: string) =>
      seen.filter(({ subject }) => subject === id).map(({ sequence }) => sequence);
    const parkedOf = async (group: string) =>
      (
        await createParking({ pool: scratch.pool, subscriptions: [] }).list({ after: [group, nobody, 0], limit: 100 })
      ).filter((parked) => parked.group === group);
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

    it('calls again with an event whose effect failed for a while, before any later one of its subject', async () => {
      const transport = await started();
      const journal = await publishing(transport);
      const [id, unlucky] = [randomUUID(), randomUUID()];
      const group = `failing-${randomUUID()}`;
      const seen: JournalEvent[] = [];
      const failures = new Map<string, number>([
        [id, 6],
        [unlucky, 2],
      ]);
      const errors = new Map<string, Error>([
        [id, Object.assign(new Error('not now'), { code: 'dependency-unavailable' })],
        [unlucky, new Error('not yet')],
      ]);
      await following(transport, group, async (event) => {
        const left = failures.get(event.subject) ?? 0;
        if (event.sequence === 2 && left > 0) {
          failures.set(event.subject, left - 1);
          throw errors.get(event.subject)!;
        }
        seen.push(event);
      });
      await write(journal, [id, unlucky], 3);
      await eventually(() => [id, unlucky].every((each) => sequencesOf(seen, each).includes(3)), { withinMs: 20_000 });
      for (const each of [id, unlucky]) expect([...new Set(sequencesOf(seen, each))]).toEqual([1, 2, 3]);
      expect(await parkedOf(group)).toEqual([]);
    });

    it('parks an event that fails for good, and what comes behind it of its subject; other subjects go on', async () => {
      const transport = await started();
      const journal = await publishing(transport);
      const [poisoned, sound] = [randomUUID(), randomUUID()];
      const group = `parking-${randomUUID()}`;
      const seen: JournalEvent[] = [];
      const told: unknown[] = [];
      let isMended = false;
      const subscription: Subscription = {
        group,
        topics: ['client'],
        pool: scratch.pool,
        onParked: (parked) => told.push(parked),
        handle: async (event) => {
          if (event.subject === poisoned && event.sequence === 2 && !isMended) throw new TypeError('Firuza Nazarova');
          seen.push(event);
        },
      };
      await transport.subscribe(subscription);
      await write(journal, [poisoned, sound], 3);
      await eventually(async () => (await parkedOf(group)).length === 2 && sequencesOf(seen, sound).length === 3, {
        withinMs: 20_000,
      });
      await write(journal, [sound], 1, 3);
      await eventually(() => sequencesOf(seen, sound).length === 4);
      expect(sequencesOf(seen, poisoned)).toEqual([1]);
      expect(await parkedOf(group)).toMatchObject([
        { subject: poisoned, sequence: 2, attempts: 5, reason: 'TypeError', type: 'client.created.v1' },
        { subject: poisoned, sequence: 3, attempts: 0, reason: 'queued' },
      ]);
      expect(told).toEqual([{ group, subject: poisoned, sequence: 2, type: 'client.created.v1', reason: 'TypeError' }]);

      const parking = createParking({ pool: scratch.pool, subscriptions: [subscription] });
      expect(await parking.replay({ group })).toEqual({
        replayed: 0,
        failed: [{ group, subject: poisoned, sequence: 2, reason: 'TypeError' }],
      });
      isMended = true;
      expect(await parking.replay({ group, subject: poisoned })).toEqual({ replayed: 2, failed: [] });
      expect(sequencesOf(seen, poisoned)).toEqual([1, 2, 3]);
      expect(await parkedOf(group)).toEqual([]);
      await write(journal, [poisoned], 1, 3);
      await eventually(() => sequencesOf(seen, poisoned).includes(4));
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
