import { expect, test } from 'vitest';
import { eventually } from './eventually.ts';

test('it is looked at again until it is there', async () => {
  let looks = 0;
  const look = () => {
    looks += 1;
    if (looks === 1) throw new Error('nothing can be seen yet');
    return looks === 3 && 'it';
  };
  expect(await eventually(look, { everyMs: 1 })).toBe('it');
});

test('what never comes is told, with what was seen last', async () => {
  const failure = eventually(() => Promise.reject(new Error('nothing to be seen')), { withinMs: 0 });
  await expect(failure).rejects.toMatchObject({ cause: new Error('nothing to be seen') });
});

test('when all is over it is looked at once more, and then no longer waited for', async () => {
  let looks = 0;
  const isOver = () => looks > 0; // before the first look nothing is over
  expect(await eventually(() => ++looks === 2 && 'it', { everyMs: 1, isOver })).toBe('it');
  await expect(eventually(() => false, { isOver })).rejects.toThrow('it did not happen before all was over');
});
