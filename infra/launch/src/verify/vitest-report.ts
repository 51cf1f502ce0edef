import type { Totals } from './test-outcome.ts';

/** What we read of the file that Vitest's JSON reporter writes. */
export interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: readonly VitestFile[];
}

interface VitestFile {
  name: string;
  status: string;
  message?: string;
  assertionResults: readonly { fullName: string; status: string; failureMessages?: readonly string[] | null }[];
}

/** A file that fails outside its tests (it does not load, or a hook throws) counts as one failure. */
export function countTests(report: VitestReport): Totals {
  const broken = report.testResults.filter(isBroken).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken };
}

/** A line for each test that failed, and the first line of why. */
export function failuresOf(report: VitestReport): string[] {
  return report.testResults.flatMap((file) => [
    ...(isBroken(file) ? [`${file.name}: ${firstLine(file.message)}`] : []),
    ...file.assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${file.name}: ${fullName}\n    ${firstLine(failureMessages?.[0])}`),
  ]);
}

const isBroken = ({ status, assertionResults }: VitestFile): boolean =>
  status === 'failed' && assertionResults.every((test) => test.status !== 'failed');

const firstLine = (message: string | null | undefined): string => (message ?? '').split('\n', 1)[0] ?? '';
