import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { optionsFault } from '@rohnamo/service-kit';
import { onStopSignal } from './on-stop-signal.ts';
import { say } from './say.ts';
import { startTestBacking } from './verify/backing.ts';
import type { TestBacking } from './verify/backing.ts';
import { runChecks, runVitest } from './verify/run-checks.ts';
import { staticChecks } from './verify/static-checks.ts';
import { filesNeedingBroker, listTestFiles } from './verify/test-files.ts';
import { closingLine, summaryLines, totalsOf } from './verify/test-outcome.ts';
import type { NotRun, Outcome } from './verify/test-outcome.ts';

const isCi = process.env['CI'] === 'true';
const { only } = options();

const interrupted = new AbortController();
onStopSignal((signal) => {
  say(`${signal}: stopping`);
  interrupted.abort();
});

const all = listTestFiles();
const matches = (file: string) => only === undefined || file.includes(only);
const files = { unit: all.unit.filter(matches), integration: all.integration.filter(matches) };
const brokerFiles = filesNeedingBroker(files.integration);
const reports = mkdtempSync(join(tmpdir(), 'rohnamo-test-reports-'));

// The servers boot while the checks run: they mostly wait.
const booting = files.integration.length > 0 ? boot() : undefined;
const outcomes: Outcome[] = [];
let notRun: NotRun | undefined;
try {
  if (only === undefined) outcomes.push(...(await runChecks(staticChecks, interrupted.signal)));
  if (files.unit.length > 0) outcomes.push(await vitest('unit', {}, []));
  const backing = await booting;
  if (backing !== undefined && !interrupted.signal.aborted) outcomes.push(...(await integration(backing)));
} finally {
  const backing = await booting;
  if (backing !== undefined && 'stop' in backing) await backing.stop();
  rmSync(reports, { recursive: true, force: true });
}
conclude();

/** What cannot be understood is said in a line: exit code 2. */
function options(): { only?: string | undefined } {
  try {
    return parseArgs({ options: { only: { type: 'string' } } }).values;
  } catch (error) {
    say(optionsFault(error));
    process.exit(2);
  }
}

/** A server that does not come up fails the run, but not before the checks have had their say. */
function boot(): Promise<TestBacking | Error> {
  return startTestBacking({ isBrokerWanted: brokerFiles.length > 0 }).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
}

async function integration(backing: TestBacking | Error): Promise<Outcome[]> {
  if (backing instanceof Error) {
    return [{ name: 'backing services', passed: 0, failed: 1, elapsedMs: 0, details: backing.message }];
  }
  if (backing.brokerUnavailable !== undefined) {
    notRun = { files: brokerFiles, reason: backing.brokerUnavailable, isFailure: isCi };
  }
  const exclude = notRun?.files ?? [];
  if (files.integration.length === exclude.length) return [];
  return [await vitest('integration', backing.environment, exclude)];
}

function vitest(project: 'unit' | 'integration', environment: Record<string, string>, exclude: readonly string[]) {
  const reportFile = join(reports, `${project}.json`);
  const name = `${project} tests`;
  return runVitest({ name, project, only, exclude, environment, reportFile, signal: interrupted.signal });
}

function conclude(): void {
  if (interrupted.signal.aborted) process.exit(130);
  if (outcomes.length === 0 && notRun === undefined) {
    say(`no test file's path contains "${only ?? ''}"`);
    process.exitCode = 1;
    return;
  }
  for (const { name, details } of outcomes) if (details !== '') console.log(`\n── ${name}\n${details}`);
  console.log(`\n${summaryLines(outcomes, notRun).join('\n')}\n`);
  const totals = totalsOf(outcomes, notRun);
  console.log(closingLine(totals));
  process.exitCode = totals.failed > 0 ? 1 : 0;
}
