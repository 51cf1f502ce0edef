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

/** A line for each test that failed, and why: as much of it as people read, for reports of whole runs have nothing else. */
export function failuresOf(report: VitestReport): string[] {
  return report.testResults.flatMap((file) => [
    ...(isBroken(file) ? [`${file.name}: ${beginningOf(file.message)}`] : []),
    ...file.assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${file.name}: ${fullName}\n    ${beginningOf(failureMessages?.[0])}`),
  ]);
}

const isBroken = ({ status, assertionResults }: VitestFile): boolean =>
  status === 'failed' && assertionResults.every((test) => test.status !== 'failed');

const lineMax = 60;

/** The lines of a message, indented, without those that only say where in the code it came from. */
function beginningOf(message: string | null | undefined): string {
  const lines = (message ?? '').split('\n').filter((line) => !/^\s+at /.test(line));
  const left = lines.length - lineMax;
  return [...lines.slice(0, lineMax), ...(left > 0 ? [`(${left} more lines)`] : [])].join('\n    ');
}
