import { expect, test } from 'vitest';
import { readStartFlags } from './start-flags.ts';

test('without flags it stays up, keeps its data, and takes Kafka where it can', () => {
  expect(readStartFlags([])).toEqual({ once: false, fresh: false, transport: undefined, portBase: 4400 });
});

test('every flag is read', () => {
  const flags = ['--once', '--fresh', '--transport', 'in-process', '--port-base', '5500'];
  expect(readStartFlags(flags)).toEqual({ once: true, fresh: true, transport: 'in-process', portBase: 5500 });
});

test.each([
  [['--transport', 'carrier-pigeon'], '--transport must be kafka or in-process'],
  [['--port-base', '-1'], '--port-base'],
  [['--port-base=80'], '--port-base must be'],
  [['--nonsense'], '--nonsense'],
  [['stray'], 'stray'],
])('%j is refused, and the message names it', (args, message) => {
  expect(() => readStartFlags(args)).toThrow(message);
});
