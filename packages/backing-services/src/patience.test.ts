import { afterEach, expect, test, vi } from 'vitest';
import { awaitUntil } from './await-until.ts';
import { limitMet, patience, patiently } from './patience.ts';

afterEach(() => vi.unstubAllEnvs());

test.each([
  [undefined, 1],
  ['3', 3],
  ['1.5', 1.5],
  ['0', 1],
  ['much', 1],
])('ROHNAMO_PATIENCE=%s makes limits %s times as long', (value, factor) => {
  expect(patience({ ROHNAMO_PATIENCE: value })).toBe(factor);
});

test('a limit that is met is named, with its value and what to do', async () => {
  const waiting = awaitUntil({ what: 'Postgres to answer', deadlineMs: 50, attempt: () => false });
  await expect(waiting).rejects.toThrow(
    'waiting for Postgres to answer took longer than 0.05 s, which is its limit; where the machine is only slow or busy, set ROHNAMO_PATIENCE=3',
  );
});

test('who has been patient is told to be more so', () => {
  vi.stubEnv('ROHNAMO_PATIENCE', '3');
  expect(patiently(1000)).toBe(3000);
  expect(limitMet('it', 3000)).toContain('set ROHNAMO_PATIENCE=9');
});
