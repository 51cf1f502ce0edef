import { randomUUID } from 'node:crypto';
import type { JournalEvent } from '@rohnamo/contracts';
import { eventually } from '@rohnamo/testkit';
import { describe, expect, it } from 'vitest';
import type { Transport } from '../src/index.ts';
import { parksWhatFails } from './conformance-parking.ts';
import { groupNamed, inOrder, noting, sequencesOf, stageOf } from './stage.ts';

/** What every transport keeps. Scratch entries are client events, so all of it goes through the topic of clients. */
export function transportKeepsItsPromises(name: string, newTransport: () => Promise<Transport>): void {
  describe(name, () => {
    const stage = stageOf(newTransport);
    const { started, publishing, following, write, parkedOf } = stage;

    parksWhatFails(stage);

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
      expect(await parkedOf(group, id, unlucky)).toEqual([]);
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
          pool: stage.scratch().pool,
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

    it('tells a process that hears everything once it has heard what there was when it began, be that nothing', async () => {
      const transport = await started();
      const journal = await publishing(transport);
      const id = randomUUID();
      const hearing = async (on: Transport, seen: JournalEvent[] = []) => {
        const caughtUp = Promise.withResolvers<number[]>();
        await on.subscribe({
          group: groupNamed('everybody'),
          topics: ['client'],
          handle: noting(seen),
          pool: stage.scratch().pool,
          everyProcess: true,
          onCaughtUp: () => caughtUp.resolve(sequencesOf(seen, id)),
        });
        return caughtUp.promise;
      };
      expect(await hearing(transport)).toEqual([]);
      await write(journal, [id], 3);
      const known: JournalEvent[] = [];
      await following(transport, groupNamed('known'), noting(known));
      await eventually(() => sequencesOf(known, id).length === 3);
      const later = await started();
      await later.publish(journal);
      expect(await hearing(later)).toEqual(inOrder(3));
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
