import { readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { say } from '../say.ts';
import { workspaceRoot } from '../workspace-root.ts';
import { runCommand } from './run-command.ts';
import type { CommandResult } from './run-command.ts';
import { unitReport, unitTests } from './static-checks.ts';
import type { Check } from './static-checks.ts';
import type { Outcome } from './test-outcome.ts';
import { countTests, failuresOf } from './vitest-report.ts';
import type { VitestReport } from './vitest-report.ts';

/** Runs checks one after another, all of them, and says how each went. */
export async function runChecks(checks: readonly Check[], signal: AbortSignal): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const check of checks) {
    say(`${check.name} …`);
    const { code, output, elapsedMs } = await runCommand({ ...check, signal });
    const isOk = code === 0;
    if (!isOk) say(`${check.name}: FAILED`);
    outcomes.push({
      name: check.name,
      passed: isOk ? 1 : 0,
      failed: isOk ? 0 : 1,
      elapsedMs,
      details: isOk ? '' : output,
    });
  }
  return outcomes;
}

/** Runs every package's unit tests and counts them by the reports. */
export async function runUnitTests(files: readonly string[], signal: AbortSignal): Promise<Outcome> {
  say(`${unitTests.name} …`);
  const result = await runCommand({ ...unitTests, signal });
  const packages = new Set(files.map((file) => file.split(sep).slice(0, 2).join(sep)));
  const reports = [...packages].map((folder) => readReport(join(workspaceRoot, folder, unitReport)));
  return testOutcome({ name: unitTests.name, result, reports });
}

export interface VitestRun {
  name: string;
  /** Vitest projects of the workspace's configuration. */
  projects: readonly string[];
  /** Only files whose path contains this; all when undefined. */
  only?: string | undefined;
  exclude: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** Where Vitest may write its report. */
  reportFile: string;
  signal: AbortSignal;
}

/** Runs Vitest with its progress on the terminal. */
export async function runVitest(run: VitestRun): Promise<Outcome> {
  const { name, projects, only, exclude, environment, reportFile, signal } = run;
  const args = [
    'run',
    ...(only === undefined ? [] : [only]),
    ...projects.map((project) => `--project=${project}`),
    ...exclude.map((file) => `--exclude=${file}`),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
  ];
  say(`${name} …`);
  const result = await runCommand({ program: 'vitest', args, environment, isLive: true, signal });
  return testOutcome({ name, result, reports: [readReport(reportFile)] });
}

interface TestRun {
  name: string;
  result: CommandResult;
  reports: readonly (VitestReport | undefined)[];
}

/** A program that fails while all the tests it reports pass counts as one failure: something did not run. */
function testOutcome({ name, result, reports }: TestRun): Outcome {
  const known = reports.filter((report) => report !== undefined);
  const counts = known.map(countTests);
  const failedTests = counts.reduce((total, { failed }) => total + failed, 0);
  const isBroken = (result.code !== 0 && failedTests === 0) || known.length < reports.length;
  const failures = known.flatMap(failuresOf);
  return {
    name,
    passed: counts.reduce((total, { passed }) => total + passed, 0),
    failed: failedTests + (isBroken ? 1 : 0),
    elapsedMs: result.elapsedMs,
    details: [
      ...(failures.length > 0 ? failures : isBroken ? [result.output] : []),
      ...(known.length < reports.length ? ['some tests left no report: they did not run to their end'] : []),
    ].join('\n'),
  };
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport; // written by Vitest itself
  } catch {
    return undefined;
  }
}
