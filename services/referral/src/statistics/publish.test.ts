import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countableSets } from '../../test/countable-sets.ts';
import { everyKindOfTask, kindOf } from '../../test/every-kind-of-task.ts';
import { type Counts, countsOf, isPublishable, type Level, levels, threshold } from './counts.ts';
import { tellingOf } from './publish.ts';
import { figuresOf, type TaskKind } from './task-kind.ts';

const everyTask = everyKindOfTask();
const kinds = [...new Map(everyTask.map(kindOf).map((kind) => [JSON.stringify(kind), kind])).values()];
const isFew = (count: number): boolean => count > 0 && count < threshold;

/** How many tasks there are of each of `kinds`. */
type Tasks = readonly number[];
const countsOfTasks = (tasks: Tasks): Counts =>
  countsOf(kinds.map((kind, index) => ({ figures: figuresOf(kind), tasks: tasks[index] ?? 0 })));
const added = (all: readonly Tasks[]): Tasks =>
  kinds.map((_, index) => all.reduce((sum, tasks) => sum + (tasks[index] ?? 0), 0));

/** Which figures each level tells. */
const isTold: Record<Level, (figure: string) => boolean> = {
  sent: (figure) => figure === 'sent',
  funnel: (figure) => !figure.includes('.'),
  reasons: () => true,
};
/** What can be counted by adding and subtracting the figures of each level, over all that can become of a task. */
const sets = Object.fromEntries(
  levels.map((level) => {
    const figures = [...new Set(kinds.flatMap(figuresOf))].filter(isTold[level]);
    return [level, countableSets(figures.map((figure) => kinds.map((kind) => figuresOf(kind).includes(figure))))];
  }),
) as Record<Level, boolean[][]>; // of each level
const sizesOfSets = (tasks: Tasks, level: Level): number[] =>
  sets[level].map((set) => tasks.reduce((sum, count, index) => sum + (set[index] ? count : 0), 0));

/** Some tasks: of most kinds none or many, so that now and then nothing is few. */
const manyOrFew = fc
  .array(fc.tuple(fc.nat({ max: kinds.length - 1 }), fc.integer({ min: 1, max: 12 })), { maxLength: 12 })
  .map((some): Tasks => {
    const tasks = kinds.map(() => 0);
    for (const [index, count] of some) tasks[index] = count;
    return tasks;
  });
const world = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), manyOrFew, { noNullPrototype: true });

/** What a level tells, as sets of groups whose sum is told or can be had by subtracting. */
function knownOf(groups: Readonly<Record<string, Tasks>>, level: Level): { known: Tasks[]; others: Tasks[] } {
  const counted = new Map(Object.entries(groups).map(([key, tasks]) => [key, countsOfTasks(tasks)]));
  const { groups: told, others: rest, isTotalTold } = tellingOf(counted)[level];
  const others = Object.entries(groups).flatMap(([key, tasks]) => (told.has(key) ? [] : [tasks]));
  return {
    known: [
      ...Object.entries(groups).flatMap(([key, tasks]) => (told.has(key) ? [tasks] : [])),
      ...(rest?.isTold || isTotalTold ? [added(others)] : []),
      ...(isTotalTold ? [added(Object.values(groups))] : []),
    ],
    others: rest?.isTold ? others : [],
  };
}

describe('what is told', () => {
  it('is held back just where adding and subtracting its figures would count fewer than five, whatever has become of the tasks', () => {
    fc.assert(
      fc.property(manyOrFew, fc.constantFrom(...levels), (tasks, level) => {
        const counts = countsOfTasks(tasks);
        expect(isPublishable(counts, level)).toBe(!sizesOfSets(tasks, level).some(isFew));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(levels)('is held back for each set that %s lets somebody count, where that alone is few', (level) => {
    for (const set of sets[level])
      for (const chosen of kinds.keys()) {
        if (!set[chosen]) continue;
        const tasks = kinds.map((_, index) => (index === chosen ? 1 : set[index] ? 0 : 5));
        expect(isPublishable(countsOfTasks(tasks), level)).toBe(false);
      }
  });

  it('gives no small count by subtracting: whoever sums and takes away all that is told learns of no fewer than five', () => {
    fc.assert(
      fc.property(world, (groups) => {
        for (const level of levels)
          for (const tasks of knownOf(groups, level).known) expect(sizesOfSets(tasks, level).filter(isFew)).toEqual([]);
      }),
    );
  });

  it('is of no single group among the others', () => {
    fc.assert(
      fc.property(world, (groups) => {
        for (const level of levels) expect(knownOf(groups, level).others.length).not.toBe(1);
      }),
    );
  });

  it('is all, where every group is large', () => {
    const many = countsOfTasks(kinds.map(() => 5));
    const groups = new Map([
      ['a', many],
      ['b', many],
    ]);
    for (const level of levels) {
      expect([...tellingOf(groups)[level].groups]).toEqual(['a', 'b']);
      expect(tellingOf(groups)[level].others).toBeNull();
    }
  });
});

describe('a task', () => {
  const figuresBy = (which: (kind: TaskKind) => boolean) => kinds.filter(which).map(figuresOf);

  it('that was rejected, or whose time ran out, counts as that once it is closed', () => {
    const rejected = figuresBy(({ rejectionCode, isClosed }) => rejectionCode === 'no-capacity' && isClosed);
    expect(rejected.length).toBeGreaterThan(0);
    for (const figures of rejected)
      expect(figures).toEqual(expect.arrayContaining(['rejected', 'rejection.no-capacity']));
    expect(figuresBy(({ isExpired, isClosed }) => isExpired && isClosed)).toContainEqual(['sent', 'closed', 'expired']);
  });

  it('that was served is confirmed by the referrer’s word alone, and unconfirmed only where it was closed without one', () => {
    const served = kinds.filter((kind) => figuresOf(kind).includes('served'));
    for (const { needMet, isClosed } of served) expect(needMet === null || isClosed).toBe(true);
    const told = new Set(
      served.map((kind) => {
        const figures = figuresOf(kind);
        const isOneOf = ['servedConfirmed', 'servedUnconfirmed'].filter((name) => figures.includes(name));
        return `closed ${kind.isClosed}, met ${kind.needMet}: ${isOneOf.join()}`;
      }),
    );
    expect([...told].toSorted()).toEqual([
      'closed false, met null: ',
      'closed true, met false: ',
      'closed true, met null: servedUnconfirmed',
      'closed true, met true: servedConfirmed',
    ]);
  });

  it('that the facility has passed on is answered', () => {
    const redirected = everyTask.filter(({ state }) => state === 'redirected');
    expect(redirected.length).toBeGreaterThan(0);
    for (const task of redirected) expect(figuresOf(kindOf(task))).toContain('answered');
  });

  it('ends in one way at most', () => {
    for (const figures of kinds.map(figuresOf))
      expect(
        figures.filter((name) => ['completed', 'rejected', 'cancelled', 'expired'].includes(name)).length,
      ).toBeLessThan(2);
  });
});
