import { expect, it } from 'vitest';
import { checkpointSize } from './checkpoint-size.ts';

it.each([
  ['rohnamo/referral\n1042\nabc=\n\n— rohnamo/referral x\n', 1042],
  ['rohnamo/referral\n0\nabc=\n', 0],
  ['rohnamo/registry\n1042\nabc=\n', null],
  ['rohnamo/referral\n-1\nabc=\n', null],
  ['rohnamo/referral\n1e3\nabc=\n', null],
  ['rohnamo/referral\n0042\nabc=\n', null],
  ['rohnamo/referral', null],
  ['', null],
])('of %j it is %s', (note, size) => {
  expect(checkpointSize(note, 'rohnamo/referral')).toBe(size);
});
