import { workspaceRoot } from '../../workspace-root.ts';
import { landedIn, migrationsIn } from './git-history.ts';
import { knownExceptions } from './known-exceptions.ts';
import { faultsOf } from './landed.ts';

/** One of the checks of `npm run check`: the migrations of this work tree against those that have landed. */
const root = process.argv[2] ?? workspaceRoot;
const history = landedIn(root);
if ('unknown' in history) {
  console.log(`migrations were not compared with those that have landed: ${history.unknown}`);
} else if (history.note !== undefined) {
  console.log(`migrations: ${history.note}`);
}
const faults = faultsOf(migrationsIn(root), 'unknown' in history ? [] : history.landed, knownExceptions);
for (const fault of faults) console.log(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
