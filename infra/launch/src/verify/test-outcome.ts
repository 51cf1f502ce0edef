/** What came of one step of a test run. */
export interface Outcome {
  name: string;
  passed: number;
  failed: number;
  elapsedMs: number;
  /** For a person, where something failed: what, and what it printed. */
  details: string;
}

/** Test files that were left out, and why. */
export interface NotRun {
  files: readonly string[];
  reason: string;
  /** In CI a suite that cannot run is a failure. */
  isFailure: boolean;
}

export interface Totals {
  passed: number;
  failed: number;
}

export function totalsOf(outcomes: readonly Outcome[], notRun: NotRun | undefined): Totals {
  const sum = (pick: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + pick(outcome), 0);
  const missing = notRun?.isFailure ? notRun.files.length : 0;
  return { passed: sum((outcome) => outcome.passed), failed: sum((outcome) => outcome.failed) + missing };
}

/** The line that ends a run; programs read it. */
export const closingLine = ({ passed, failed }: Totals): string => `${passed} passed, ${failed} failed`;

/** A table with a line for each step, then what was not run. */
export function summaryLines(outcomes: readonly Outcome[], notRun: NotRun | undefined): string[] {
  const width = Math.max(...outcomes.map(({ name }) => name.length));
  const lines = outcomes.map(({ name, passed, failed, elapsedMs }) => {
    const verdict = failed > 0 ? 'FAILED' : 'ok    ';
    return `${verdict} ${name.padEnd(width)} ${passed} passed, ${failed} failed in ${(elapsedMs / 1000).toFixed(1)} s`;
  });
  if (!notRun || notRun.files.length === 0) return lines;
  const heading = `NOT RUN${notRun.isFailure ? ' (a failure in CI)' : ''}: ${notRun.reason}`;
  return [...lines, heading, ...notRun.files.map((file) => `  ${file}`)];
}
