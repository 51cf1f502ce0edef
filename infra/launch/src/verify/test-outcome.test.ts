import { expect, test } from 'vitest';
import { closingLine, summaryLines, totalsOf } from './test-outcome.ts';

const lint = { name: 'lint', passed: 1, failed: 0, elapsedMs: 1200, details: '' };
const unit = { name: 'unit tests', passed: 40, failed: 2, elapsedMs: 3000, details: 'two broke' };
const files = ['services/referral/test/way.test.ts', 'packages/messaging/test/kafka.test.ts'];

test('the closing line totals tests and checks', () => {
  expect(closingLine(totalsOf([lint, unit], undefined))).toBe('41 passed, 2 failed');
});

test('a suite that cannot run for want of a broker fails in CI and only there', () => {
  expect(totalsOf([lint], { files, reason: 'no Java', isFailure: true })).toEqual({ passed: 1, failed: 2 });
  expect(totalsOf([lint], { files, reason: 'no Java', isFailure: false })).toEqual({ passed: 1, failed: 0 });
});

test('what was not run is listed with the reason', () => {
  expect(summaryLines([lint], { files, reason: 'no Java', isFailure: false }).slice(1)).toEqual([
    'NOT RUN: no Java',
    ...files.map((file) => `  ${file}`),
  ]);
});
