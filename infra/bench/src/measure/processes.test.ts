import { expect, it } from 'vitest';
import { cpuSecondsOf, parseStat, rssMbOf, treeCpuSecondsOf } from './processes.ts';

it('reads the CPU time of a process whose name holds spaces and parentheses', () => {
  const line =
    '4242 (a (strange) name) S 17 4242 4242 0 -1 4194560 1 2 3 4 250 50 30 20 20 0 11 0 100 200 300 18446744073709551615';
  expect(parseStat(line)).toEqual({ parent: 17, ownTicks: 300, reapedTicks: 50 });
});

it('tells nothing of a process that it cannot see', () => {
  expect([cpuSecondsOf(null), treeCpuSecondsOf(null), rssMbOf(2 ** 30)]).toEqual([null, null, null]);
});
