import { randomUUID } from 'node:crypto';
import type { JournalEvent } from '@rohnamo/contracts';
import { permitChange } from '@rohnamo/journal/testing';
import { eventually } from '@rohnamo/testkit';
import { expect, it } from 'vitest';
import { groupNamed, inOrder, noting, sequencesOf, type Stage } from './stage.ts';

/** What a transport does with what cannot be handled, or not now. */
export function parksWhatFails({ started, publishing, following, write, leap, parkedOf, parkingOf }: Stage): void {
  it('parks an event that fails for good, and what comes behind it of its subject; other subjects go on', async () => {
    const transport = await started();
    const journal = await publishing(transport);
    const [poisoned, sound] = [randomUUID(), randomUUID()];
    const group = `parking-${randomUUID()}`;
    const seen: JournalEvent[] = [];
    const told: unknown[] = [];
    let isMended = false;
    const subscription = await following(
      transport,
      group,
      async (event) => {
        if (event.subject === poisoned && event.sequence === 2 && !isMended) throw new TypeError('Firuza Nazarova');
        seen.push(event);
      },
      { onParked: (parked) => told.push(parked) },
    );
    await write(journal, [poisoned, sound], 3);
    await eventually(
      async () => (await parkedOf(group, poisoned, sound)).length === 2 && sequencesOf(seen, sound).length === 3,
      {
        withinMs: 20_000,
      },
    );
    await write(journal, [sound], 1, 3);
    await eventually(() => sequencesOf(seen, sound).length === 4);
    expect(sequencesOf(seen, poisoned)).toEqual([1]);
    expect(await parkedOf(group, poisoned, sound)).toMatchObject([
      { subject: poisoned, sequence: 2, attempts: 5, reason: 'TypeError', type: 'client.created.v1' },
      { subject: poisoned, sequence: 3, attempts: 0, reason: 'queued' },
    ]);
    expect(told).toEqual([
      { group, kind: 'client', subject: poisoned, sequence: 2, type: 'client.created.v1', reason: 'TypeError' },
    ]);

    const parking = parkingOf(subscription);
    expect(await parking.replay({ group, subject: poisoned })).toEqual({
      replayed: 0,
      failed: [{ group, kind: 'client', subject: poisoned, sequence: 2, reason: 'TypeError' }],
    });
    isMended = true;
    expect(await parking.replay({ group, subject: poisoned })).toEqual({ replayed: 2, failed: [] });
    expect(sequencesOf(seen, poisoned)).toEqual([1, 2, 3]);
    expect(await parkedOf(group, poisoned, sound)).toEqual([]);
    await write(journal, [poisoned], 1, 3);
    await eventually(() => sequencesOf(seen, poisoned).includes(4));
  });

  it('parks an event before which one is missing, tells of it, and handles it when that is accepted', async () => {
    const transport = await started();
    const journal = await publishing(transport);
    const [torn, sound] = [randomUUID(), randomUUID()];
    const group = groupNamed('gap');
    const seen: JournalEvent[] = [];
    const told: unknown[] = [];
    const subscription = await following(transport, group, noting(seen), {
      onParked: (parked) => parked.subject === torn && told.push(parked),
    });
    await write(journal, [torn, sound], 1);
    await leap(torn, 3);
    await write(journal, [torn], 2, 3);
    await write(journal, [sound], 1, 1);
    await eventually(
      async () => (await parkedOf(group, torn, sound)).length === 2 && sequencesOf(seen, sound).length === 2,
    );
    expect(sequencesOf(seen, torn)).toEqual([1]);
    expect(await parkedOf(group, torn, sound)).toMatchObject([
      { subject: torn, sequence: 4, attempts: 0, reason: 'gap' },
      { subject: torn, sequence: 5, attempts: 0, reason: 'queued' },
    ]);
    expect(told).toEqual([
      { group, kind: 'client', subject: torn, sequence: 4, type: 'client.created.v1', reason: 'gap' },
    ]);

    await leap(torn, 1);
    await write(journal, [torn], 1, 1);
    await eventually(async () => (await parkedOf(group, torn, sound)).length === 3);
    expect((await parkedOf(group, torn, sound)).map(({ sequence }) => sequence)).toEqual([2, 4, 5]);
    expect(await parkingOf(subscription).replay({ group, subject: torn })).toEqual({ replayed: 3, failed: [] });
    expect(sequencesOf(seen, torn)).toEqual([1, 2, 4, 5]);
    await leap(torn, 5);
    await write(journal, [torn], 1, 5);
    await eventually(() => sequencesOf(seen, torn).includes(6));
    expect(await parkedOf(group, torn, sound)).toEqual([]);
  });

  it('knows a gap behind an event that was discarded, and none where the last one was', async () => {
    const transport = await started();
    const journal = await publishing(transport);
    const id = randomUUID();
    const group = groupNamed('discarding');
    const seen: JournalEvent[] = [];
    const subscription = await following(transport, group, async (event) => {
      if (event.sequence === 2) throw new TypeError('no');
      seen.push(event);
    });
    await write(journal, [id], 2);
    await eventually(async () => (await parkedOf(group, id)).length === 1);
    await parkingOf(subscription).discard({ group, subject: id, sequence: 2 });
    await write(journal, [id], 1, 2);
    await eventually(() => sequencesOf(seen, id).includes(3));
    await leap(id, 5);
    await write(journal, [id], 1, 5);
    await eventually(async () => (await parkedOf(group, id)).length === 1);
    expect(await parkedOf(group, id)).toMatchObject([{ sequence: 6, reason: 'gap' }]);
  });

  it('does not handle again what it has handled', async () => {
    const transport = await started();
    const journal = await publishing(transport);
    const [again, marker] = [randomUUID(), randomUUID()];
    const seen: JournalEvent[] = [];
    await following(transport, groupNamed('repeated'), noting(seen));
    await write(journal, [again], 3);
    // A permit of the same id, whose events are of the same type: the topic says the same sequences of the same subject again.
    for (const version of [0, 1]) await journal.record({ changes: [permitChange(again, version, 'again')] });
    await write(journal, [marker], 1);
    await write(journal, [again], 1, 3);
    await eventually(() => sequencesOf(seen, marker).length === 1 && sequencesOf(seen, again).includes(4));
    expect(sequencesOf(seen, again)).toEqual(inOrder(4));
  });
}
