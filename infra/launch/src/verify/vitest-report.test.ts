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
        { fullName: 'subtracts', status: 'failed', failureMessages: ['expected 1\n  at a.test.ts:3'] },
      ],
    },
    { name: 'b.test.ts', status: 'failed', message: 'cannot load', assertionResults: [] },
    { name: 'c.test.ts', status: 'passed', message: '', assertionResults: [{ fullName: 'x', status: 'passed' }] },
  ],
};

test('a file that fails outside its tests counts as one failure', () => {
  expect(countTests(report)).toEqual({ passed: 3, failed: 2 });
});

test('each failure is named with the first line of its reason', () => {
  expect(failuresOf(report)).toEqual(['a.test.ts: subtracts\n    expected 1', 'b.test.ts: cannot load']);
});
