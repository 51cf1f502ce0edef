import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

it('tasks of one key come one after another, whatever became of those before; others do not wait', async () => {
  const inTurn = createTurns();
  const begun: string[] = [];
  const gate = Promise.withResolvers<void>();
  const task = (name: string, work: () => Promise<unknown>) => () => {
    begun.push(name);
    return work();
  };
  const first = inTurn(
    'a',
    task('first', () => gate.promise),
  );
  const failing = inTurn(
    'a',
    task('failing', () => Promise.reject(new Error('it failed'))),
  );
  const third = inTurn(
    'a',
    task('third', () => Promise.resolve('done')),
  );
  await inTurn(
    'b',
    task('other', () => Promise.resolve()),
  );
  expect(begun).toEqual(['first', 'other']);
  gate.resolve();
  await first;
  await expect(failing).rejects.toThrow('it failed');
  expect(await third).toBe('done');
  expect(begun).toEqual(['first', 'other', 'failing', 'third']);
});
