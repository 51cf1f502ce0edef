import { readFileSync } from 'node:fs';
import { say } from '../say.ts';
import { runCommand } from './run-command.ts';
import type { CommandResult } from './run-command.ts';
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
    else if (check.isHeard && output !== '') say(output.trimEnd());
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

export interface VitestRun {
  name: string;
  /** The Vitest project of the workspace's configuration. */
  project: 'unit' | 'integration';
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
  const { name, project, only, exclude, environment, reportFile, signal } = run;
  const args = [
    'run',
    ...(only === undefined ? [] : [only]),
    `--project=${project}`,
    ...exclude.map((file) => `--exclude=${file}`),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
  ];
  say(`${name} …`);
  const result = await runCommand({ program: 'vitest', args, environment, isLive: true, signal });
  return testOutcome(name, result, readReport(reportFile));
}

/** A program that fails while all the tests it reports pass counts as one failure: something did not run. */
function testOutcome(name: string, result: CommandResult, report: VitestReport | undefined): Outcome {
  const { passed, failed } = report === undefined ? { passed: 0, failed: 0 } : countTests(report);
  const isBroken = report === undefined || (result.code !== 0 && failed === 0);
  const failures = report === undefined ? [] : failuresOf(report);
  return {
    name,
    passed,
    failed: failed + (isBroken ? 1 : 0),
    elapsedMs: result.elapsedMs,
    details: [
      ...(failures.length > 0 ? failures : isBroken ? [result.output] : []),
      ...(report === undefined ? ['the tests left no report: they did not run to their end'] : []),
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
