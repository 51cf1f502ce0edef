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
  ...['abc', '1.5', '1e4', '0x1388', ' 4400', '4400abc', '', '99999', '0', '１２３４'].map(
    (base): [string[], string] => [['--port-base', base], '--port-base must be a whole number from 1024 to 65525'],
  ),
  [['--port-base', '-1'], '--port-base needs a value: write it after the option'],
  [['--port-base=-1'], '--port-base must be a whole number from 1024 to 65525'],
  [['--port-base'], '--port-base needs a value'],
  [['--once=yes'], '--once takes no value'],
  [['--port-base=80'], '--port-base must be'],
  [['--nonsense'], '--nonsense'],
  [['stray'], 'loose words are not understood'],
])('%j is refused in a line that names it', (args, message) => {
  expect(() => readStartFlags(args)).toThrow(message);
  expect(() => readStartFlags(args)).not.toThrow('\n');
});
