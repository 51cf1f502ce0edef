import { expect, test } from 'vitest';
import { countTests, failuresOf } from './vitest-report.ts';

const report = {
  numPassedTests: 3,
  numFailedTests: 1,
  testResults: [
    {
      name: 'a.test.ts',
      status: 'failed',
      assertionResults: [
        { fullName: 'adds', status: 'passed', failureMessages: [] },
        { fullName: 'subtracts', status: 'failed', failureMessages: ['expected 1\nto be 2\n  at a.test.ts:3'] },
      ],
    },
    { name: 'b.test.ts', status: 'failed', message: 'cannot load', assertionResults: [] },
    { name: 'c.test.ts', status: 'passed', message: '', assertionResults: [{ fullName: 'x', status: 'passed' }] },
  ],
};

test('a file that fails outside its tests counts as one failure', () => {
  expect(countTests(report)).toEqual({ passed: 3, failed: 2 });
});

test('each failure is named with its reason, and without the places in the code', () => {
  expect(failuresOf(report)).toEqual(['a.test.ts: subtracts\n    expected 1\n    to be 2', 'b.test.ts: cannot load']);
});

test('of a long reason the beginning is told, and how much is left out', () => {
  const message = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`).join('\n');
  const [told] = failuresOf({
    ...report,
    testResults: [{ name: 'd', status: 'failed', message, assertionResults: [] }],
  });
  expect(told).toMatch(/^d: line 1\n {4}line 2\n[^]*line 60\n {4}\(40 more lines\)$/);
});
