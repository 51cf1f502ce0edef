import { randomUUID } from 'node:crypto';
import type { JournalEvent } from '@rohnamo/contracts';
import { type Scratch, scratchJournal } from '@rohnamo/journal/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrivalOf } from '../src/arrival.ts';
import { takerOf } from '../src/parking.ts';
import { anEvent, groupNamed, noting, sequencesOf } from './stage.ts';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await scratchJournal();
}, 60_000);
afterAll(() => scratch.stop());

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
