// The way in, for `npm start`, `npm test` and what `npm run` offers. Plain JavaScript that any Node from 20 on can
// run: it brings the pinned Node and pnpm, installs the workspace, and hands over to the TypeScript.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { helpOf } from './bootstrap/help.mjs';
import { fail } from './bootstrap/run-quietly.mjs';
import { bringTools } from './bootstrap/tools.mjs';
import { installWorkspace } from './bootstrap/workspace.mjs';

const NODE_MAJOR_MIN = 20;
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const [command = '', ...args] = process.argv.slice(2);

const scripts = {
  start: 'infra/launch/src/start.ts',
  test: 'infra/launch/src/test.ts',
  check: 'infra/launch/src/check.ts',
  documents: 'infra/documents/src/main.ts',
  rohnamo: 'infra/cli/src/main.ts',
  provision: 'infra/launch/src/provision-command.ts',
  /** Which one is its first argument. */
  service: undefined,
  samples: 'infra/samples/generate.ts',
  bench: 'infra/bench/src/main.ts',
  faults: 'infra/faults/src/main.ts',
};
/** What is typed after these would be passed over in silence. */
const takesNothing = new Set(['check', 'documents', 'provision', 'samples']);
if (!Object.hasOwn(scripts, command))
  fail(
    `no such command: "${command}".`,
    `use npm start, npm test, or npm run with one of: ${Object.keys(scripts).slice(2).join(', ')}.`,
  );
const help = helpOf(command);
if (help !== undefined && (args.includes('--help') || args.includes('-h'))) {
  console.log(help);
  process.exit(0);
}
if (takesNothing.has(command) && args.length > 0) fail(`npm run ${command} takes no options.`, 'leave them out.');
if (process.platform === 'win32') fail('Windows is not supported.', 'run this inside WSL 2.');
const nodeMajor = Number(process.versions.node.split('.')[0]);
if (nodeMajor < NODE_MAJOR_MIN) {
  fail(`this is Node ${process.versions.node}, too old.`, `install Node ${NODE_MAJOR_MIN} or newer, with npm.`);
}

const script = command === 'service' ? serviceMain(args.shift()) : scripts[command];
const tools = await bringTools({ root, nodeMajor });
await installWorkspace({ root, tools });
// A service's commands take files: they are looked for where the person stands.
handOver(join(root, script), { cwd: command === 'service' ? (process.env.INIT_CWD ?? process.cwd()) : root });

/** `npm run service -- referral …`: what `main.ts` of that service does, in the pinned Node. */
function serviceMain(name = '') {
  const main = join('services', name, 'src', 'main.ts');
  if (/^[a-z]+$/.test(name) && existsSync(join(root, main))) return main;
  const names = readdirSync(join(root, 'services')).join(', ');
  return fail(
    `no such service: "${name}".`,
    `use npm run service -- with one of: ${names}; then --help tells what it can do.`,
  );
}

/** Runs the script in the pinned Node, as if it were this process: same terminal, same signals, same exit code. */
function handOver(script, { cwd }) {
  const child = spawn(tools.node, [script, ...args], { cwd, stdio: 'inherit', env: tools.environment });
  // A Ctrl-C reaches the child twice, by the terminal and by us: it counts signals in quick succession as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${tools.node} cannot be run: ${error.message}`, 'delete .tools and try again.'));
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
}
