import { randomUUID } from 'node:crypto';
import { type JournalEvent, topicOf } from '@rohnamo/contracts';
import { type Scratch, scratchJournal } from '@rohnamo/journal/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrivalOf } from '../src/arrival.ts';
import { createParking, takerOf } from '../src/parking.ts';
import { anEvent, groupNamed, noting, sequencesOf } from './stage.ts';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await scratchJournal();
}, 60_000);
afterAll(() => scratch.stop());

describe('subjects of two kinds with one id', () => {
  const kinds = ['client', 'notice'] as const;
  type Kind = (typeof kinds)[number];
  const eventOf = (kind: Kind, subject: string, sequence: number): JournalEvent => ({
    ...anEvent(subject, sequence),
    type: kind === 'client' ? 'client.created.v1' : 'notice.raised.v1',
  });
  const arrivals = fc.array(fc.record({ kind: fc.constantFrom(...kinds), settles: fc.boolean() }), { maxLength: 12 });

  it('come each in its own order, and none is taken, parked or missed for what becomes of the other', () =>
    fc.assert(
      fc.asyncProperty(arrivals, fc.option(fc.constantFrom(...kinds)), async (steps, poisoned) => {
        const [group, subject] = [groupNamed('kinds'), randomUUID()];
        const seen: JournalEvent[] = [];
        const subscription = {
          group,
          topics: kinds,
          pool: scratch.pool,
          handle: (event: JournalEvent) =>
            topicOf(event.type) === poisoned ? Promise.reject(new TypeError('no')) : noting(seen)(event),
        };
        const { take, settle } = takerOf(subscription, { pausesMs: [] });
        const last = { client: 0, notice: 0 };
        for (const { kind, settles } of steps) {
          await take([arrivalOf(eventOf(kind, subject, ++last[kind]))]);
          if (settles) await settle();
        }
        await settle();
        const parking = createParking({ pool: scratch.pool, subscriptions: [] });
        const parked = (await parking.list({ after: [group, '', subject, 0], limit: 100 })).filter(
          (each) => each.subject === subject,
        );
        for (const kind of kinds) {
          const all = Array.from({ length: last[kind] }, (_, i) => i + 1);
          const [done, waiting] = kind === poisoned ? [[], all] : [all, []];
          expect(seen.filter(({ type }) => topicOf(type) === kind).map(({ sequence }) => sequence)).toEqual(done);
          expect(parked.filter((each) => each.kind === kind).map(({ sequence }) => sequence)).toEqual(waiting);
        }
      }),
      { numRuns: 30 },
    ));
});

describe('what a group has taken', () => {
  const newTaker = (group = groupNamed('taker')) => {
    const seen: JournalEvent[] = [];
    const taker = takerOf({ group, topics: ['client'], pool: scratch.pool, handle: noting(seen) });
    const take = (...events: JournalEvent[]) => taker.take(events.map(arrivalOf));
    return { group, seen, take, settle: taker.settle };
  };
  const writtenDown = async (group: string, subject: string) => {
    const { rows } = await scratch.pool.query<{ sequence: string }>(
      'select sequence from consumed where consumer = $1 and subject = $2',
      [group, subject],
    );
    return rows[0] === undefined ? null : Number(rows[0].sequence);
  };

  it('is known before it is written down: not done again, and no gap before what comes next', async () => {
    const id = randomUUID();
    const { group, seen, take } = newTaker();
    await take(anEvent(id, 1), anEvent(id, 2));
    expect(await writtenDown(group, id)).toBe(null);
    await take(anEvent(id, 2), anEvent(id, 3));
    expect(sequencesOf(seen, id)).toEqual([1, 2, 3]);
  });

  it('is known while it is being written down, and after that', async () => {
    const id = randomUUID();
    const { group, seen, take, settle } = newTaker();
    await take(anEvent(id, 1));
    await Promise.all([settle(), take(anEvent(id, 2))]);
    await take(anEvent(id, 3));
    await settle();
    expect(sequencesOf(seen, id)).toEqual([1, 2, 3]);
    expect(await writtenDown(group, id)).toBe(3);
  });

  it('is known to another member once it is written down', async () => {
    const id = randomUUID();
    const one = newTaker();
    await one.take(anEvent(id, 1));
    await one.settle();
    const other = newTaker(one.group);
    await other.take(anEvent(id, 1), anEvent(id, 2));
    expect(sequencesOf(other.seen, id)).toEqual([2]);
  });

  it('never goes back, whoever writes it down last', async () => {
    const id = randomUUID();
    const one = newTaker();
    const other = newTaker(one.group);
    await one.take(anEvent(id, 1));
    await other.take(anEvent(id, 1), anEvent(id, 2));
    await other.settle();
    await one.settle();
    expect(await writtenDown(one.group, id)).toBe(2);
  });
});
