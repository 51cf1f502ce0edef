import { randomUUID } from 'node:crypto';
import { permitChange, type Scratch, scratchJournal } from '@rohnamo/journal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Arrival, arrivalOf } from '../src/arrival.ts';
import { createParking } from '../src/index.ts';
import { takerOf } from '../src/parking.ts';
import { anEvent, groupNamed } from './stage.ts';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await scratchJournal();
}, 60_000);
afterAll(() => scratch.stop());

describe('an event that is discarded from the middle of its queue', () => {
  /** A group whose effects are recorded once, of a subject of which the first was taken and the second fails until it is mended. */
  const setUp = async () => {
    const [group, subject] = [groupNamed('discarding'), randomUUID()];
    const effects: number[] = [];
    let isMended = false;
    const journal = scratch.journalOf();
    const subscription = {
      group,
      topics: ['client' as const],
      pool: scratch.pool,
      handle: async ({ sequence }: { sequence: number }) => {
        if (sequence === 2 && !isMended) throw new TypeError('no');
        const consumed = { consumer: group, kind: 'client', subject, sequence };
        const { kind } = await journal.record({ changes: [permitChange(randomUUID(), 0, `${sequence}`)], consumed });
        if (kind === 'recorded') effects.push(sequence);
      },
    };
    const parking = createParking({ pool: scratch.pool, subscriptions: [subscription] });
    const take = async (...arrivals: Arrival[]) => {
      const taker = takerOf(subscription);
      await taker.take(arrivals);
      await taker.settle();
    };
    const event = (sequence: number) => arrivalOf(anEvent(subject, sequence));
    const unreadable = (sequence: number): Arrival => ({
      topic: 'client',
      subject,
      sequence,
      kind: 'unreadable',
      message: { bytes: Buffer.from('{}'), at: `client:0:${sequence}` },
    });
    return {
      effects,
      take,
      event,
      unreadable,
      mend: () => (isMended = true),
      replay: () => parking.replay({ group, subject }),
      discard: (sequence: number) => parking.discard({ group, subject, sequence }),
      parked: async () =>
        (await parking.list({ after: null, limit: 1000 }))
          .filter((each) => each.subject === subject)
          .map(({ sequence }) => sequence),
      count: async () => (await parking.counts()).get(group) ?? 0,
    };
  };

  it('takes nothing with it that is parked before it, and has no effect when it comes again', async () => {
    const { effects, take, event, unreadable, mend, replay, discard, parked, count } = await setUp();
    await take(event(1), event(2), event(3), unreadable(4));
    expect(await discard(4)).toMatchObject({ sequence: 4, reason: 'unreadable' });
    expect(await discard(4)).toBe(null);
    expect([await parked(), await count()]).toEqual([[2, 3], 2]);
    await take(event(4));
    expect(await parked()).toEqual([2, 3]);
    mend();
    expect(await replay()).toEqual({ replayed: 2, failed: [] });
    await take(event(4), event(3));
    expect(effects).toEqual([1, 2, 3]);
    expect([await parked(), await count()]).toEqual([[], 0]);
  });

  it('is no gap before what comes next', async () => {
    const { effects, take, event, mend, replay, discard, parked } = await setUp();
    await take(event(1), event(2), event(3));
    await discard(3);
    mend();
    await replay();
    await take(event(4));
    expect(await parked()).toEqual([]);
    expect(effects).toEqual([1, 2, 4]);
  });

  it('goes with those before it, when they are discarded, too', async () => {
    const { effects, take, event, replay, discard, parked } = await setUp();
    await take(event(1), event(2), event(3), event(4));
    await discard(3);
    await discard(2);
    await take(event(2), event(3));
    expect(await parked()).toEqual([4]);
    expect(await replay()).toEqual({ replayed: 1, failed: [] });
    expect(effects).toEqual([1, 4]);
  });

  it('stays discarded behind a message whose place cannot be told', async () => {
    const { effects, take, event, unreadable, replay, discard, parked } = await setUp();
    await take(event(1), unreadable(-7), event(3));
    await discard(3);
    await take(event(3), event(4));
    expect(await parked()).toEqual([-7, 4]);
    await discard(-7);
    expect(await replay()).toEqual({ replayed: 1, failed: [] });
    await take(event(3));
    expect(effects).toEqual([1, 4]);
  });
});
