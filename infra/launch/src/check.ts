import { say } from './say.ts';
import { runChecks } from './verify/run-checks.ts';
import { staticChecks } from './verify/static-checks.ts';
import { closingLine, summaryLines, totalsOf } from './verify/test-outcome.ts';

const outcomes = await runChecks(staticChecks, new AbortController().signal);
for (const { name, details } of outcomes) if (details !== '') console.log(`\n── ${name}\n${details}`);
for (const line of summaryLines(outcomes, undefined)) say(line);
const totals = totalsOf(outcomes, undefined);
console.log(closingLine(totals));
process.exitCode = totals.failed > 0 ? 1 : 0;
