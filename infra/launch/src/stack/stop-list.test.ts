import { expect, test } from 'vitest';
import { createStopList } from './stop-list.ts';

test('what was started last is stopped first, and a failure does not keep the rest running', async () => {
  const stopped: string[] = [];
  const list = createStopList();
  list.add('Postgres', () => stopped.push('Postgres'));
  list.add('Kafka', () => Promise.reject(new Error('hangs')));
  list.add('services', async () => stopped.push('services'));
  expect(await list.stopAll()).toEqual(['Kafka: hangs']);
  expect(stopped).toEqual(['services', 'Postgres']);
  expect(await list.stopAll()).toEqual([]);
});
