import { expect, it } from 'vitest';
import { inGroups } from './in-groups.ts';

function recorded(groupMax?: number) {
  const groups: number[][] = [];
  const write = inGroups<number, number>(
    async (items) => {
      groups.push(items);
      await Promise.resolve();
      if (items.includes(13)) throw new Error('unlucky');
      return items.map((item) => item * 2);
    },
    groupMax === undefined ? {} : { groupMax },
  );
  return { groups, write };
}

it('what comes while a group is written goes in the next, and each gets its own answer', async () => {
  const { groups, write } = recorded();
  const first = [write(1), write(2)];
  await Promise.resolve();
  expect(await Promise.all([...first, write(3), write(4)])).toEqual([2, 4, 6, 8]);
  expect(groups).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

it('no group is larger than it may be', async () => {
  const { groups, write } = recorded(2);
  await Promise.all([1, 2, 3].map(write));
  expect(groups).toEqual([[1, 2], [3]]);
});

it('a group that fails fails for those in it alone', async () => {
  const { write } = recorded(1);
  const outcomes = await Promise.allSettled([13, 5].map(write));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});
