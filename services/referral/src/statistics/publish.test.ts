import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barriers,
  type Counts,
  countOf,
  isPublishable,
  type Level,
  levels,
  rejections,
  summed,
  threshold,
} from './counts.ts';
import { tellingOf } from './publish.ts';

/** One task, as far as it is counted. */
const task = fc
  .record({
    reached: fc.integer({ min: 0, max: 5 }),
    end: fc.constantFrom('cancelled', 'expired', 'open', 'rejected'),
    noShow: fc.boolean(),
    closed: fc.boolean(),
    code: fc.constantFrom(...rejections),
    barrier: fc.constantFrom(undefined, ...barriers),
  })
  .map(({ reached, end, noShow, closed, code, barrier }): Counts => {
    const chain = ['sent', 'answered', 'accepted', 'completed', 'served', 'servedConfirmed'].slice(0, reached + 1);
    const isCompleted = chain.includes('completed');
    const isRejected = !isCompleted && end === 'rejected' && chain.includes('answered');
    return Object.fromEntries(
      [
        ...chain,
        ...(isCompleted || end === 'open' || end === 'rejected' ? [] : [end]),
        ...(isRejected ? ['rejected', code] : []),
        ...(noShow && chain.includes('accepted') ? ['noShow'] : []),
        ...(closed || chain.includes('servedConfirmed') ? ['closed'] : []),
        ...(barrier === undefined ? [] : [barrier]),
      ].map((name) => [name, 1]),
    );
  });
const world = fc
  .array(fc.tuple(fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e', 'f'), task), { maxLength: 150 })
  .map((tasks) => {
    const byGroup = Map.groupBy(tasks, ([group]) => group);
    return new Map([...byGroup].map(([group, of]) => [group, summed(of.map(([, counts]) => counts))]));
  });
const isFew = (count: number): boolean => count > 0 && count < threshold;

/** What a level tells, as sets of groups whose sum is told. */
function toldSets(groups: ReadonlyMap<string, Counts>, level: Level): string[][] {
  const telling = tellingOf(groups)[level];
  const others = [...groups.keys()].filter((key: string) => !telling.groups.has(key));
  return [
    ...[...telling.groups].map((key) => [key]),
    ...(telling.others?.isTold ? [others] : []),
    ...(telling.isTotalTold ? [[...groups.keys()]] : []),
  ];
}

describe('what is told', () => {
  it('counts nobody or enough, and so does what is left of each whole', () => {
    fc.assert(
      fc.property(world, (groups) => {
        for (const level of levels)
          for (const set of toldSets(groups, level)) {
            const counts = summed(set.map((key) => groups.get(key) ?? {}));
            expect(isPublishable(counts, level)).toBe(true);
            for (const [name, count] of Object.entries(counts))
              if (level === 'reasons' || (level === 'sent' && name === 'sent')) expect(isFew(count)).toBe(false);
          }
      }),
    );
  });

  it('gives no small count by subtracting: whoever sums and takes away all that is told learns of no fewer than five', () => {
    fc.assert(
      fc.property(world, (groups) => {
        for (const level of levels) {
          const sets = toldSets(groups, level);
          // All that can be made of sets that are told: they are single groups, all others, and all. Any sum or difference of them is one of these.
          const telling = tellingOf(groups)[level];
          const others = [...groups.keys()].filter((key: string) => !telling.groups.has(key));
          const isOthersKnown = telling.others?.isTold === true || telling.isTotalTold;
          if (!isOthersKnown || others.length === 0) continue;
          const counts = summed(others.map((key) => groups.get(key) ?? {}));
          expect(isFew(countOf(counts, 'sent')), `${level}: ${JSON.stringify(sets)}`).toBe(false);
          if (level === 'reasons')
            for (const name of [...rejections, ...barriers]) expect(isFew(countOf(counts, name))).toBe(false);
          if (level !== 'sent')
            for (const name of [
              'answered',
              'accepted',
              'completed',
              'served',
              'noShow',
              'closed',
              'rejected',
              'cancelled',
              'expired',
            ])
              expect(isFew(countOf(counts, name)), `${level} ${name}`).toBe(false);
        }
      }),
    );
  });

  it('is of no single group among the others', () => {
    fc.assert(
      fc.property(world, (groups) => {
        for (const level of levels) {
          const telling = tellingOf(groups)[level];
          const others = [...groups.keys()].filter((key: string) => !telling.groups.has(key));
          if (telling.others?.isTold) expect(others.length).toBeGreaterThan(1);
        }
      }),
    );
  });

  it('is held back where what has not ended could be told by subtracting all the ways to end', () => {
    const group = {
      sent: 33,
      answered: 33,
      accepted: 28,
      completed: 13,
      served: 13,
      servedConfirmed: 5,
      closed: 15,
      rejected: 5,
      cancelled: 10,
    };
    expect(isPublishable(group, 'funnel')).toBe(false); // 33 - 15 - 5 - 10
    expect(isPublishable({ ...group, closed: 18 }, 'funnel')).toBe(true);
  });

  it('is all, where every group is large', () => {
    const many = {
      sent: 40,
      answered: 35,
      accepted: 30,
      completed: 20,
      served: 15,
      servedConfirmed: 10,
      rejected: 5,
      noShow: 5,
      closed: 20,
    };
    const groups = new Map([
      ['a', many],
      ['b', many],
    ]);
    expect(isPublishable(many, 'funnel')).toBe(true);
    expect([...tellingOf(groups).funnel.groups]).toEqual(['a', 'b']);
    expect(tellingOf(groups).funnel.others).toBeNull();
  });
});
